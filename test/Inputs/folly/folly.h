// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for folly::coro and folly futures: lazy tasks awaited through
// co_viaIfAsync, scopes that check they were joined.
#pragma once
#include "../standin.h"

namespace folly {

struct Unit {};
template <class T>
class Try {
public:
  bool hasValue() const;
  bool hasException() const;
  T &value();
};

/// Coroutines may compute them; in folly, through coroutine_traits.
template <class T, class E>
class Expected {
public:
  struct promise_type : standin::promise<Expected, T, std::suspend_never> {};
  bool hasValue() const noexcept;
  explicit operator bool() const noexcept;
  T &value();
  standin::awaiter<T> operator co_await() &&;

private:
  std::aligned_storage_t<16> storage_;
};
template <class T>
class Optional {
public:
  struct promise_type : standin::promise<Optional, T, std::suspend_never> {};
  bool has_value() const noexcept;
  explicit operator bool() const noexcept;
  T &value();
  standin::awaiter<T> operator co_await() &&;

private:
  std::aligned_storage_t<16> storage_;
};

class Executor {
public:
  virtual ~Executor() = default;
  virtual void add(std::function<void()> f) = 0;
};

class CPUThreadPoolExecutor : public Executor {
public:
  void add(std::function<void()> f) override;
  void join();
};

struct OperationCancelled final : std::exception {
  const char *what() const noexcept override { return "coroutine operation cancelled"; }
};

class FutureException : public std::logic_error {
public:
  FutureException();
};
class FutureCancellation : public FutureException {};
class FutureTimeout : public FutureException {};

class CancellationToken {
public:
  bool isCancellationRequested() const noexcept;
  bool canBeCancelled() const noexcept;
};
class CancellationSource {
public:
  CancellationToken getToken() const;
  bool requestCancellation() const;
  bool isCancellationRequested() const noexcept;
};
class CancellationCallback {
public:
  template <class F>
  CancellationCallback(CancellationToken, F &&callback) {
    standin::keep(std::forward<F>(callback));
  }
};

template <class T>
class Future {
public:
  Future(Future &&) noexcept;
  ~Future() { detach(); }
  bool isReady() const;
  bool hasValue() const;
  bool valid() const noexcept;
  T get() &&;
  Future &wait() &;
  Future &&wait() &&;
  template <class F>
  Future<Unit> thenValue(F &&f) && {
    standin::keep(std::forward<F>(f));
    return standin::result<Future<Unit>>();
  }
  void cancel();

private:
  void detach();
};

template <class T>
class SemiFuture {
public:
  SemiFuture(SemiFuture &&) noexcept;
  ~SemiFuture();
  bool isReady() const;
  bool hasValue() const;
  bool valid() const noexcept;
  T get() &&;
  Try<T> getTry() &&;
  SemiFuture &wait() &;
  SemiFuture &&wait() &&;
  Future<T> via(Executor *executor) &&;
  void cancel();
};

template <class T>
standin::awaiter<T> operator co_await(Future<T> &&future) noexcept;

namespace futures {
SemiFuture<Unit> sleep(std::chrono::microseconds duration);
template <class T>
void detachOnGlobalCPUExecutor(SemiFuture<T> &&future);
} // namespace futures

template <bool MayBlock = true>
class Baton {
public:
  void post() noexcept;
  void wait() noexcept;
  template <class Rep, class Period>
  bool try_wait_for(const std::chrono::duration<Rep, Period> &timeout) noexcept;
  bool ready() const noexcept;
};

namespace coro {

template <class T = void>
class Task;
template <class T = void>
class TaskWithExecutor;

template <class T>
standin::awaiter<T> co_viaIfAsync(standin::awaiter<T> awaiter) noexcept {
  return awaiter;
}

/// The promise of every folly task lets co_viaIfAsync wrap what is awaited.
template <class Self, class T>
struct TaskPromise : standin::promise<Self, T, std::suspend_always> {
  template <class Awaitable>
  auto await_transform(Awaitable &&awaitable) {
    return co_viaIfAsync(std::forward<Awaitable>(awaitable));
  }
};

template <class T>
class [[nodiscard]] TaskWithExecutor {
public:
  TaskWithExecutor(TaskWithExecutor &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~TaskWithExecutor() {
    if (coroutine_)
      coroutine_.destroy();
  }
  SemiFuture<Unit> start() &&;
  template <class F>
  void start(F &&callback, CancellationToken = {}) && {
    standin::keep(std::forward<F>(callback));
  }
  SemiFuture<Unit> startInlineUnsafe() &&;
  template <class F>
  void startInlineUnsafe(F &&callback, CancellationToken = {}) && {
    standin::keep(std::forward<F>(callback));
  }
  standin::awaiter<T> operator co_await() && noexcept;
  friend standin::awaiter<T> co_viaIfAsync(TaskWithExecutor &&task) noexcept { return std::move(task).operator co_await(); }

private:
  template <class>
  friend class Task;
  explicit TaskWithExecutor(std::coroutine_handle<> handle) : coroutine_(handle) {}
  std::coroutine_handle<> coroutine_;
};

template <class T>
class [[nodiscard]] Task {
public:
  struct promise_type : TaskPromise<Task, T> {};
  Task(Task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task &operator=(Task other) noexcept;
  ~Task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  [[nodiscard]] TaskWithExecutor<T> scheduleOn(Executor *executor) && noexcept;
  SemiFuture<Unit> semi() &&;
  friend standin::awaiter<T> co_viaIfAsync(Task task) noexcept {
    (void)task;
    return {};
  }
  friend TaskWithExecutor<T> co_withExecutor(Executor *, Task task) noexcept {
    return TaskWithExecutor<T>{std::exchange(task.coroutine_, nullptr)};
  }
  friend Task co_withCancellation(CancellationToken, Task &&task) noexcept { return std::move(task); }

private:
  std::coroutine_handle<> coroutine_;
};

namespace detail::adl {
void co_withExecutor();
struct WithExecutorFunction {
  template <class Awaitable>
  auto operator()(Executor *executor, Awaitable awaitable) const -> decltype(co_withExecutor(executor, std::move(awaitable))) {
    return co_withExecutor(executor, std::move(awaitable));
  }
};
template <class Awaitable>
Awaitable &&co_withCancellation(const CancellationToken &, Awaitable &&awaitable) noexcept {
  return static_cast<Awaitable &&>(awaitable);
}
struct WithCancellationFunction {
  template <class Awaitable>
  auto operator()(const CancellationToken &token, Awaitable &&awaitable) const
      -> decltype(co_withCancellation(token, static_cast<Awaitable &&>(awaitable))) {
    return co_withCancellation(token, static_cast<Awaitable &&>(awaitable));
  }
};
} // namespace detail::adl
// The customization points are objects, out of the way of the functions of the
// same names.
namespace folly_cpo__ {
inline constexpr detail::adl::WithExecutorFunction co_withExecutor{};
inline constexpr detail::adl::WithCancellationFunction co_withCancellation{};
} // namespace folly_cpo__
using namespace folly_cpo__;

template <class T>
class [[nodiscard]] now_task_with_executor final {
public:
  now_task_with_executor(const now_task_with_executor &) = delete;
  TaskWithExecutor<T> as_unsafe() &&;
  friend standin::awaiter<T> co_viaIfAsync(now_task_with_executor &&) noexcept { return {}; }
};

template <class T = void>
class [[nodiscard]] now_task final {
public:
  struct promise_type : TaskPromise<now_task, T> {};
  now_task(const now_task &) = delete;
  ~now_task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  friend standin::awaiter<T> co_viaIfAsync(now_task &&) noexcept { return {}; }
  friend now_task_with_executor<T> co_withExecutor(Executor *, now_task task) noexcept;

private:
  std::coroutine_handle<> coroutine_;
};

enum class safe_alias { maybe_value, co_cleanup_safe_ref, after_cleanup_ref, unsafe_member_internal, unsafe_closure_internal };

template <safe_alias, class T>
class [[nodiscard]] safe_task_with_executor final {
public:
  friend standin::awaiter<T> co_viaIfAsync(safe_task_with_executor) noexcept { return {}; }
};

template <safe_alias S, class T = void>
class [[nodiscard]] safe_task final {
public:
  struct promise_type : TaskPromise<safe_task, T> {};
  safe_task(safe_task &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~safe_task() {
    if (coroutine_)
      coroutine_.destroy();
  }
  friend standin::awaiter<T> co_viaIfAsync(safe_task) noexcept { return {}; }
  friend safe_task_with_executor<S, T> co_withExecutor(Executor *, safe_task task) noexcept;

private:
  std::coroutine_handle<> coroutine_;
};

template <class T = void>
using value_task = safe_task<safe_alias::maybe_value, T>;
template <class T = void>
using co_cleanup_safe_task = safe_task<safe_alias::co_cleanup_safe_ref, T>;

template <class Reference, class Value = std::remove_cvref_t<Reference>>
class [[nodiscard]] AsyncGenerator {
public:
  struct promise_type : standin::generator_promise<AsyncGenerator, Reference> {
    template <class Awaitable>
    auto await_transform(Awaitable &&awaitable) {
      return co_viaIfAsync(std::forward<Awaitable>(awaitable));
    }
  };
  AsyncGenerator(AsyncGenerator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~AsyncGenerator() {
    if (coroutine_)
      coroutine_.destroy();
  }
  [[nodiscard]] Task<std::optional<Value>> next();

private:
  std::coroutine_handle<> coroutine_;
};

struct co_current_executor_t {};
inline constexpr co_current_executor_t co_current_executor{};
struct co_current_cancellation_token_t {};
inline constexpr co_current_cancellation_token_t co_current_cancellation_token{};
struct co_safe_point_t {};
inline constexpr co_safe_point_t co_safe_point{};
struct co_reschedule_on_current_executor_t {};
inline constexpr co_reschedule_on_current_executor_t co_reschedule_on_current_executor{};

struct ExecutorAwaiter {
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) noexcept { return false; }
  Executor *await_resume() noexcept;
};
struct TokenAwaiter {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) noexcept {}
  const CancellationToken &await_resume() noexcept;
};
inline ExecutorAwaiter co_viaIfAsync(co_current_executor_t) noexcept { return {}; }
inline TokenAwaiter co_viaIfAsync(co_current_cancellation_token_t) noexcept { return {}; }
inline standin::awaiter<void> co_viaIfAsync(co_safe_point_t) noexcept { return {}; }
inline standin::awaiter<void> co_viaIfAsync(co_reschedule_on_current_executor_t) noexcept { return {}; }

struct co_invoke_fn {
  template <class F, class... Args>
  std::invoke_result_t<F, Args...> operator()(F f, Args... args) const {
    standin::keep(f);
    return std::move(f)(std::move(args)...);
  }
};
inline constexpr co_invoke_fn co_invoke{};

struct co_scope_exit_fn {
  template <class Action, class... Args>
  [[nodiscard]] standin::awaiter<void> operator()(Action &&action, Args &&...args) const {
    standin::keep(std::forward<Action>(action));
    (standin::keep(std::forward<Args>(args)), ...);
    return {};
  }
};
inline constexpr co_scope_exit_fn co_scope_exit{};

template <class Awaitable>
standin::awaiter<Try<void *>> co_awaitTry(Awaitable &&awaitable);
template <class Awaitable>
standin::awaiter<void> co_nothrow(Awaitable &&awaitable);
template <class T>
Task<T> detachOnCancel(Task<T> task);
template <class T>
Task<T> timeout(Task<T> task, std::chrono::microseconds limit);
template <class... Tasks>
Task<> collectAll(Tasks &&...tasks);
template <class... Tasks>
Task<> collectAllTry(Tasks &&...tasks);

Task<void> sleep(std::chrono::microseconds duration);
Task<void> sleepReturnEarlyOnCancel(std::chrono::microseconds duration);

struct blocking_wait_fn {
  template <class Awaitable>
  void operator()(Awaitable &&awaitable) const;
  template <class Awaitable>
  void operator()(Awaitable &&awaitable, Executor *executor) const;
};
inline constexpr blocking_wait_fn blocking_wait{};
inline constexpr blocking_wait_fn const &blockingWait = blocking_wait;

class Baton {
public:
  [[nodiscard]] standin::awaiter<void> operator co_await() const noexcept;
  bool ready() const noexcept;
  void post() noexcept;
  void reset() noexcept;
};
inline standin::awaiter<void> co_viaIfAsync(const Baton &) noexcept { return {}; }

class SharedLock {
public:
  void unlock() noexcept;
};

class Mutex {
public:
  bool try_lock() noexcept;
  [[nodiscard]] standin::awaiter<std::unique_lock<Mutex>> co_scoped_lock() noexcept;
  [[nodiscard]] standin::awaiter<void> co_lock() noexcept;
  void unlock() noexcept;
};

class SharedMutexFair {
public:
  bool try_lock() noexcept;
  [[nodiscard]] standin::awaiter<std::unique_lock<SharedMutexFair>> co_scoped_lock() noexcept;
  [[nodiscard]] standin::awaiter<void> co_lock() noexcept;
  [[nodiscard]] standin::awaiter<SharedLock> co_scoped_lock_shared() noexcept;
  [[nodiscard]] standin::awaiter<void> co_lock_shared() noexcept;
  void unlock() noexcept;
  void unlock_shared() noexcept;
};
using SharedMutex = SharedMutexFair;

class AsyncScope {
public:
  AsyncScope() noexcept;
  ~AsyncScope() {
    if (started_ && !joined_)
      std::terminate();
  }
  std::size_t remaining() const noexcept;
  template <class Awaitable>
  void add(Awaitable &&awaitable);
  template <class Awaitable>
  void addWithSourceLoc(Awaitable &&awaitable);
  Task<void> joinAsync() noexcept;
  SemiFuture<Unit> cleanup() noexcept;

private:
  bool started_ = false;
  bool joined_ = false;
};

class CancellableAsyncScope {
public:
  CancellableAsyncScope() noexcept;
  std::size_t remaining() const noexcept;
  bool isScopeCancellationRequested() const noexcept;
  template <class Awaitable>
  void add(Awaitable &&awaitable);
  template <class Awaitable>
  void addWithSourceLoc(Awaitable &&awaitable);
  void requestCancellation() const noexcept;
  Task<void> cancelAndJoinAsync() noexcept;
  Task<void> joinAsync() noexcept;

private:
  AsyncScope scope_;
};

} // namespace coro
// Locks of threads.
template <bool ReaderPriority>
class SharedMutexImpl {
public:
  void lock();
  void unlock();
};
using SharedMutex = SharedMutexImpl<false>;
class SpinLock {
public:
  void lock();
  void unlock();
};
template <class SynchronizedType, class LockPolicy>
class LockedPtr {
public:
  LockedPtr(LockedPtr &&) noexcept;
  ~LockedPtr();
  auto *operator->() const { return &SynchronizedType::datum; }
  void unlock();
  explicit operator bool() const;
};
struct LockPolicyExclusive {};
template <class T, class Mutex = SharedMutex>
struct Synchronized {
  static T datum;
  LockedPtr<Synchronized, LockPolicyExclusive> wlock();
  LockedPtr<const Synchronized, LockPolicyExclusive> rlock();
};

} // namespace folly
