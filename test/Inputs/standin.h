// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts that every stand-in of a coroutine library needs: a promise, an owning handle and an awaiter.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace standin {

template <class T>
struct returns {
  template <class U>
  void return_value(U &&value) {
    static_cast<void>(T(std::forward<U>(value)));
  }
};

template <>
struct returns<void> {
  void return_void();
};

/// A promise whose coroutine starts as `Start` says: lazy with suspend_always, eager with suspend_never.
template <class Task, class T, class Start>
struct promise : returns<T> {
  Task get_return_object();
  Start initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() {}
};

/// A promise whose frame destroys itself at the end: the coroutine belongs to nobody.
template <class Task>
struct detached_promise : returns<void> {
  Task get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }
};

template <class T>
struct awaiter {
  bool await_ready() const noexcept;
  bool await_suspend(std::coroutine_handle<> handle);
  T await_resume();
};

/// Promise of a synchronous or asynchronous generator.
template <class Generator, class T>
struct generator_promise {
  Generator get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  std::suspend_always yield_value(std::remove_reference_t<T> &value);
  std::suspend_always yield_value(std::remove_reference_t<T> &&value);
  void return_void();
  void unhandled_exception() {}
};

template <class T>
struct iterator {
  T &operator*() const;
  iterator &operator++();
  bool operator==(std::nullptr_t) const;
};

/// Keeps a callable or a task, as a library does that runs it later.
template <class T>
void keep(T &&value) {
  [[maybe_unused]] static std::decay_t<T> kept(std::forward<T>(value));
}

/// A result that no test ever reads.
template <class T>
T result() {
  std::terminate();
}

} // namespace standin
