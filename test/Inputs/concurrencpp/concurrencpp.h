// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for concurrencpp: eager results that detach when dropped, lazy results, none of them nodiscard.
#pragma once
#include "../standin.h"

namespace concurrencpp {

namespace errors {
struct empty_object : std::runtime_error {
  using runtime_error::runtime_error;
};
struct empty_result : empty_object {
  using empty_object::empty_object;
};
struct interrupted_task : std::runtime_error {
  using runtime_error::runtime_error;
};
struct broken_task : interrupted_task {
  using interrupted_task::interrupted_task;
};
struct runtime_shutdown : interrupted_task {
  using interrupted_task::interrupted_task;
};
} // namespace errors

enum class result_status { idle, value, exception };

template <class T>
class result {
public:
  struct promise_type : standin::promise<result, T, std::suspend_never> {};
  result() noexcept = default;
  ~result() noexcept = default;
  result(result &&) noexcept = default;
  result &operator=(result &&) noexcept = default;
  explicit operator bool() const noexcept;
  result_status status() const;
  void wait();
  template <class Rep, class Period>
  result_status wait_for(std::chrono::duration<Rep, Period> duration);
  template <class Clock, class Duration>
  result_status wait_until(std::chrono::time_point<Clock, Duration> time);
  T get();
  standin::awaiter<T> operator co_await();
  standin::awaiter<result> resolve();
};

template <class T>
class lazy_result {
public:
  struct promise_type : standin::promise<lazy_result, T, std::suspend_always> {};
  lazy_result() noexcept = default;
  ~lazy_result() noexcept {
    if (state_)
      state_.destroy();
  }
  lazy_result(lazy_result &&other) noexcept : state_(std::exchange(other.state_, {})) {}
  explicit operator bool() const noexcept;
  result_status status() const;
  standin::awaiter<T> operator co_await();
  standin::awaiter<lazy_result> resolve();
  result<T> run();

private:
  std::coroutine_handle<promise_type> state_;
};

template <class T>
class shared_result {
public:
  struct promise_type : standin::promise<shared_result, T, std::suspend_never> {};
  shared_result() noexcept = default;
  shared_result(result<T> r);
  explicit operator bool() const noexcept;
  result_status status() const;
  void wait();
  template <class Rep, class Period>
  result_status wait_for(std::chrono::duration<Rep, Period> duration);
  template <class Clock, class Duration>
  result_status wait_until(std::chrono::time_point<Clock, Duration> time);
  std::add_lvalue_reference_t<T> get();
  standin::awaiter<std::add_lvalue_reference_t<T>> operator co_await();
  standin::awaiter<shared_result> resolve();

private:
  std::shared_ptr<void> state_;
};

struct null_result {
  struct promise_type : standin::returns<void> {
    null_result get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept {}
  };
};

template <class T>
class generator {
public:
  struct promise_type : standin::generator_promise<generator, T> {
    template <class U>
    std::suspend_never await_transform(U &&value) = delete;
  };
  generator(generator &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~generator() noexcept {
    if (handle_)
      handle_.destroy();
  }
  explicit operator bool() const noexcept;
  standin::iterator<T> begin();
  std::nullptr_t end() noexcept;

private:
  std::coroutine_handle<promise_type> handle_;
};

class executor {
public:
  virtual ~executor() noexcept = default;
  virtual void shutdown() = 0;
  virtual bool shutdown_requested() const = 0;
  template <class Callable, class... Args>
  void post(Callable &&callable, Args &&...args) {
    standin::keep(std::forward<Callable>(callable));
    (standin::keep(std::forward<Args>(args)), ...);
  }
  template <class Callable, class... Args>
  auto submit(Callable &&callable, Args &&...args) -> result<std::invoke_result_t<Callable, Args...>> {
    standin::keep(std::forward<Callable>(callable));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
  template <class Callables>
  void bulk_post(Callables &&callables) {
    standin::keep(std::forward<Callables>(callables));
  }
  template <class Callables>
  auto bulk_submit(Callables &&callables) -> std::vector<result<void>> {
    standin::keep(std::forward<Callables>(callables));
    return {};
  }
};

class inline_executor : public executor {
public:
  void shutdown() override;
  bool shutdown_requested() const override;
};
class thread_executor : public executor {
public:
  void shutdown() override;
  bool shutdown_requested() const override;
};
class thread_pool_executor : public executor {
public:
  void shutdown() override;
  bool shutdown_requested() const override;
};
class worker_thread_executor : public executor {
public:
  void shutdown() override;
  bool shutdown_requested() const override;
};
class manual_executor : public executor {
public:
  void shutdown() override;
  bool shutdown_requested() const override;
  bool loop_once();
  bool loop_once_for(std::chrono::milliseconds duration);
  std::size_t loop(std::size_t max_count);
  std::size_t loop_for(std::size_t max_count, std::chrono::milliseconds duration);
  void wait_for_task();
  std::size_t wait_for_tasks(std::size_t count);
};

struct executor_tag {};

class timer {
public:
  void cancel();
};

class timer_queue {
public:
  lazy_result<void> make_delay_object(std::chrono::milliseconds due_time, std::shared_ptr<executor> where);
  template <class Callable, class... Args>
  timer make_timer(std::chrono::milliseconds, std::chrono::milliseconds, std::shared_ptr<executor>, Callable &&callable,
                   Args &&...args) {
    standin::keep(std::forward<Callable>(callable));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
  template <class Callable, class... Args>
  timer make_one_shot_timer(std::chrono::milliseconds, std::shared_ptr<executor>, Callable &&callable, Args &&...args) {
    standin::keep(std::forward<Callable>(callable));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
};

class runtime {
public:
  std::shared_ptr<concurrencpp::timer_queue> timer_queue() const noexcept;
  std::shared_ptr<concurrencpp::inline_executor> inline_executor() const noexcept;
  std::shared_ptr<concurrencpp::thread_pool_executor> thread_pool_executor() const noexcept;
  std::shared_ptr<concurrencpp::thread_pool_executor> background_executor() const noexcept;
  std::shared_ptr<concurrencpp::thread_executor> thread_executor() const noexcept;
};

class scoped_async_lock;
class async_lock {
public:
  lazy_result<scoped_async_lock> lock(std::shared_ptr<executor> resume_executor);
  lazy_result<bool> try_lock();
  void unlock();
};
class scoped_async_lock {
public:
  scoped_async_lock() noexcept = default;
  scoped_async_lock(scoped_async_lock &&other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  ~scoped_async_lock() noexcept {
    if (lock_)
      lock_->unlock();
  }
  lazy_result<void> lock(std::shared_ptr<executor> resume_executor);
  lazy_result<bool> try_lock();
  void unlock();
  bool owns_lock() const noexcept;

private:
  async_lock *lock_ = nullptr;
};

class async_condition_variable {
public:
  lazy_result<void> await(std::shared_ptr<executor> resume_executor, scoped_async_lock &lock);
  void notify_one();
  void notify_all();
};

template <class Executor>
auto resume_on(std::shared_ptr<Executor> where) -> standin::awaiter<void>;
template <class... Results>
lazy_result<std::tuple<Results...>> when_all(std::shared_ptr<executor> where, Results &&...results);
template <class... Results>
lazy_result<std::size_t> when_any(std::shared_ptr<executor> where, Results &&...results);

} // namespace concurrencpp
