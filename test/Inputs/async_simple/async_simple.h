// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for async_simple: lazy coroutines that start with a callback, results as Try, cancellation by signals.
#pragma once
#include "../standin.h"

namespace async_simple {

template <class T>
class Try {
public:
  bool available() const;
  bool hasError() const;
  T &value();
  std::exception_ptr getException() const;
};
template <>
class Try<void> {
public:
  bool available() const;
  bool hasError() const;
  void value();
  std::exception_ptr getException() const;
};

class Executor {
public:
  virtual ~Executor() = default;
  virtual bool schedule(std::function<void()> func) = 0;
};

struct CurrentExecutor {};

enum SignalType : unsigned { None = 0, Terminate = 1 };
class SignalException : public std::runtime_error {
public:
  SignalException(SignalType signal, std::string message = "");
  SignalType value() const;
};
class Signal {
public:
  static std::shared_ptr<Signal> create();
  SignalType emits(SignalType state) noexcept;
};
class Slot {
public:
  bool hasTriggered(SignalType type) const noexcept;
  bool canceled() const noexcept;
};

template <class T>
class Future {
public:
  Future(Future &&) noexcept;
  bool valid() const;
  bool hasResult() const;
  T get();
  T value();
  void wait();
};

namespace coro {

template <class T>
class RescheduleLazy;

struct CurrentSlot {};
struct ForbidSignal {};

/// What every promise of a Lazy lets be awaited: what has coAwait, and the names of what the coroutine runs in.
struct lazy_awaits {
  standin::awaiter<Executor *> await_transform(CurrentExecutor);
  standin::awaiter<Slot *> await_transform(CurrentSlot);
  standin::awaiter<void> await_transform(ForbidSignal);
  template <class Awaitable>
  decltype(auto) await_transform(Awaitable &&awaitable) {
    if constexpr (requires { awaitable.coAwait(nullptr); })
      return awaitable.coAwait(nullptr);
    else
      return static_cast<Awaitable &&>(awaitable);
  }
};

template <class T = void>
class [[nodiscard]] Lazy {
public:
  struct promise_type : standin::promise<Lazy, T, std::suspend_always>, lazy_awaits {};
  Lazy(Lazy &&other) noexcept : coro_(std::exchange(other.coro_, {})) {}
  ~Lazy() {
    if (coro_)
      coro_.destroy();
  }
  bool isReady() const;
  template <class F>
  void start(F &&callback) {
    standin::keep(std::forward<F>(callback));
  }
  template <class F>
  void directlyStart(F &&callback, Executor *) {
    standin::keep(std::forward<F>(callback));
  }
  RescheduleLazy<T> via(Executor *executor) &&;
  Lazy<T> setEx(Executor *executor) &&;
  standin::awaiter<T> operator co_await();
  standin::awaiter<Try<T>> coAwaitTry();

private:
  std::coroutine_handle<promise_type> coro_;
};

template <class T = void>
class [[nodiscard]] RescheduleLazy {
public:
  RescheduleLazy(RescheduleLazy &&other) noexcept : coro_(std::exchange(other.coro_, {})) {}
  ~RescheduleLazy() {
    if (coro_)
      coro_.destroy();
  }
  template <class F>
  void start(F &&callback) {
    standin::keep(std::forward<F>(callback));
  }
  void detach();
  standin::awaiter<T> operator co_await();

private:
  std::coroutine_handle<> coro_;
};

namespace detail {
struct DetachedCoroutine {
  struct promise_type : standin::detached_promise<DetachedCoroutine> {};
};
} // namespace detail

template <class T>
class Generator {
public:
  struct promise_type : standin::generator_promise<Generator, T> {};
  Generator(Generator &&other) noexcept : coro_(std::exchange(other.coro_, {})) {}
  ~Generator() {
    if (coro_)
      coro_.destroy();
  }
  standin::iterator<T> begin();
  std::nullptr_t end() noexcept;

private:
  std::coroutine_handle<promise_type> coro_;
};

namespace detail {
class DispatchAwaitable {
public:
  standin::awaiter<void> coAwait(Executor *);

private:
  Executor *executor_;
};
} // namespace detail
/// Moves the coroutine that awaits it to another executor.
detail::DispatchAwaitable dispatch(Executor *executor);
template <class LazyType>
auto syncAwait(LazyType &&lazy) -> void;
template <class LazyType>
auto syncAwait(LazyType &&lazy, Executor *executor) -> void;
template <class... Lazies>
Lazy<std::tuple<>> collectAll(Lazies &&...lazies);
template <class... Lazies>
Lazy<std::tuple<>> collectAllPara(Lazies &&...lazies);
template <class... Lazies>
Lazy<std::variant<std::monostate>> collectAny(Lazies &&...lazies);
template <class Rep, class Period>
Lazy<void> sleep(std::chrono::duration<Rep, Period> duration);

class Mutex {
public:
  bool tryLock() noexcept;
  [[nodiscard]] standin::awaiter<std::unique_lock<Mutex>> coScopedLock() noexcept;
  [[nodiscard]] standin::awaiter<void> coLock() noexcept;
  void unlock() noexcept;
};
class SpinLock {
public:
  bool tryLock() noexcept;
  Lazy<std::unique_lock<SpinLock>> coScopedLock() noexcept;
  Lazy<> coLock() noexcept;
  void lock();
  void unlock() noexcept;
};
class SharedMutex {
public:
  Lazy<> coLock() noexcept;
  Lazy<> coLockShared() noexcept;
  Lazy<> unlock() noexcept;
};

} // namespace coro
} // namespace async_simple
