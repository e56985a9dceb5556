// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// semaphore and bounded_semaphore: limit how many tasks hold a permit at the same time.
#pragma once

#include <aio/sync/lock.h>

namespace aio {

/// Gives out permits in the order of arrival: a task that comes later queues behind those that wait, even if permits
/// are free.
///
/// **Suspends** `acquire` only if no permit is free or others wait.
/// **Cancellation** of a waiting task passes a permit that it was about to get to the next task.
/// **Errors** value_error for a negative start value.
/// **Source** docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore
class semaphore : public detail::loop_bound {
public:
  explicit semaphore(long value = 1);
  semaphore(const semaphore &) = delete;
  semaphore &operator=(const semaphore &) = delete;
  virtual ~semaphore();

  class [[nodiscard]] acquire_awaiter {
  public:
    explicit acquire_awaiter(semaphore &s) noexcept : semaphore_(&s) {}
    bool await_ready() {
      semaphore_->used("semaphore.acquire");
      if (semaphore_->locked()) {
        detail::require_task();
        semaphore_->bind("semaphore");
        return false;
      }
      semaphore_->take();
      return true;
    }
    template <class P> void await_suspend(std::coroutine_handle<P> h) {
      detail::waiter &waiter = waiter_.make();
      semaphore_->waiters_.push(waiter);
      waiter.park(h, h.promise());
    }
    bool await_resume() {
      if (waiter_)
        semaphore_->finish_wait(*waiter_);
      return true;
    }

  private:
    semaphore *semaphore_;
    detail::waiter_room<> waiter_;
  };
  detail::acquire_request<acquire_awaiter, semaphore> acquire() noexcept { return {*this}; }
  detail::guard_request<acquire_awaiter, semaphore> scoped() noexcept { return {*this}; }
  virtual void release();
  /// True if `acquire` would wait.
  bool locked() noexcept { return value_ == 0 || !waiters_.all_cancelled(); }
  long value() const noexcept { return value_; }

  auto aenter() noexcept { return acquire(); }
  detail::ready<bool> aexit(const std::exception_ptr &) {
    release();
    return {false};
  }
  void release_held() noexcept { give_back(); }

private:
  void take();
  void give_back() noexcept;
  bool wake_next() noexcept;
  void finish_wait(detail::waiter &w);
  long value_;
  detail::waiter_queue waiters_;
};

/// A semaphore that refuses more releases than acquires. **Errors** value_error from such a `release`.
class bounded_semaphore final : public semaphore {
public:
  explicit bounded_semaphore(long value = 1) : semaphore(value), bound_(value) {}
  void release() override;

private:
  long bound_;
};

} // namespace aio
