// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// coro<T>: the one coroutine type of aio. Lazy, awaited once, resumed by symmetric transfer.
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <aio/core/errors.h>
#include <aio/core/frame.h>

// Clang's attribute that lets a child's frame be allocated in its parent's frame. The other attributes for coroutine
// types are left out: with coro_return_type, and with coro_lifetimebound that needs it, every function and lambda that
// passes a coroutine on would have to be a coro_wrapper, or not compile; coro_only_destroy_when_complete does not hold,
// because frames can be destroyed before their end.
#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::coro_await_elidable)
#define AIO_CORO_ATTRIBUTES [[clang::coro_await_elidable]]
#endif
#endif
#ifndef AIO_CORO_ATTRIBUTES
#define AIO_CORO_ATTRIBUTES
#endif

// g++ turns symmetric transfer into a tail call only when it optimises, and not under its sanitizers. Otherwise a child
// is resumed by an ordinary call, so that a loop of awaits does not grow the stack.
#if defined(__clang__) || (defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__))
#define AIO_SYMMETRIC_TRANSFER 1
#else
#define AIO_SYMMETRIC_TRANSFER 0
#endif

namespace aio {

template <class T = void> class coro;

template <class T> inline constexpr bool is_coro = false;
template <class T> inline constexpr bool is_coro<coro<T>> = true;

namespace detail {

class task_core;

/// Holds the value of a finished computation.
template <class T> class result_slot {
public:
  template <class U> void emplace(U &&value) { value_.emplace(std::forward<U>(value)); }
  T &get() noexcept { return *value_; }
  T &&take() noexcept { return std::move(*value_); }

private:
  std::optional<T> value_;
};
template <class T> class result_slot<T &> {
public:
  void emplace(T &value) noexcept { value_ = std::addressof(value); }
  T &get() noexcept { return *value_; }
  T &take() noexcept { return *value_; }

private:
  T *value_ = nullptr;
};
template <> class result_slot<void> {
public:
  void get() noexcept {}
  void take() noexcept {}
};

/// Transfers control to the coroutine that awaits the frame.
struct final_awaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise> std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> frame) const noexcept {
    return frame.promise().continuation();
  }
  void await_resume() const noexcept {}
};

template <class A>
concept has_member_co_await = requires(A &&a) { static_cast<A &&>(a).operator co_await(); };
template <class A>
concept has_free_co_await = requires(A &&a) { operator co_await(static_cast<A &&>(a)); };
template <class A>
concept plain_awaiter = requires(A &a) {
  a.await_ready();
  a.await_resume();
};

/// Forwards to an awaiter that is stored elsewhere in the full expression.
template <class A> struct awaiter_ref {
  A *awaiter;
  bool await_ready() { return awaiter->await_ready(); }
  template <class Promise> auto await_suspend(std::coroutine_handle<Promise> h) { return awaiter->await_suspend(h); }
  decltype(auto) await_resume() { return awaiter->await_resume(); }
};

/// The base of all promises of aio: the record, the pending exception, and the check of what may be awaited.
class promise_core : public frame_record {
public:
  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
    error_ = std::current_exception();
    finished_by(true);
  }

  /// Records the position of the await, and returns the awaiter by value.
  template <class A> auto await_transform(A &&a, std::source_location site = std::source_location::current()) {
    at(site);
    if constexpr (is_coro<std::remove_cvref_t<A>> && std::is_lvalue_reference_v<A>) {
      static_assert(!std::is_lvalue_reference_v<A>, "a coroutine is awaited once: write co_await std::move(c)");
      return std::suspend_never{};
    } else if constexpr (has_member_co_await<A>) {
      return static_cast<A &&>(a).operator co_await();
    } else if constexpr (has_free_co_await<A>) {
      return operator co_await(static_cast<A &&>(a));
    } else if constexpr (plain_awaiter<std::remove_reference_t<A>>) {
      return awaiter_ref<std::remove_reference_t<A>>{std::addressof(a)};
    } else {
      static_assert(!std::is_function_v<std::remove_pointer_t<std::remove_reference_t<A>>>,
                    "a function cannot be awaited, only what it returns: write co_await f()");
      static_assert(std::is_function_v<std::remove_pointer_t<std::remove_reference_t<A>>>,
                    "this type cannot be awaited");
      return std::suspend_never{};
    }
  }

  bool failed() const noexcept { return static_cast<bool>(error_); }
  std::exception_ptr take_error() noexcept { return std::exchange(error_, nullptr); }

private:
  std::exception_ptr error_;
};

