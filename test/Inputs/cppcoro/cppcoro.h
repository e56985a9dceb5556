// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for cppcoro: lazy tasks that destroy their frame, synchronous waits, locks that are awaited.
#pragma once
#include "../standin.h"

namespace cppcoro {

class operation_cancelled : public std::exception {
public:
  const char *what() const noexcept override;
};

class broken_promise : public std::logic_error {
public:
  broken_promise();
};

class cancellation_token {
public:
  bool can_be_cancelled() const noexcept;
  bool is_cancellation_requested() const noexcept;
  void throw_if_cancellation_requested() const;
};

class cancellation_source {
public:
  cancellation_token token() const noexcept;
  void request_cancellation();
  bool is_cancellation_requested() const noexcept;
};

template <class T = void>
class [[nodiscard]] task {
public:
  struct promise_type : standin::promise<task, T, std::suspend_always> {};
  task() noexcept = default;
  task(task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  task &operator=(task &&other) noexcept;
  ~task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  bool is_ready() const noexcept;
  auto operator co_await() const & noexcept -> standin::awaiter<std::add_lvalue_reference_t<T>>;
  auto operator co_await() const && noexcept -> standin::awaiter<T>;
  auto when_ready() const noexcept -> standin::awaiter<void>;

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T = void>
class [[nodiscard]] shared_task {
public:
  struct promise_type : standin::promise<shared_task, T, std::suspend_always> {};
  shared_task() noexcept = default;
  shared_task(const shared_task &other) noexcept : coroutine_(other.coroutine_) {}
  shared_task(shared_task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  shared_task &operator=(shared_task other) noexcept;
  ~shared_task() { destroy(); }
  bool is_ready() const noexcept;
  auto operator co_await() const noexcept -> standin::awaiter<std::add_lvalue_reference_t<T>>;
  auto when_ready() const noexcept -> standin::awaiter<void>;

private:
  void destroy() noexcept {
    if (coroutine_)
      coroutine_.destroy();
  }
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
shared_task<T> make_shared_task(task<T> t);

template <class T>
class [[nodiscard]] generator {
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

template <class T>
class [[nodiscard]] recursive_generator {
public:
  struct promise_type : standin::generator_promise<recursive_generator, T> {
    using standin::generator_promise<recursive_generator, T>::yield_value;
    std::suspend_always yield_value(recursive_generator &&inner);
    template <class U>
    std::suspend_never await_transform(U &&value) = delete;
  };
  recursive_generator(recursive_generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~recursive_generator() {
    if (coroutine_)
      coroutine_.destroy();
  }
  standin::iterator<T> begin();
  std::nullptr_t end() noexcept;

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
class [[nodiscard]] async_generator {
public:
  struct promise_type : standin::generator_promise<async_generator, T> {};
  async_generator(async_generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~async_generator() {
    if (coroutine_)
      coroutine_.destroy();
  }
  auto begin() noexcept -> standin::awaiter<standin::iterator<T>>;
  std::nullptr_t end() noexcept;

private:
  std::coroutine_handle<promise_type> coroutine_;
};

class async_mutex;

class async_mutex_lock {
public:
  explicit async_mutex_lock(async_mutex &mutex, std::adopt_lock_t) noexcept : mutex_(&mutex) {}
  async_mutex_lock(async_mutex_lock &&other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  ~async_mutex_lock();

private:
  async_mutex *mutex_;
};

class async_mutex_lock_operation : public standin::awaiter<void> {};
class async_mutex_scoped_lock_operation : public standin::awaiter<async_mutex_lock> {};

class async_mutex {
public:
  bool try_lock() noexcept;
  async_mutex_lock_operation lock_async() noexcept;
  async_mutex_scoped_lock_operation scoped_lock_async() noexcept;
  void unlock();
};

class async_manual_reset_event {
public:
  auto operator co_await() const noexcept -> standin::awaiter<void>;
  bool is_set() const noexcept;
  void set() noexcept;
  void reset() noexcept;
};

class async_auto_reset_event {
public:
  auto operator co_await() const noexcept -> standin::awaiter<void>;
  void set() noexcept;
  void reset() noexcept;
};

class single_consumer_event {
public:
  auto operator co_await() const noexcept -> standin::awaiter<void>;
  bool is_set() const noexcept;
  void set();
};

class async_latch {
public:
  explicit async_latch(std::ptrdiff_t count) noexcept;
  bool is_ready() const noexcept;
  void count_down(std::ptrdiff_t n = 1) noexcept;
  auto operator co_await() const noexcept -> standin::awaiter<void>;
};

class async_scope {
public:
  ~async_scope();
  template <class Awaitable>
  void spawn(Awaitable &&awaitable);
  [[nodiscard]] auto join() noexcept -> standin::awaiter<void>;
};

class static_thread_pool {
public:
  class schedule_operation : public standin::awaiter<void> {};
  static_thread_pool();
  ~static_thread_pool();
  schedule_operation schedule() noexcept;
};

class inline_scheduler {
public:
  std::suspend_never schedule() const noexcept { return {}; }
};

class io_service {
public:
  class schedule_operation : public standin::awaiter<void> {};
  class timed_schedule_operation : public standin::awaiter<void> {};
  schedule_operation schedule() noexcept;
  template <class Rep, class Period>
  [[nodiscard]] timed_schedule_operation schedule_after(const std::chrono::duration<Rep, Period> &delay,
                                                        cancellation_token token = {}) noexcept;
  std::uint64_t process_events();
  std::uint64_t process_pending_events();
  std::uint64_t process_one_event();
  std::uint64_t process_one_pending_event();
  void stop() noexcept;
};

template <class Awaitable>
auto sync_wait(Awaitable &&awaitable) -> void;

template <class... Awaitables>
[[nodiscard]] auto when_all(Awaitables &&...awaitables) -> standin::awaiter<std::tuple<>>;
template <class... Awaitables>
[[nodiscard]] auto when_all_ready(Awaitables &&...awaitables) -> standin::awaiter<std::tuple<>>;
template <class Func, class Awaitable>
auto fmap(Func &&func, Awaitable &&awaitable) -> standin::awaiter<void> {
  standin::keep(std::forward<Func>(func));
  standin::keep(std::forward<Awaitable>(awaitable));
  return {};
}
template <class Scheduler, class Awaitable>
auto schedule_on(Scheduler &scheduler, Awaitable awaitable) -> task<>;
template <class Scheduler, class Awaitable>
auto resume_on(Scheduler &scheduler, Awaitable awaitable) -> task<>;

} // namespace cppcoro
