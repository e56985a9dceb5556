// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async_with: scopes whose entry and exit await; context managers written as generators; finally.
#pragma once

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <aio/core/async_generator.h>
#include <aio/core/awaitable.h>

namespace aio {

namespace detail {

/// True for a type that can be the operand of co_await.
template <class R>
constexpr bool can_be_awaited =
    is_coro<std::remove_cvref_t<R>> || std::is_base_of_v<any_future, std::remove_cvref_t<R>> || other_awaitable<R>;
template <class Body, class Value, bool Takes = std::is_invocable_v<Body &, Value &>> struct body_call {
  static_assert(std::is_invocable_v<Body &>, "the body takes no argument, or what the scope's entry gives");
  using type = void;
};
template <class Body, class Value> struct body_call<Body, Value, true> : std::invoke_result<Body &, Value &> {};
template <class Body, class Value>
  requires std::is_invocable_v<Body &>
struct body_call<Body, Value, false> : std::invoke_result<Body &> {};
template <class Body, class Value> constexpr bool body_is_awaited() {
  constexpr bool fine = can_be_awaited<typename body_call<Body, Value>::type>;
  static_assert(fine, "the body has to be a coroutine: [&]() -> aio::coro<> { ... }");
  return fine;
}

template <class Body, class Value> decltype(auto) call_body(Body &body, Value &value) {
  if constexpr (std::is_invocable_v<Body &, Value &>)
    return body(value);
  else
    return body();
}
template <class Body, class Value> struct body_result {
  using type = await_result<decltype(call_body(std::declval<Body &>(), std::declval<Value &>()))>;
};
template <class Body> struct body_result<Body, void> {
  using type = await_result<decltype(std::declval<Body &>()())>;
};

template <class CM> using entered = await_result<decltype(std::declval<CM &>().aenter())>;

template <class R, class CM, class Body> coro<R> run_with(CM cm, Body body) {
  using value_type = entered<std::remove_reference_t<CM>>;
  std::exception_ptr error;
  result_slot<R> result;
  if constexpr (std::is_void_v<value_type>) {
    co_await cm.aenter();
    try {
      if constexpr (std::is_void_v<R>)
        co_await body();
      else
        result.emplace(co_await body());
    } catch (...) {
      error = std::current_exception();
    }
  } else {
    value_type value = co_await cm.aenter();
    try {
      if constexpr (std::is_void_v<R>)
        co_await call_body(body, value);
      else
        result.emplace(co_await call_body(body, value));
    } catch (...) {
      error = std::current_exception();
    }
  }
  const bool suppressed = co_await cm.aexit(error);
  if (error && !suppressed)
    std::rethrow_exception(error);
  if constexpr (!std::is_void_v<R>) {
    if (error)
      throw runtime_error("async_with: the exit suppressed the body's exception, so there is no value");
    co_return result.take();
  }
}

/// An awaitable that is ready and has a value.
template <class T> struct ready {
  T value;
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return static_cast<T &&>(value); }
};

} // namespace detail

/// Runs `body` between `cm.aenter()` and `cm.aexit(error)`; both are awaited, and the exit runs in every case.
///
/// `body` is a function that returns `coro<R>`; it gets the result of the entry, if it takes an argument. An exit that
/// returns true suppresses the body's exception. Pass the manager as an lvalue to keep it, as an rvalue to move it in.
///
/// **Cancellation** inside the body reaches the exit as a cancelled_error.
/// **Lifetime** `body` is kept until the exit is done, so its captures stay valid.
/// **Source** PEP 492, async with.
template <class CM, class Body> auto async_with(CM &&cm, Body &&body) {
  using held = std::conditional_t<std::is_lvalue_reference_v<CM>, CM, std::remove_cvref_t<CM>>;
  using value = std::remove_reference_t<detail::entered<std::remove_reference_t<CM>>>;
  if constexpr (detail::body_is_awaited<std::decay_t<Body>, std::conditional_t<std::is_void_v<value>, int, value>>()) {
    using result = typename detail::body_result<std::decay_t<Body>, value>::type;
    return detail::run_with<result, held, std::decay_t<Body>>(std::forward<CM>(cm), std::forward<Body>(body));
  } else {
    return std::suspend_never{};
  }
}