template <class T> class coro_promise_base : public promise_core {
public:
  template <class U = T>
    requires std::is_constructible_v<T, U &&>
  void return_value(U &&value) {
    slot_.emplace(std::forward<U>(value));
    finished_by(false);
  }
  result_slot<T> &slot() noexcept { return slot_; }

private:
  result_slot<T> slot_;
};
template <class T> class coro_promise_base<T &> : public promise_core {
public:
  void return_value(T &value) noexcept {
    slot_.emplace(value);
    finished_by(false);
  }
  result_slot<T &> &slot() noexcept { return slot_; }

private:
  result_slot<T &> slot_;
};
template <> class coro_promise_base<void> : public promise_core {
public:
  void return_void() noexcept { finished_by(false); }
  result_slot<void> &slot() noexcept { return slot_; }

private:
  [[no_unique_address]] result_slot<void> slot_;
};

template <class T> class coro_promise final : public coro_promise_base<T> {
public:
  template <class... Args> explicit coro_promise(Args &...args) noexcept { this->watch_birth(args...); }
  coro<T> get_return_object(std::source_location location = std::source_location::current());
};

/// Starts a child frame and, when it is done, gives its result.
template <class T> class [[nodiscard]] child_awaiter {
public:
  explicit child_awaiter(std::coroutine_handle<coro_promise<T>> child) noexcept : child_(child) {}
  child_awaiter(child_awaiter &&other) noexcept : child_(std::exchange(other.child_, nullptr)) {}
  child_awaiter &operator=(child_awaiter &&) = delete;
  ~child_awaiter() {
    if (child_)
      child_.destroy();
  }
  bool await_ready() const {
    if (!child_)
      refuse_second_await("coroutine");
    return false;
  }
#if AIO_SYMMETRIC_TRANSFER
  template <class Promise> std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) noexcept {
    const auto child = child_; // read once: for all the compiler knows, the writes below may change this object
    child.promise().awaited_by(parent, std::addressof(static_cast<frame_record &>(parent.promise())));
    child.promise().mark_started();
    return child;
  }
#else
  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> parent) noexcept {
    frame_record *record = std::addressof(static_cast<frame_record &>(parent.promise()));
    child_.promise().awaited_by(std::noop_coroutine(), record);
    child_.promise().mark_started();
    child_.resume();
    if (child_.done())
      return false;
    child_.promise().awaited_by(parent, record);
    return true;
  }
#endif
  AIO_IN_THE_FRAME T await_resume() {
    auto &promise = child_.promise();
    if (promise.failed()) [[unlikely]]
      std::rethrow_exception(promise.take_error());
    return promise.slot().take();
  }

private:
  std::coroutine_handle<coro_promise<T>> child_;
};

} // namespace detail

/// The return type of aio's coroutine functions: a computation that has not begun.
///
/// It starts when it is awaited or becomes a task, and can be awaited once, as an rvalue:
/// `co_await f()` or `co_await std::move(c)`.
///
/// **Suspends** only where the body does: awaiting it does not end the step.
/// **Cancellation** reaches the innermost await of the body and unwinds frame by frame.
/// **Errors** std::bad_alloc comes from the call that creates the frame.
/// **Lifetime** owns the frame. Reference parameters must outlive the await.
/// **Debug mode** unawaited-task; awaited twice is a runtime_error in every mode.
template <class T> class [[nodiscard("a coroutine does nothing until it is awaited")]] AIO_CORO_ATTRIBUTES coro {
public:
  using promise_type = detail::coro_promise<T>;
  using value_type = T;
  using handle_type = std::coroutine_handle<promise_type>;

  coro() noexcept = default;
  coro(coro &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  coro &operator=(coro &&other) noexcept {
    if (this != &other) {
      if (handle_)
        handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~coro() {
    if (handle_)
      handle_.destroy();
  }

  detail::child_awaiter<T> operator co_await() && noexcept {
    return detail::child_awaiter<T>(std::exchange(handle_, nullptr));
  }
  /// A coroutine is awaited once: write `co_await std::move(c)`.
  void operator co_await() & = delete;

  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
  /// Destroys the coroutine on purpose; nothing is reported.
  void close() noexcept {
    if (handle_) {
      handle_.promise().mark_disposed();
      std::exchange(handle_, nullptr).destroy();
    }
  }
  /// The frame; this object keeps owning it.
  handle_type handle() const noexcept { return handle_; }
  /// Transfers the frame to the caller, who has to destroy it.
  handle_type release() noexcept { return std::exchange(handle_, nullptr); }
  frame_record *frame() const noexcept { return handle_ ? &handle_.promise() : nullptr; }

private:
  friend promise_type;
  explicit coro(handle_type handle) noexcept : handle_(handle) {}
  handle_type handle_;
};

template <class T> coro<T> detail::coro_promise<T>::get_return_object(std::source_location location) {
  this->created_at(location);
  return coro<T>(std::coroutine_handle<coro_promise>::from_promise(*this));
}

} // namespace aio
