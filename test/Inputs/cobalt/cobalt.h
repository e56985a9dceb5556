// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for Boost.Cobalt: eager promises that cancel when dropped, lazy tasks, detached coroutines, Asio's error codes.
#pragma once
#include "../standin.h"

namespace boost {
namespace system {
class error_code {
public:
  error_code() noexcept = default;
  template <class Enum, class = std::enable_if_t<std::is_enum_v<Enum>>>
  error_code(Enum code) noexcept;
  explicit operator bool() const noexcept;
  bool operator==(const error_code &) const noexcept = default;
};
class system_error : public std::runtime_error {
public:
  explicit system_error(const error_code &code);
  error_code code() const noexcept;
};
} // namespace system

namespace asio {
namespace error {
enum basic_errors { operation_aborted = 125 };
}
enum class cancellation_type : unsigned { none = 0, terminal = 1, partial = 2, total = 4, all = 7 };
class io_context {
public:
  std::size_t run();
};
struct use_future_t {};
inline constexpr use_future_t use_future{};
struct detached_t {};
inline constexpr detached_t detached{};
namespace this_coro {
struct executor_t {};
inline constexpr executor_t executor{};
struct cancellation_state_t {};
inline constexpr cancellation_state_t cancellation_state{};
} // namespace this_coro
} // namespace asio

namespace cobalt {

class executor {};

namespace this_coro {
using namespace asio::this_coro;
struct cancelled_t {};
inline constexpr cancelled_t cancelled{};
struct initial_t {};
inline constexpr initial_t initial{};
template <class Slot>
struct reset_cancellation_source_t {
  Slot slot;
};
template <class Slot = int>
reset_cancellation_source_t<Slot> reset_cancellation_source(Slot slot = {});
} // namespace this_coro

/// What every Cobalt promise answers to `co_await this_coro::...`.
struct this_coro_awaits {
  struct executor_awaiter {
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) noexcept {}
    cobalt::executor await_resume() noexcept;
  };
  struct cancelled_awaiter {
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) noexcept {}
    asio::cancellation_type await_resume() noexcept;
  };
  executor_awaiter await_transform(this_coro::executor_t) noexcept { return {}; }
  cancelled_awaiter await_transform(this_coro::cancelled_t) noexcept { return {}; }
  cancelled_awaiter await_transform(this_coro::cancellation_state_t) noexcept { return {}; }
  template <class Awaitable>
    requires(!std::is_same_v<std::remove_cvref_t<Awaitable>, this_coro::executor_t> &&
             !std::is_same_v<std::remove_cvref_t<Awaitable>, this_coro::cancelled_t> &&
             !std::is_same_v<std::remove_cvref_t<Awaitable>, this_coro::cancellation_state_t>)
  Awaitable &&await_transform(Awaitable &&awaitable) noexcept {
    return static_cast<Awaitable &&>(awaitable);
  }
};

template <class T>
struct operation : standin::awaiter<T> {};

template <class T>
struct [[nodiscard]] promise {
  struct promise_type : standin::promise<promise, T, std::suspend_never>, this_coro_awaits {};
  promise(promise &&other) noexcept : attached_(std::exchange(other.attached_, false)) {}
  promise &operator=(promise &&other) noexcept;
  promise(const promise &) = delete;
  ~promise() {
    if (attached_)
      cancel();
  }
  operation<T> operator co_await();
  void operator+() && { detach(); }
  void cancel(asio::cancellation_type type = asio::cancellation_type::all);
  bool ready() const;
  explicit operator bool() const;
  bool attached() const;
  void detach() { attached_ = false; }
  void attach();
  T get();

private:
  bool attached_ = true;
};

template <class T>
struct [[nodiscard]] task {
  struct promise_type : standin::promise<task, T, std::suspend_always>, this_coro_awaits {};
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  operation<T> operator co_await();

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class Yield, class Push = void>
struct [[nodiscard]] generator {
  struct promise_type : this_coro_awaits {
    generator get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Yield value);
    void return_value(Yield value);
    void unhandled_exception() {}
  };
  generator(generator &&) noexcept;
  ~generator() { cancel(); }
  operation<Yield> operator co_await();
  void cancel(asio::cancellation_type type = asio::cancellation_type::all);
  bool ready() const;
  explicit operator bool() const;
};

struct detached {
  struct promise_type : standin::detached_promise<detached>, this_coro_awaits {};
};

/// Return type of co_main.
class main {
public:
  struct promise_type : standin::promise<main, int, std::suspend_always>, this_coro_awaits {};
};

template <class Context, class T, class Token>
auto spawn(Context &, task<T> &&body, Token &&token) -> void {
  standin::keep(std::move(body));
  standin::keep(std::forward<Token>(token));
}
template <class T>
T run(task<T> body);
template <class... Args>
[[nodiscard]] operation<std::tuple<>> join(Args &&...args);
template <class... Args>
[[nodiscard]] operation<std::tuple<>> gather(Args &&...args);
template <class... Args>
[[nodiscard]] operation<std::variant<std::monostate>> race(Args &&...args);
template <class Arg, class Func>
promise<void> with(Arg &&arg, Func &&func) {
  standin::keep(std::forward<Arg>(arg));
  standin::keep(std::forward<Func>(func));
  return standin::result<promise<void>>();
}

struct wait_group {
  explicit wait_group(asio::cancellation_type normal = asio::cancellation_type::none,
                      asio::cancellation_type exceptional = asio::cancellation_type::all);
  void push_back(promise<void> p);
  std::size_t size() const;
  std::size_t reap();
  void cancel(asio::cancellation_type type = asio::cancellation_type::all);
  operation<void> wait_one();
  operation<void> wait();
  operation<void> operator co_await();
  operation<void> await_exit(std::exception_ptr error);
};

struct thread {
  ~thread();
  bool joinable() const;
  void join();
  void detach();
  operation<void> operator co_await() &;
};

template <class T>
struct channel {
  operation<T> read();
  operation<void> write(T value);
  void close();
};

namespace io {
[[nodiscard]] operation<void> sleep(const std::chrono::steady_clock::duration &duration);
[[nodiscard]] operation<void> sleep(const std::chrono::steady_clock::time_point &time);
} // namespace io

} // namespace cobalt
} // namespace boost
