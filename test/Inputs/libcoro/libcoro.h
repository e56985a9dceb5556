// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for libcoro: lazy tasks, thread pools and schedulers that start them, cancellation by std::stop_token.
#pragma once
#include "../standin.h"

namespace coro {

template <class T = void>
class [[nodiscard]] task {
public:
  struct promise_type : standin::promise<task, T, std::suspend_always> {};
  task() noexcept = default;
  task(const task &) = delete;
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  task &operator=(const task &) = delete;
  task &operator=(task &&other) noexcept;
  ~task() {
    if (coroutine_ != nullptr)
      coroutine_.destroy();
  }
  bool is_ready() const noexcept;
  bool resume();
  bool destroy();
  auto operator co_await() const & noexcept -> standin::awaiter<std::add_lvalue_reference_t<T>>;
  auto operator co_await() const && noexcept -> standin::awaiter<T>;

private:
  std::coroutine_handle<promise_type> coroutine_ = nullptr;
};

template <class T>
class generator {
public:
  struct promise_type : standin::generator_promise<generator, T> {
    template <class U>
    std::suspend_never await_transform(U &&value) = delete;
  };
  generator(generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~generator() {
    if (coroutine_)
      coroutine_.destroy();
  }
  standin::iterator<T> begin();
  std::nullptr_t end() noexcept;

private:
  std::coroutine_handle<promise_type> coroutine_;
};

class thread_pool {
public:
  class schedule_operation : public standin::awaiter<void> {};
  static std::unique_ptr<thread_pool> make_unique();
  virtual ~thread_pool() { shutdown(); }
  [[nodiscard]] schedule_operation schedule();
  template <class T>
  [[nodiscard]] task<T> schedule(task<T> body);
  bool spawn_detached(task<void> &&body) noexcept;
  task<void> spawn_joinable(task<void> &&body) noexcept;
  [[nodiscard]] schedule_operation yield();
  void shutdown() noexcept;
  [[nodiscard]] bool is_shutdown() const;
};

class scheduler {
public:
  class schedule_operation : public standin::awaiter<void> {};
  static std::unique_ptr<scheduler> make_unique();
  virtual ~scheduler() { shutdown(); }
  std::size_t process_events(std::chrono::milliseconds timeout = {});
  schedule_operation schedule();
  template <class T>
  [[nodiscard]] task<T> schedule(task<T> body);
  bool spawn_detached(task<void> &&body);
  task<void> spawn_joinable(task<void> &&body);
  template <class Rep, class Period>
  [[nodiscard]] task<void> schedule_after(std::chrono::duration<Rep, Period> amount);
  [[nodiscard]] task<void> schedule_at(std::chrono::steady_clock::time_point time);
  [[nodiscard]] schedule_operation yield();
  template <class Rep, class Period>
  [[nodiscard]] task<void> yield_for(std::chrono::duration<Rep, Period> amount);
  [[nodiscard]] task<void> yield_until(std::chrono::steady_clock::time_point time);
  void shutdown() noexcept;
  [[nodiscard]] bool is_shutdown() const;
};

template <class Executor>
class task_group {
public:
  explicit task_group(std::unique_ptr<Executor> &executor);
  ~task_group() {
    while (!empty())
      std::this_thread::yield();
  }
  [[nodiscard]] bool start(task<void> &&body);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const;
  standin::awaiter<void> operator co_await() const noexcept;
};

template <class F, class... Args>
auto invoke(F functor, Args... args) -> std::invoke_result_t<F, Args...> {
  standin::keep(functor);
  return functor(std::move(args)...);
}

template <class Awaitable>
auto sync_wait(Awaitable &&awaitable) -> void;
template <class... Awaitables>
[[nodiscard]] auto when_all(Awaitables... awaitables) -> task<std::tuple<>>;
template <class... Awaitables>
[[nodiscard]] auto when_any(std::stop_source stop, Awaitables... awaitables) -> task<std::variant<std::monostate>>;

class mutex;
class scoped_lock {
public:
  explicit scoped_lock(class mutex &m) : mutex_(&m) {}
  scoped_lock(scoped_lock &&other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  ~scoped_lock() { unlock(); }
  void unlock();

private:
  class mutex *mutex_;
};

class mutex {
public:
  [[nodiscard]] standin::awaiter<class scoped_lock> scoped_lock();
  [[nodiscard]] standin::awaiter<void> lock();
  [[nodiscard]] bool try_lock();
  void unlock();
};

template <class Executor>
class shared_mutex {
public:
  [[nodiscard]] task<class scoped_lock> scoped_lock();
  [[nodiscard]] task<class scoped_lock> scoped_lock_shared();
  [[nodiscard]] task<void> lock();
  [[nodiscard]] task<void> lock_shared();
  [[nodiscard]] task<void> unlock();
  [[nodiscard]] task<void> unlock_shared();
};

class event {
public:
  using awaiter = standin::awaiter<void>;
  bool is_set() const noexcept;
  void set() noexcept;
  void reset() noexcept;
  awaiter operator co_await() const noexcept;
};

class latch {
public:
  explicit latch(std::ptrdiff_t count) noexcept;
  bool is_ready() const noexcept;
  void count_down(std::ptrdiff_t n = 1) noexcept;
  event::awaiter operator co_await() const noexcept;
};

enum class semaphore_acquire_result { acquired, shutdown };
template <std::ptrdiff_t Max>
class semaphore {
public:
  explicit semaphore(std::ptrdiff_t start);
  ~semaphore() { sync_wait(shutdown()); }
  [[nodiscard]] task<semaphore_acquire_result> acquire();
  [[nodiscard]] task<void> release();
  bool try_acquire();
  [[nodiscard]] task<void> shutdown() noexcept;
};

template <class Element>
class queue {
public:
  bool empty() const;
  task<bool> push(Element &&element);
  [[nodiscard]] task<Element> pop();
  task<void> shutdown();
};

class condition_variable {
public:
  task<void> notify_one();
  task<void> notify_all();
  [[nodiscard]] standin::awaiter<void> wait(scoped_lock &lock);
  [[nodiscard]] standin::awaiter<bool> wait(scoped_lock &lock, std::stop_token token, std::function<bool()> predicate);
};

} // namespace coro
