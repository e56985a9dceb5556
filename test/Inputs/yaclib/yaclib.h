// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for YACLib: eager futures that detach when dropped, lazy tasks, cancellation as a value in the result.
#pragma once
#include "../standin.h"

namespace yaclib {

struct StopTag {};
struct [[nodiscard]] StopError {};
template <class E>
class ResultError final : public std::exception {};
class ResultEmpty final : public std::exception {};

template <class V = void, class E = StopError>
class [[nodiscard]] Result {
public:
  explicit operator bool() const noexcept;
  V Ok() &&;
};

class IExecutor {
public:
  virtual ~IExecutor() = default;
};

template <class V, class E>
class FutureBase {
public:
  FutureBase() = default;
  FutureBase(FutureBase &&) noexcept = default;
  ~FutureBase() noexcept {
    if (Valid())
      std::move(*this).Detach();
  }
  [[nodiscard]] bool Valid() const & noexcept;
  [[nodiscard]] bool Ready() const & noexcept;
  [[nodiscard]] const Result<V, E> *Get() const & noexcept;
  [[nodiscard]] Result<V, E> Get() && noexcept;
  [[nodiscard]] Result<V, E> Touch() && noexcept;
  void Detach() && noexcept { core_ = nullptr; }
  template <class F>
  void DetachInline(F &&f) && {
    standin::keep(std::forward<F>(f));
  }

private:
  void *core_ = nullptr;
};

template <class V = void, class E = StopError>
class [[nodiscard]] Future final : public FutureBase<V, E> {
public:
  struct promise_type : standin::promise<Future, V, std::suspend_never> {};
  Future() = default;
  template <class F>
  [[nodiscard]] auto ThenInline(F &&f) && -> Future<> {
    standin::keep(std::forward<F>(f));
    return {};
  }
};
template <class V = void, class E = StopError>
class [[nodiscard]] FutureOn final : public FutureBase<V, E> {
public:
  FutureOn() = default;
  template <class F>
  [[nodiscard]] auto Then(F &&f) && -> FutureOn<> {
    standin::keep(std::forward<F>(f));
    return {};
  }
};
template <class V = void, class E = StopError>
class [[nodiscard]] SharedFuture final {
public:
  struct promise_type : standin::promise<SharedFuture, V, std::suspend_never> {};
  [[nodiscard]] bool Valid() const noexcept;
  [[nodiscard]] bool Ready() const noexcept;
  [[nodiscard]] const Result<V, E> &Get() const & noexcept;
  [[nodiscard]] const Result<V, E> &Touch() const & noexcept;
  void Detach() && noexcept;

private:
  std::shared_ptr<void> core_;
};
template <class V = void, class E = StopError>
class [[nodiscard]] Task final {
public:
  struct promise_type : standin::promise<Task, V, std::suspend_always> {};
  Task() = default;
  Task(Task &&other) noexcept : core_(std::exchange(other.core_, {})) {}
  ~Task() noexcept {
    if (Valid())
      std::move(*this).Cancel();
  }
  [[nodiscard]] bool Valid() const & noexcept;
  void Cancel() && noexcept;
  void Detach() && noexcept;
  void Detach(IExecutor &executor) && noexcept;
  Future<V, E> ToFuture() && noexcept;
  FutureOn<V, E> ToFuture(IExecutor &executor) && noexcept;
  Result<V, E> Get() && noexcept;

private:
  std::coroutine_handle<promise_type> core_;
};

template <class V, class E>
standin::awaiter<V> operator co_await(FutureBase<V, E> &&future) noexcept;
template <class V, class E>
standin::awaiter<V> operator co_await(SharedFuture<V, E> &future) noexcept;
template <class V, class E>
standin::awaiter<V> operator co_await(Task<V, E> &&task) noexcept;

template <class F>
auto Run(F &&f) -> Future<> {
  standin::keep(std::forward<F>(f));
  return {};
}
template <class F>
auto Run(IExecutor &, F &&f) -> FutureOn<> {
  standin::keep(std::forward<F>(f));
  return {};
}
template <class F>
auto Schedule(IExecutor &, F &&f) -> Task<> {
  standin::keep(std::forward<F>(f));
  return {};
}
template <class F>
void Submit(IExecutor &, F &&f) {
  standin::keep(std::forward<F>(f));
}
template <class... Futures>
void Wait(Futures &...futures) noexcept;
template <class Rep, class Period, class... Futures>
bool WaitFor(const std::chrono::duration<Rep, Period> &timeout, Futures &...futures) noexcept;
template <class Clock, class Duration, class... Futures>
bool WaitUntil(const std::chrono::time_point<Clock, Duration> &time, Futures &...futures) noexcept;
template <class... Futures>
[[nodiscard]] standin::awaiter<void> Await(Futures &...futures) noexcept;
[[nodiscard]] standin::awaiter<void> On(IExecutor &executor) noexcept;
template <class... Futures>
[[nodiscard]] Future<> WhenAll(Futures &&...futures);
template <class... Futures>
[[nodiscard]] Future<> WhenAny(Futures &&...futures);

template <class M>
class [[nodiscard]] UniqueGuard {
public:
  UniqueGuard(UniqueGuard &&) noexcept;
  ~UniqueGuard();
};

class Mutex final {
public:
  [[nodiscard]] bool TryLock() noexcept;
  [[nodiscard]] standin::awaiter<void> Lock() noexcept;
  [[nodiscard]] standin::awaiter<UniqueGuard<Mutex>> Guard() noexcept;
  [[nodiscard]] standin::awaiter<UniqueGuard<Mutex>> GuardSticky() noexcept;
  [[nodiscard]] standin::awaiter<void> Unlock() noexcept;
  void UnlockHere() noexcept;
};

} // namespace yaclib
