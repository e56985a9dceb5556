// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for libunifex: lazy tasks, senders, scopes; cancellation is the done
// signal that no handler sees.
#pragma once
#include "../standin.h"

namespace unifex {

template <class T>
struct [[nodiscard]] sender : standin::awaiter<T> {};

class inplace_stop_token {
public:
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;
};
class inplace_stop_source {
public:
  bool request_stop() noexcept;
  bool stop_requested() const noexcept;
  inplace_stop_token get_token() noexcept;
};

// The names of the tasks are aliases of a nested type.
namespace _task {
template <class T, bool Nothrow>
struct _task {
  class [[nodiscard]] type {
  public:
    struct promise_type : standin::promise<type, T, std::suspend_always> {
      void unhandled_exception() noexcept(Nothrow);
      std::coroutine_handle<> unhandled_done() noexcept { return std::noop_coroutine(); }
    };
    type(type &&other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
    ~type() {
      if (coroutine_)
        coroutine_.destroy();
    }
    standin::awaiter<T> operator co_await() &&;

  private:
    std::coroutine_handle<promise_type> coroutine_;
  };
};
} // namespace _task
template <class T = void>
using task = typename _task::_task<T, false>::type;
template <class T = void>
using nothrow_task = typename _task::_task<T, true>::type;

struct sync_wait_fn {
  template <class Sender>
  auto operator()(Sender &&) const -> std::optional<int> {
    return {};
  }
};
inline constexpr sync_wait_fn sync_wait{};
template <class Result>
struct sync_wait_r_fn {
  template <class Sender>
  auto operator()(Sender &&) const -> std::optional<Result> {
    return {};
  }
};
template <class Result>
inline constexpr sync_wait_r_fn<Result> sync_wait_r{};

struct spawn_detached_fn {
  template <class Sender, class Scope>
  void operator()(Sender &&sender, Scope &) const {
    standin::keep(std::forward<Sender>(sender));
  }
};
inline constexpr spawn_detached_fn spawn_detached{};
template <class... Values>
struct [[nodiscard]] future : sender<void> {};
struct spawn_future_fn {
  template <class Sender, class Scope>
  auto operator()(Sender &&sender, Scope &) const -> future<> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr spawn_future_fn spawn_future{};
struct schedule_fn {
  template <class Scheduler>
  auto operator()(Scheduler &&) const -> sender<void> {
    return {};
  }
};
inline constexpr schedule_fn schedule{};
struct schedule_after_fn {
  template <class Scheduler, class Duration>
  auto operator()(Scheduler &&, const Duration &) const -> sender<void> {
    return {};
  }
};
inline constexpr schedule_after_fn schedule_after{};
struct schedule_at_fn {
  template <class Scheduler, class Time>
  auto operator()(Scheduler &&, const Time &) const -> sender<void> {
    return {};
  }
};
inline constexpr schedule_at_fn schedule_at{};
struct when_all_fn {
  template <class... Senders>
  auto operator()(Senders &&...senders) const -> sender<std::tuple<>> {
    (standin::keep(std::forward<Senders>(senders)), ...);
    return {};
  }
};
inline constexpr when_all_fn when_all{};
struct stop_if_requested_fn {
  auto operator()() const noexcept -> sender<void> { return {}; }
};
inline constexpr stop_if_requested_fn stop_if_requested{};
struct done_as_optional_fn {
  template <class Sender>
  auto operator()(Sender &&sender) const -> unifex::sender<std::optional<int>> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr done_as_optional_fn done_as_optional{};
struct detach_on_cancel_fn {
  template <class Sender>
  auto operator()(Sender &&sender) const -> unifex::sender<void> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr detach_on_cancel_fn detach_on_cancel{};
struct at_coroutine_exit_fn {
  template <class Action, class... Args>
  auto operator()(Action &&action, Args &&...args) const -> standin::awaiter<std::tuple<std::decay_t<Args>...>> {
    standin::keep(std::forward<Action>(action));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
};
inline constexpr at_coroutine_exit_fn at_coroutine_exit{};

class async_mutex {
public:
  bool try_lock() noexcept;
  [[nodiscard]] sender<void> async_lock() noexcept;
  void unlock() noexcept;
};
class async_manual_reset_event {
public:
  void set() noexcept;
  bool ready() const noexcept;
  void reset() noexcept;
  [[nodiscard]] sender<void> async_wait() noexcept;
};

inline namespace v1 {
class async_scope {
public:
  ~async_scope() {
    if (active_)
      std::terminate();
  }
  template <class Sender>
  future<> spawn(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
  template <class Sender>
  void detached_spawn(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
  }
  template <class Sender>
  [[nodiscard]] unifex::sender<void> attach(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
  [[nodiscard]] sender<void> complete() noexcept;
  [[nodiscard]] sender<void> cleanup() noexcept;
  void request_stop() noexcept;

private:
  std::size_t active_ = 0;
};
} // namespace v1
namespace v2 {
class async_scope {
public:
  ~async_scope() {
    if (active_)
      std::terminate();
  }
  template <class Sender>
  [[nodiscard]] unifex::sender<void> nest(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
  [[nodiscard]] sender<void> join() noexcept;
  bool joined() const noexcept;

private:
  std::size_t active_ = 0;
};
} // namespace v2

class static_thread_pool {
public:
  struct scheduler {};
  ~static_thread_pool();
  scheduler get_scheduler() noexcept;
};
class timed_single_thread_context {
public:
  struct scheduler {};
  ~timed_single_thread_context();
  scheduler get_scheduler() noexcept;
};

} // namespace unifex
