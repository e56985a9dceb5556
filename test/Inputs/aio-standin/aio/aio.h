// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for aio: lazy coroutines, eager tasks that the loop keeps alive, cancellation by a dedicated exception.
#pragma once
#include "../../standin.h"

namespace aio {

class base_exception {
public:
  virtual ~base_exception() = default;
};
class cancelled_error final : public base_exception {};

template <class T = void>
class [[nodiscard("a coroutine does nothing until it is awaited")]] coro {
public:
  struct promise_type : standin::promise<coro, T, std::suspend_always> {};
  coro(coro &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  coro &operator=(coro &&other) noexcept;
  ~coro() {
    if (handle_)
      handle_.destroy();
  }
  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
  standin::awaiter<T> operator co_await() && noexcept;

private:
  std::coroutine_handle<promise_type> handle_;
};

class any_future {
public:
  bool done() const noexcept;
  bool cancelled() const noexcept;
  bool cancel(const std::string &message = {}) const;
  std::exception_ptr exception() const;
  explicit operator bool() const noexcept { return static_cast<bool>(core_); }

private:
  std::shared_ptr<void> core_;
};

template <class T>
class future : public any_future {
public:
  T result() const;
  standin::awaiter<T> operator co_await() const noexcept;
};

template <class T>
class task : public future<T> {
public:
  int cancelling() const noexcept;
  int uncancel() const noexcept;
  std::string get_name() const;
};

template <class T>
class [[nodiscard]] async_generator {
public:
  struct promise_type : standin::generator_promise<async_generator, T> {};
  async_generator(async_generator &&) noexcept;
  coro<void> aclose();
};

class executor {};

class handle {
public:
  void cancel();
  bool cancelled() const;
};

template <class F, class... Args>
coro<std::invoke_result_t<F, Args...>> to_thread(F &&function, Args &&...args) {
  standin::keep(std::forward<F>(function));
  (standin::keep(std::forward<Args>(args)), ...);
  std::abort();
}

class event_loop {
public:
  void run_forever();
  template <class T>
  T run_until_complete(coro<T> main);
  template <class T>
  T run_until_complete(const future<T> &future);
  template <class T>
  future<T> create_future();
  template <class T>
  task<T> create_task(coro<T> body);
  template <class F, class... Args>
  future<std::invoke_result_t<F, Args...>> run_in_executor(executor *, F &&function, Args &&...args) {
    standin::keep(std::forward<F>(function));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
  template <class F, class... Args>
  handle call_soon(F &&function, Args &&...args) {
    standin::keep(std::forward<F>(function));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
  template <class F, class... Args>
  handle call_soon_threadsafe(F &&function, Args &&...args) {
    return call_soon(std::forward<F>(function), std::forward<Args>(args)...);
  }
  template <class Rep, class Period, class F, class... Args>
  handle call_later(std::chrono::duration<Rep, Period>, F &&function, Args &&...args) {
    return call_soon(std::forward<F>(function), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  handle call_at(std::chrono::steady_clock::time_point, F &&function, Args &&...args) {
    return call_soon(std::forward<F>(function), std::forward<Args>(args)...);
  }
};
event_loop &get_running_loop();

class [[nodiscard]] task_group {
public:
  template <class T>
  task<T> create_task(coro<T> body);
  coro<void> aclose();
};

class runner {
public:
  template <class T>
  T run(coro<T> main);
};

template <class T>
task<T> create_task(coro<T> body);
template <class T>
task<T> ensure_future(coro<T> body);
template <class T>
T run(coro<T> main);
template <class T>
future<T> shield(coro<T> body);
template <class... Awaitables>
future<std::tuple<>> gather(Awaitables &&...awaitables);
template <class Range>
coro<void> wait(const Range &range);
template <class T>
coro<T> wait_for(coro<T> body, std::chrono::nanoseconds limit);
template <class T>
coro<T> wait_for(task<T> body, std::chrono::nanoseconds limit);

struct [[nodiscard]] sleep_request {
  standin::awaiter<void> operator co_await() &&;
};
template <class Rep, class Period>
sleep_request sleep(std::chrono::duration<Rep, Period> delay);
sleep_request yield_now();

} // namespace aio
