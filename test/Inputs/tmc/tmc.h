// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for TooManyCooks: lazy tasks, spawn() that must be initiated, forks
// that must be awaited.
#pragma once
#include "../standin.h"
#include <future>

namespace tmc {

namespace detail {
/// What may only be awaited when it is moved.
template <class Base>
class rvalue_only_awaitable : public Base {
  using Base::await_ready;
  using Base::await_resume;
  using Base::await_suspend;
  using Base::Base;

public:
  Base &&operator co_await() && noexcept { return static_cast<Base &&>(*this); }
};
} // namespace detail

template <class Result = void>
class [[nodiscard("You must await or initiate the task")]] task {
public:
  struct promise_type : standin::promise<task, Result, std::suspend_always> {};
  task(task &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~task() {
    if (handle_)
      handle_.destroy();
  }
  task &resume_on(int &executor) & noexcept;
  explicit operator bool() const noexcept;
  standin::awaiter<Result> operator co_await() && noexcept;

private:
  std::coroutine_handle<promise_type> handle_;
};

template <class Awaitable, class Result>
class [[nodiscard("You must co_await aw_spawn_fork.")]] aw_spawn_fork_impl : public standin::awaiter<Result> {};
template <class Awaitable, class Result>
using aw_spawn_fork = detail::rvalue_only_awaitable<aw_spawn_fork_impl<Awaitable, Result>>;

template <class Awaitable, class Result>
class [[nodiscard("You must await or initiate the result of spawn().")]] aw_spawn {
public:
  aw_spawn(Awaitable &&awaitable) : wrapped_(std::move(awaitable)) {}
  standin::awaiter<Result> operator co_await() &&;
  void detach() && { standin::keep(std::move(wrapped_)); }
  [[nodiscard("You must co_await the fork() awaitable before it goes out of "
              "scope.")]] aw_spawn_fork<Awaitable, Result>
  fork() &&;
  aw_spawn &&run_on(int &executor) &&;
  aw_spawn &&with_priority(std::size_t priority) &&;

private:
  Awaitable wrapped_;
};

template <class Result>
aw_spawn<task<Result>, Result> spawn(task<Result> &&awaitable) {
  return {std::move(awaitable)};
}

class [[nodiscard("You must await or initiate the result of spawn_many().")]] aw_spawn_many {
public:
  standin::awaiter<void> operator co_await() &&;
  void detach() &&;
  [[nodiscard]] detail::rvalue_only_awaitable<standin::awaiter<void>> fork() &&;
};
template <class Iterator>
aw_spawn_many spawn_many(Iterator &&begin, std::size_t count);
class [[nodiscard("You must await or initiate the result of spawn_tuple().")]] aw_spawn_tuple {
public:
  standin::awaiter<std::tuple<>> operator co_await() &&;
  void detach() &&;
  [[nodiscard]] detail::rvalue_only_awaitable<standin::awaiter<std::tuple<>>> fork() &&;
};
template <class... Awaitables>
aw_spawn_tuple spawn_tuple(Awaitables &&...awaitables);
class [[nodiscard("You must await or initiate the result of spawn_func().")]] aw_spawn_func {
public:
  standin::awaiter<void> operator co_await() &&;
  void detach() &&;
  [[nodiscard]] detail::rvalue_only_awaitable<standin::awaiter<void>> fork() &&;
};
template <class F>
aw_spawn_func spawn_func(F &&func) {
  standin::keep(std::forward<F>(func));
  return {};
}

class [[nodiscard("You must co_await fork_group before it goes out of scope.")]] aw_fork_group {
public:
  template <class Awaitable>
  void fork(Awaitable &&awaitable) {
    standin::keep(std::forward<Awaitable>(awaitable));
  }
  standin::awaiter<void> operator co_await() &&;
};
aw_fork_group fork_group();

template <class Executor, class Work>
void post(Executor &, Work &&work, std::size_t = 0) {
  standin::keep(std::forward<Work>(work));
}
template <class Executor, class Work>
[[nodiscard]] std::future<void> post_waitable(Executor &, Work &&work, std::size_t = 0) {
  standin::keep(std::forward<Work>(work));
  return {};
}
template <class Executor, class Iterator>
void post_bulk(Executor &executor, Iterator &&begin, std::size_t count);
template <class Executor, class Iterator>
[[nodiscard]] std::future<void> post_bulk_waitable(Executor &executor, Iterator &&begin, std::size_t count);
int async_main(task<int> &&main);

struct [[nodiscard]] aw_yield : standin::awaiter<void> {};
constexpr aw_yield yield() { return {}; }
struct [[nodiscard]] aw_yield_if_requested : standin::awaiter<void> {};
constexpr aw_yield_if_requested yield_if_requested() { return {}; }

class ex_cpu {
public:
  void init();
  void teardown();
};
class ex_manual_st {
public:
  bool run_one();
  std::size_t run_all();
};

template <class Awaitable, class Result>
class [[nodiscard("You must co_await fork_clang() immediately.")]] aw_fork_clang {
public:
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  aw_spawn_fork<Awaitable, Result> await_resume() noexcept;
};
template <class Result>
aw_fork_clang<task<Result>, Result> fork_clang(task<Result> &&awaitable);

template <std::size_t MaxCount, class Awaitable>
class [[nodiscard("You must await or initiate the result of spawn_group().")]]
aw_spawn_group {
public:
  void add(Awaitable &&awaitable) { standin::keep(std::move(awaitable)); }
  standin::awaiter<void> operator co_await() &&;
  [[nodiscard]] detail::rvalue_only_awaitable<standin::awaiter<void>> fork() &&;
  void detach() &&;
};
template <std::size_t MaxCount = 0, class Awaitable = task<void>>
aw_spawn_group<MaxCount, Awaitable> spawn_group();

class mutex;
class [[nodiscard("The mutex will be unlocked when this goes out of scope.")]] mutex_scope {
public:
  mutex_scope(mutex_scope &&other) noexcept : parent_(std::exchange(other.parent_, nullptr)) {}
  ~mutex_scope();

private:
  mutex *parent_;
};
class [[nodiscard]] aw_mutex_lock_scope {
public:
  standin::awaiter<mutex_scope> operator co_await() && noexcept;
};
class mutex {
public:
  bool try_lock() noexcept;
  void unlock() noexcept;
  aw_mutex_lock_scope lock_scope() noexcept;
  standin::awaiter<void> operator co_await() noexcept;
};
class rw_lock;
class [[nodiscard]] rw_lock_read_scope {
public:
  ~rw_lock_read_scope();
};
class [[nodiscard]] rw_lock_write_scope {
public:
  ~rw_lock_write_scope();
};
class [[nodiscard]] aw_rw_lock_read {
public:
  standin::awaiter<void> operator co_await() && noexcept;
};
class [[nodiscard]] aw_rw_lock_write {
public:
  standin::awaiter<void> operator co_await() && noexcept;
};
class [[nodiscard]] aw_rw_lock_read_scope {
public:
  standin::awaiter<rw_lock_read_scope> operator co_await() && noexcept;
};
class [[nodiscard]] aw_rw_lock_write_scope {
public:
  standin::awaiter<rw_lock_write_scope> operator co_await() && noexcept;
};
class rw_lock {
public:
  bool try_lock_read() noexcept;
  bool try_lock_write() noexcept;
  aw_rw_lock_read lock_read() noexcept;
  aw_rw_lock_write lock_write() noexcept;
  aw_rw_lock_read_scope lock_read_scope() noexcept;
  aw_rw_lock_write_scope lock_write_scope() noexcept;
  void unlock_read() noexcept;
  void unlock_write() noexcept;
};

class [[nodiscard]] semaphore_scope {
public:
  ~semaphore_scope();
};
class [[nodiscard]] aw_semaphore_acquire_scope {
public:
  standin::awaiter<semaphore_scope> operator co_await() && noexcept;
};
class semaphore {
public:
  aw_semaphore_acquire_scope acquire_scope() noexcept;
  bool try_acquire() noexcept;
  void release(std::size_t count = 1) noexcept;
  standin::awaiter<void> operator co_await() noexcept;
};
class manual_reset_event {
public:
  bool is_set() noexcept;
  void set() noexcept;
  void reset() noexcept;
  standin::awaiter<void> operator co_await() noexcept;
};
class auto_reset_event {
public:
  void set() noexcept;
  standin::awaiter<void> operator co_await() noexcept;
};
class latch {
public:
  bool is_ready() noexcept;
  void count_down() noexcept;
  standin::awaiter<void> operator co_await() noexcept;
};
class barrier {
public:
  standin::awaiter<void> operator co_await() noexcept;
};

} // namespace tmc
