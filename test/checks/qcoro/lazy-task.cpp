// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// The lazy task of later QCoro versions, and the base class of both tasks. Debian's version has neither.
#include <standin.h>

namespace QCoro {
template <class T = void>
class Task;
template <class T = void>
class LazyTask;

namespace detail {
template <class T>
struct TaskPromise : standin::returns<T> {
  Task<T> get_return_object() noexcept;
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception();
};
template <class T>
struct LazyTaskPromise : TaskPromise<T> {
  LazyTask<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() const noexcept;
};
template <class T, template <class> class Derived, class Promise>
class TaskBase {
public:
  virtual ~TaskBase();
  bool isReady() const;
  template <class F>
  Derived<void> then(F &&callback) {
    standin::keep(std::forward<F>(callback));
    return standin::result<Derived<void>>();
  }

protected:
  std::coroutine_handle<Promise> coroutine_;
};
} // namespace detail

template <class T>
class Task final : public detail::TaskBase<T, Task, detail::TaskPromise<T>> {
public:
  using promise_type = detail::TaskPromise<T>;
  standin::awaiter<T> operator co_await() const noexcept;
};
template <class T>
class LazyTask final : public detail::TaskBase<T, LazyTask, detail::LazyTaskPromise<T>> {
public:
  using promise_type = detail::LazyTaskPromise<T>;
  ~LazyTask() override;
  standin::awaiter<T> operator co_await() const noexcept;
};
template <class T>
std::suspend_always detail::LazyTaskPromise<T>::initial_suspend() const noexcept {
  return {};
}
} // namespace QCoro

QCoro::LazyTask<int> lazy();
QCoro::Task<int> eager();

QCoro::Task<> wrong() {
  lazy();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'lazy' is never awaited, so it never runs [coro-unawaited-task]
  auto held = lazy();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'lazy' is never awaited, so it never runs [coro-unawaited-task]
  lazy().then([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'then' is never awaited, so it never runs [coro-unawaited-task]
  eager();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'eager' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
QCoro::Task<> right() {
  (void)co_await lazy();
  auto held = lazy();
  (void)co_await held;
  co_await lazy().then([] {});
  eager().then([] {});
}