/// Closes a generator at the end of its scope.
template <class Generator> class [[nodiscard]] aclosing {
public:
  explicit aclosing(Generator generator) : generator_(std::move(generator)) {}
  detail::ready<Generator &> aenter() { return {generator_}; }
  coro<bool> aexit(std::exception_ptr) {
    auto closing = generator_.aclose();
    co_await closing;
    co_return false;
  }

private:
  Generator generator_;
};

/// Makes an async context manager of a generator that yields once: the part before is the entry, the part after the
/// exit.
///
/// The body's exception is thrown at the `co_yield`; a generator that catches it and ends has suppressed it.
///
/// **Errors** runtime_error if the generator does not yield, or yields twice.
/// **Source** docs.python.org/3/library/contextlib.html#contextlib.asynccontextmanager
template <class T> class [[nodiscard]] async_context {
public:
  explicit async_context(async_generator<T> generator) : generator_(std::move(generator)) {}
  coro<T> aenter() {
    auto step = generator_.anext();
    auto value = co_await step;
    if (!value)
      throw runtime_error("the generator of an async context manager did not yield");
    if constexpr (std::is_reference_v<T>)
      co_return value->get();
    else
      co_return std::move(*value);
  }
  coro<bool> aexit(std::exception_ptr error) {
    bool again = false;
    if (!error) {
      auto step = generator_.anext();
      auto item = co_await step;
      again = item.has_value();
    } else {
      std::exception_ptr thrown;
      try {
        auto step = generator_.athrow(error);
        auto item = co_await step;
        again = item.has_value();
      } catch (...) {
        thrown = std::current_exception();
      }
      if (thrown == error)
        co_return false;
      if (thrown)
        std::rethrow_exception(thrown);
    }
    if (again) {
      auto closing = generator_.aclose();
      co_await closing;
      throw runtime_error("the generator of an async context manager did not stop after its yield");
    }
    co_return static_cast<bool>(error);
  }

private:
  async_generator<T> generator_;
};

template <class T> async_context<T> asynccontextmanager(async_generator<T> generator) {
  return async_context<T>(std::move(generator));
}

namespace detail {
template <class R, class Body, class Cleanup> coro<R> run_finally(Body body, Cleanup cleanup) {
  std::exception_ptr error;
  result_slot<R> result;
  try {
    if constexpr (std::is_void_v<R>)
      co_await body();
    else
      result.emplace(co_await body());
  } catch (...) {
    error = std::current_exception();
  }
  co_await cleanup();
  if (error)
    std::rethrow_exception(error);
  co_return result.take();
}
template <class Body, class Cleanup> coro<void> run_finally_void(Body body, Cleanup cleanup) {
  std::exception_ptr error;
  try {
    co_await body();
  } catch (...) {
    error = std::current_exception();
  }
  co_await cleanup();
  if (error)
    std::rethrow_exception(error);
}
} // namespace detail

/// Runs `body`, then `cleanup` in every case, both awaited: what a destructor cannot do.
template <class Body, class Cleanup> auto finally(Body &&body, Cleanup &&cleanup) {
  using result = typename detail::body_result<std::decay_t<Body>, void>::type;
  if constexpr (std::is_void_v<result>)
    return detail::run_finally_void<std::decay_t<Body>, std::decay_t<Cleanup>>(std::forward<Body>(body),
                                                                               std::forward<Cleanup>(cleanup));
  else
    return detail::run_finally<result, std::decay_t<Body>, std::decay_t<Cleanup>>(std::forward<Body>(body),
                                                                                  std::forward<Cleanup>(cleanup));
}

} // namespace aio
