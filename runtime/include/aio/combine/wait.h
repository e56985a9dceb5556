// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wait: suspends until all, one, or the first failing of several futures is done; and wait_for.
#pragma once

#include <concepts>
#include <ranges>
#include <vector>

#include <aio/combine/timeout.h>
#include <aio/core/wait_until.h>

namespace aio {

struct wait_options {
  maybe_duration timeout{};
  aio::return_when return_when = aio::return_when::all_completed;
};

/// The two sets that wait returns, each in input order.
template <class F> struct wait_result {
  std::vector<F> done;
  std::vector<F> pending;
};

namespace detail {
void check_wait(const future_list &futures, return_when when);
/// Tells instruments which tasks a wait has left running.
void notify_left_by_wait(const future_list &futures);
template <class F> coro<wait_result<F>> wait_typed(future_list futures, maybe_duration timeout, return_when when) {
  // One full expression: the frame of the wait is the task's innermost one, which instruments look at.
  (co_await wait_until(futures, timeout, when),
   running_loop->hooks() ? notify_left_by_wait(futures) : static_cast<void>(0));
  wait_result<F> result;
  for (const auto &core : futures)
    (core->done() ? result.done : result.pending).push_back(F(core));
  co_return result;
}
} // namespace detail

namespace detail {
template <class... Fs> constexpr bool are_tasks = (std::is_convertible_v<Fs, any_task> && ...);
}

/// Waits for a set of futures or tasks; neither throws their exceptions nor cancels any of them.
///
/// **Suspends** at least once.
/// **Cancellation** ends the wait at once; the futures are left alone.
/// **Errors** value_error for an empty set or an unknown mode, at the call.
/// **Debug mode** pending tasks that are neither awaited nor cancelled later.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.wait
template <std::ranges::input_range Range>
  requires std::derived_from<std::ranges::range_value_t<Range>, any_future>
coro<wait_result<std::ranges::range_value_t<Range>>> wait(const Range &range, const wait_options &options = {}) {
  detail::future_list futures;
  for (const auto &f : range) {
    bool known = false;
    for (const auto &seen : futures)
      known = known || seen.get() == f.shared().get();
    if (!known)
      futures.push_back(f.shared());
  }
  detail::check_wait(futures, options.return_when);
  return detail::wait_typed<std::ranges::range_value_t<Range>>(std::move(futures), options.timeout,
                                                               options.return_when);
}

/// The same for futures or tasks as single arguments: `wait({.return_when = FIRST_COMPLETED}, a, b)`. If their types
/// differ, the results have the common type.
template <std::derived_from<any_future> First, std::derived_from<any_future>... Rest>
auto wait(const wait_options &options, const First &first, const Rest &...rest) {
  using item = std::conditional_t<(std::same_as<First, Rest> && ...), First,
                                  std::conditional_t<detail::are_tasks<First, Rest...>, any_task, any_future>>;
  return wait(std::vector<item>{item(first), item(rest)...}, options);
}
template <std::derived_from<any_future> First, std::derived_from<any_future>... Rest>
auto wait(const First &first, const Rest &...rest) {
  return wait(wait_options(), first, rest...);
}

namespace detail {
/// Throws timeout_error if the future was cancelled by a limit; a gather then ends with cancelled_error as its
/// exception.
void throw_if_cancelled(const any_future &f);

template <class T, class A> coro<T> wait_for_any(A awaitable, maybe_duration limit) {
  if (!limit)
    co_return co_await std::move(awaitable);
  if (*limit <= duration::zero()) {
    auto f = ensure_future(std::move(awaitable));
    if (!f.done()) {
      co_await cancel_and_wait(f.shared(), std::string());
      throw_if_cancelled(f);
    }
    co_return co_await std::move(f);
  }
  timeout_scope scope = timeout(limit);
  scope.enter();
  std::exception_ptr error;
  result_slot<T> value;
  try {
    if constexpr (std::is_void_v<T>)
      co_await std::move(awaitable);
    else
      value.emplace(co_await std::move(awaitable));
  } catch (...) {
    error = std::current_exception();
  }
  scope.exit(error);
  if (error)
    std::rethrow_exception(error);
  co_return value.take();
}
template <class A> coro<void> wait_for_void(A awaitable, maybe_duration limit) {
  if (!limit) {
    co_await std::move(awaitable);
    co_return;
  }
  if (*limit <= duration::zero()) {
    auto f = ensure_future(std::move(awaitable));
    if (!f.done()) {
      co_await cancel_and_wait(f.shared(), std::string());
      throw_if_cancelled(f);
    }
    co_await std::move(f);
    co_return;
  }
  timeout_scope scope = timeout(limit);
  scope.enter();
  std::exception_ptr error;
  try {
    co_await std::move(awaitable);
  } catch (...) {
    error = std::current_exception();
  }
  scope.exit(error);
  if (error)
    std::rethrow_exception(error);
}
template <class T, class A> coro<T> start_wait_for(A awaitable, maybe_duration limit) {
  if constexpr (std::is_void_v<T>)
    return wait_for_void<A>(std::move(awaitable), limit);
  else
    return wait_for_any<T, A>(std::move(awaitable), limit);
}
} // namespace detail

/// Awaits with a limit. At the deadline the awaitable is cancelled, and its cleanup is awaited.
///
/// **Cancellation** is passed on to the awaitable; it takes precedence over a deadline in the same pass.
/// **Errors** timeout_error at the deadline.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.wait_for
template <class T> coro<T> wait_for(coro<T> body, maybe_duration limit) {
  return detail::start_wait_for<T>(std::move(body), limit);
}
template <detail::other_awaitable A> auto wait_for(A awaitable, maybe_duration limit) {
  return detail::start_wait_for<detail::await_result<A>>(std::move(awaitable), limit);
}
template <class T> coro<T> wait_for(future<T> f, maybe_duration limit) {
  return detail::start_wait_for<T>(std::move(f), limit);
}
template <class T> coro<T> wait_for(task<T> t, maybe_duration limit) {
  return detail::start_wait_for<T>(std::move(t), limit);
}

} // namespace aio
