// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for Cap'n Proto's kj: eager promises whose destruction cancels by destroying the frame.
#pragma once
#include "../standin.h"

namespace kj {

class Exception {};
using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

class EventLoop {
public:
  void run();
};
class WaitScope {
public:
  explicit WaitScope(EventLoop &loop);
  void poll();
};

template <class T>
class ForkedPromise;

template <class T>
class [[nodiscard]] Promise {
public:
  struct promise_type : standin::promise<Promise, T, std::suspend_never> {};
  Promise(Promise &&other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  Promise &operator=(Promise &&other) noexcept;
  ~Promise() {
    if (coroutine_)
      coroutine_.destroy();
  }
  template <class F>
  [[nodiscard]] Promise<void> then(F &&func) {
    standin::keep(std::forward<F>(func));
    return standin::result<Promise<void>>();
  }
  template <class F>
  [[nodiscard]] Promise<T> catch_(F &&handler) {
    standin::keep(std::forward<F>(handler));
    return std::move(*this);
  }
  T wait(WaitScope &scope);
  bool poll(WaitScope &scope);
  [[nodiscard]] ForkedPromise<T> fork();
  [[nodiscard]] Promise<T> exclusiveJoin(Promise<T> &&other);
  template <class... Attachments>
  [[nodiscard]] Promise<T> attach(Attachments &&...attachments) {
    (standin::keep(std::forward<Attachments>(attachments)), ...);
    return std::move(*this);
  }
  template <class F>
  [[nodiscard]] Promise<T> eagerlyEvaluate(F &&handler) {
    standin::keep(std::forward<F>(handler));
    return std::move(*this);
  }
  template <class F>
  void detach(F &&handler) {
    standin::keep(std::forward<F>(handler));
    standin::keep(std::move(*this));
  }

private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
standin::awaiter<T> operator co_await(Promise<T> &&promise);
template <class T>
standin::awaiter<T> operator co_await(Promise<T> &promise);

template <class T>
class ForkedPromise {
public:
  Promise<T> addBranch();
  bool hasBranches();
};
template <class T>
standin::awaiter<T> operator co_await(ForkedPromise<T> &promise);

class TaskSet {
public:
  class ErrorHandler {
  public:
    virtual void taskFailed(Exception &&exception) = 0;
  };
  explicit TaskSet(ErrorHandler &handler);
  ~TaskSet();
  void add(Promise<void> &&promise);
  bool isEmpty();
  Promise<void> onEmpty();
  void clear();
};

class Canceler {
public:
  template <class T>
  Promise<T> wrap(Promise<T> promise) {
    return promise;
  }
  void cancel(const char *reason);
  bool isEmpty() const;
};

class Timer {
public:
  Promise<void> atTime(TimePoint time);
  Promise<void> afterDelay(Duration delay);
  template <class T>
  [[nodiscard]] Promise<T> timeoutAt(TimePoint time, Promise<T> &&promise);
  template <class T>
  [[nodiscard]] Promise<T> timeoutAfter(Duration delay, Promise<T> &&promise);
};

class Executor {
public:
  template <class F>
  void executeSync(F &&func) const {
    standin::keep(std::forward<F>(func));
  }
  template <class F>
  Promise<void> executeAsync(F &&func) const {
    standin::keep(std::forward<F>(func));
    return standin::result<Promise<void>>();
  }
};

template <class F>
[[nodiscard]] Promise<void> evalLater(F &&func) {
  standin::keep(std::forward<F>(func));
  return standin::result<Promise<void>>();
}
template <class F>
[[nodiscard]] Promise<void> evalNow(F &&func) {
  standin::keep(std::forward<F>(func));
  return standin::result<Promise<void>>();
}
template <class F>
[[nodiscard]] Promise<void> evalLast(F &&func) {
  standin::keep(std::forward<F>(func));
  return standin::result<Promise<void>>();
}
template <class F>
auto coCapture(F &&functor) {
  return std::forward<F>(functor);
}
Promise<void> joinPromises(std::vector<Promise<void>> &&promises);
Promise<void> joinPromisesFailFast(std::vector<Promise<void>> &&promises);

class Thread {
public:
  template <class F>
  explicit Thread(F &&func) {
    standin::keep(std::forward<F>(func));
  }
  ~Thread();
};

} // namespace kj
