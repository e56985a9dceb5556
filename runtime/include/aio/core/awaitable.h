// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The type that awaiting an expression gives, and the conversion of any awaitable into a coroutine.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <aio/core/coro.h>

namespace aio {

class any_future;

namespace detail {

template <class A> auto awaiter_of(A &&a) {
  if constexpr (has_member_co_await<A>)
    return static_cast<A &&>(a).operator co_await();
  else if constexpr (has_free_co_await<A>)
    return operator co_await(static_cast<A &&>(a));
  else
    return awaiter_ref<std::remove_reference_t<A>>{std::addressof(a)};
}
template <class A> using await_result = decltype(awaiter_of(std::declval<A>()).await_resume());

/// An awaitable that is neither a coroutine nor a future: `queue.get()`, `event.wait()`, `sleep(1s)`, a step of a
/// generator. In asyncio these are coroutines, so functions that take a coroutine take them too.
template <class A>
concept other_awaitable = std::is_class_v<std::remove_cvref_t<A>> && !is_coro<std::remove_cvref_t<A>> &&
                          !std::is_base_of_v<any_future, std::remove_cvref_t<A>> &&
                          (has_member_co_await<std::remove_cvref_t<A>> || has_free_co_await<std::remove_cvref_t<A>> ||
                           plain_awaiter<std::remove_cvref_t<A>>);

/// A function that returns a coroutine, such as a lambda passed without being called.
template <class F>
concept coroutine_function = std::is_invocable_v<F &> && is_coro<std::remove_cvref_t<std::invoke_result_t<F &>>>;
template <class F> constexpr void refuse_function() {
  static_assert(!coroutine_function<F>,
                "a coroutine is needed, not a function that makes one: call it. A lambda has to live "
                "as long as the coroutine that it made");
}

template <class A> coro<await_result<A>> as_coro(A awaitable) { co_return co_await std::move(awaitable); }

} // namespace detail
} // namespace aio
