// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Task types that no facts file describes. The checker reads their properties from their structure.
#pragma once
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace own {

template <class Task, class T>
struct result_promise {
  std::optional<T> value;
  template <class U>
  void return_value(U &&u) {
    value = std::forward<U>(u);
  }
};
template <class Task>
struct result_promise<Task, void> {
  void return_void() {}
};

template <class T>
struct awaits {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> next) noexcept { return next; }
  T await_resume();
};

/// Lazy, single shot, owns its frame.
template <class T = void>
class lazy {
public:
  struct promise_type : result_promise<lazy, T> {
    lazy get_return_object() { return lazy{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::terminate(); }
  };
  lazy() = default;
  lazy(lazy &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  lazy &operator=(lazy &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~lazy() {
    if (handle_)
      handle_.destroy();
  }
  bool valid() const { return bool(handle_); }
  bool done() const { return handle_.done(); }
  explicit operator bool() const noexcept { return bool(handle_); }
  void start() { handle_.resume(); }
  T get();
  awaits<T> operator co_await() &&;

private:
  explicit lazy(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

/// Runs at once; its destructor destroys the frame.
template <class T = void>
class eager {
public:
  struct promise_type : result_promise<eager, T> {
    eager get_return_object() { return eager{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::terminate(); }
  };
  eager() = default;
  eager(eager &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  eager &operator=(eager &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~eager() {
    if (handle_)
      handle_.destroy();
  }
  bool done() const { return handle_.done(); }
  explicit operator bool() const noexcept { return bool(handle_); }
  awaits<T> operator co_await() &&;
  template <class F>
  eager<> then(F) {
    return {};
  }

private:
  explicit eager(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

} // namespace own
