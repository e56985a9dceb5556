// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for stdexec and exec: lazy tasks, senders, scopes; cancellation is
// the stopped signal that no handler sees.
#pragma once
#include "../standin.h"

namespace stdexec {

/// A description of work, awaitable in a task.
template <class T>
struct [[nodiscard]] sender : standin::awaiter<T> {
  using sender_concept = void;
};

struct inplace_stop_token {
  bool stop_requested() const noexcept;
  bool stop_possible() const noexcept;
};
struct inplace_stop_source {
  bool request_stop() noexcept;
  bool stop_requested() const noexcept;
  inplace_stop_token get_token() const noexcept;
};
struct env {};

struct sync_wait_t {
  template <class Sender>
  auto operator()(Sender &&) const -> std::optional<std::tuple<>> {
    return {};
  }
};
inline constexpr sync_wait_t sync_wait{};
struct sync_wait_with_variant_t {
  template <class Sender>
  auto operator()(Sender &&) const -> std::optional<std::variant<std::monostate>> {
    return {};
  }
};
inline constexpr sync_wait_with_variant_t sync_wait_with_variant{};

struct spawn_t {
  template <class Sender, class Token>
  void operator()(Sender &&sender, Token &&) const {
    standin::keep(std::forward<Sender>(sender));
  }
};
inline constexpr spawn_t spawn{};
struct spawn_future_t {
  template <class Sender, class Token>
  auto operator()(Sender &&sender, Token &&) const -> stdexec::sender<void> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr spawn_future_t spawn_future{};
struct when_all_t {
  template <class... Senders>
  auto operator()(Senders &&...senders) const -> sender<void> {
    (standin::keep(std::forward<Senders>(senders)), ...);
    return {};
  }
};
inline constexpr when_all_t when_all{};
struct stopped_as_optional_t {
  template <class Sender>
  auto operator()(Sender &&sender) const -> stdexec::sender<std::optional<int>> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr stopped_as_optional_t stopped_as_optional{};
struct stopped_as_error_t {
  template <class Sender, class Error>
  auto operator()(Sender &&sender, Error &&) const -> stdexec::sender<void> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr stopped_as_error_t stopped_as_error{};
struct schedule_t {
  template <class Scheduler>
  auto operator()(Scheduler &&) const -> sender<void> {
    return {};
  }
};
inline constexpr schedule_t schedule{};
struct get_stop_token_t {
  standin::awaiter<inplace_stop_token> operator co_await() const noexcept;
  template <class Env>
  inplace_stop_token operator()(const Env &) const noexcept {
    return {};
  }
};
inline constexpr get_stop_token_t get_stop_token{};

/// The promise knows what to do when an awaited sender completes with stopped.
template <class Self, class T>
struct task_promise : standin::promise<Self, T, std::suspend_always> {
  std::coroutine_handle<> unhandled_stopped() noexcept { return std::noop_coroutine(); }
};

template <class T = void, class Environment = env>
class [[nodiscard]] task {
public:
  struct promise_type : task_promise<task, T> {};
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  ~task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  template <class Promise>
  standin::awaiter<T> as_awaitable(Promise &) &&;
  standin::awaiter<T> operator co_await() &&;

private:
  std::coroutine_handle<promise_type> coroutine_;
};

class run_loop {
public:
  void run();
  void finish();
};

class simple_counting_scope {
public:
  struct token {};
  ~simple_counting_scope() {
    if (count_)
      std::terminate();
  }
  token get_token() noexcept;
  void close() noexcept;
  sender<void> join() noexcept;

private:
  std::size_t count_ = 0;
};
class counting_scope {
public:
  struct token {};
  ~counting_scope() {
    if (count_)
      std::terminate();
  }
  token get_token() noexcept;
  void close() noexcept;
  void request_stop() noexcept;
  sender<void> join() noexcept;

private:
  std::size_t count_ = 0;
};

} // namespace stdexec

namespace exec {

template <class T>
struct default_task_context {};
namespace __task {
template <class T, class Context>
class [[nodiscard]] basic_task {
public:
  struct promise_type : stdexec::task_promise<basic_task, T> {};
  basic_task(basic_task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  ~basic_task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  standin::awaiter<T> operator co_await() &&;

private:
  std::coroutine_handle<promise_type> coroutine_;
};
} // namespace __task
template <class T, class Context>
using basic_task = __task::basic_task<T, Context>;
template <class T>
using task = basic_task<T, default_task_context<T>>;

struct start_detached_t {
  template <class Sender>
  void operator()(Sender &&sender) const {
    standin::keep(std::forward<Sender>(sender));
  }
};
inline constexpr start_detached_t start_detached{};
struct ensure_started_t {
  template <class Sender>
  auto operator()(Sender &&sender) const -> stdexec::sender<void> {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
};
inline constexpr ensure_started_t ensure_started{};
struct start_now_t {
  template <class Scope, class... Senders>
  auto operator()(Scope &, Senders &&...senders) const -> stdexec::sender<void> {
    (standin::keep(std::forward<Senders>(senders)), ...);
    return {};
  }
};
inline constexpr start_now_t start_now{};
struct schedule_after_t {
  template <class Scheduler, class Duration>
  auto operator()(Scheduler &&, const Duration &) const -> stdexec::sender<void> {
    return {};
  }
};
inline constexpr schedule_after_t schedule_after{};
struct schedule_at_t {
  template <class Scheduler, class Time>
  auto operator()(Scheduler &&, const Time &) const -> stdexec::sender<void> {
    return {};
  }
};
inline constexpr schedule_at_t schedule_at{};
struct at_coroutine_exit_t {
  template <class Action, class... Args>
  auto operator()(Action &&action, Args &&...args) const -> standin::awaiter<std::tuple<std::decay_t<Args>...>> {
    standin::keep(std::forward<Action>(action));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
};
inline constexpr at_coroutine_exit_t at_coroutine_exit{};
template <class Scheduler>
standin::awaiter<void> reschedule_coroutine_on(Scheduler &&scheduler);

class async_scope {
public:
  ~async_scope() {
    if (active_)
      std::terminate();
  }
  [[nodiscard]] stdexec::sender<void> on_empty() const noexcept;
  template <class Sender>
  void spawn(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
  }
  template <class Sender>
  stdexec::sender<void> spawn_future(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
  template <class Sender>
  [[nodiscard]] stdexec::sender<void> nest(Sender &&sender) {
    standin::keep(std::forward<Sender>(sender));
    return {};
  }
  bool request_stop() noexcept;

private:
  std::size_t active_ = 0;
};

class static_thread_pool {
public:
  struct scheduler {};
  explicit static_thread_pool(unsigned threads);
  ~static_thread_pool();
  scheduler get_scheduler() noexcept;
  void request_stop() noexcept;
};

} // namespace exec
