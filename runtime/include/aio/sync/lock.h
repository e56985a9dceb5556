// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lock, event and condition: the primitives that hand over a state between tasks.
#pragma once

#include <utility>

#include <aio/core/async_with.h>
#include <aio/core/loop_bound.h>
#include <aio/core/waiter.h>

namespace aio {

/// Releases the primitive at the end of the scope.
template <class Primitive> class [[nodiscard]] held {
public:
  explicit held(Primitive &primitive) noexcept : primitive_(&primitive) {}
  held(held &&other) noexcept : primitive_(std::exchange(other.primitive_, nullptr)) {}
  held &operator=(held &&) = delete;
  ~held() {
    if (primitive_)
      primitive_->release_held();
  }
  /// Releases before the end of the scope.
  void release() {
    if (primitive_)
      std::exchange(primitive_, nullptr)->release();
  }

private:
  Primitive *primitive_;
};

namespace detail {
/// Acquires the primitive, then returns a guard.
template <class Awaiter, class Primitive> struct [[nodiscard]] guard_awaiter : Awaiter {
  explicit guard_awaiter(Primitive &p) : Awaiter(p), primitive(&p) {}
  held<Primitive> await_resume() {
    Awaiter::await_resume();
    return held<Primitive>(*primitive);
  }
  Primitive *primitive;
};
template <class Awaiter, class Primitive> struct [[nodiscard]] guard_request {
  Primitive &primitive;
  guard_awaiter<Awaiter, Primitive> operator co_await() && { return guard_awaiter<Awaiter, Primitive>(primitive); }
};
template <class Awaiter, class Primitive> struct [[nodiscard]] acquire_request {
  Primitive &primitive;
  Awaiter operator co_await() && { return Awaiter(primitive); }
};
void notify_acquired(const void *primitive, const char *kind);
void notify_released(const void *primitive, const char *kind);
} // namespace detail

/// Lets one task in at a time, in the order of arrival. Not reentrant.
///
/// **Suspends** `acquire` only if the lock is taken or others wait.
/// **Cancellation** of a waiting task removes it from the line; a wake-up it had received goes to the next task.
/// **Errors** runtime_error from `release` if the lock is free.
/// **Debug mode** a lock that is never released; deadlock.
/// **Source** docs.python.org/3/library/asyncio-sync.html#asyncio.Lock
class lock : public detail::loop_bound {
public:
  lock() = default;
  lock(const lock &) = delete;
  lock &operator=(const lock &) = delete;

  class [[nodiscard]] acquire_awaiter {
  public:
    explicit acquire_awaiter(lock &l) noexcept : lock_(&l) {}
    bool await_ready() {
      lock_->used("lock.acquire");
      if (lock_->locked_ || !lock_->waiters_.all_cancelled()) {
        detail::require_task();
        lock_->bind("lock");
        return false;
      }
      lock_->take();
      return true;
    }
    template <class P> void await_suspend(std::coroutine_handle<P> h) {
      in_line &waiter = waiter_.make(lock_);
      lock_->waiters_.push(waiter);
      waiter.park(h, h.promise());
    }
    bool await_resume() {
      if (waiter_)
        lock_->finish_wait(*waiter_);
      return true;
    }

  private:
    struct in_line final : detail::waiter {
      explicit in_line(lock *l) noexcept : waiter(true), of(l) {}
      const void *primitive() const noexcept override { return done() ? nullptr : of; }
      lock *of;
    };
    lock *lock_;
    detail::waiter_room<in_line> waiter_;
  };

  /// Waits for the lock; returns true. Prefer `scoped`.
  detail::acquire_request<acquire_awaiter, lock> acquire() noexcept { return {*this}; }
  /// Waits for the lock; returns a guard that releases it: `auto guard = co_await l.scoped();`
  detail::guard_request<acquire_awaiter, lock> scoped() noexcept { return {*this}; }
  void release();
  bool locked() const noexcept { return locked_; }

  detail::acquire_request<acquire_awaiter, lock> aenter() noexcept { return acquire(); }
  detail::ready<bool> aexit(const std::exception_ptr &) {
    release();
    return {false};
  }
  void release_held() noexcept {
    if (locked_)
      unlock();
  }

private:
  void take();
  void unlock() noexcept;
  void finish_wait(detail::waiter &w);
  bool locked_ = false;
  detail::waiter_queue waiters_;
};

/// A flag that tasks wait for.
///
/// **Suspends** `wait` only while the flag is not set. All tasks that wait when it is set are woken, in order, even if
/// it is cleared before they run.
/// **Source** docs.python.org/3/library/asyncio-sync.html#asyncio.Event
class event : public detail::loop_bound {
public:
  event() = default;
  event(const event &) = delete;
  event &operator=(const event &) = delete;

  class [[nodiscard]] wait_awaiter {
  public:
    explicit wait_awaiter(event &e) noexcept : event_(&e) {}
    bool await_ready() {
      event_->used("event.wait");
      if (event_->set_)
        return true;
      detail::require_task();
      event_->bind("event");
      return false;
    }
    template <class P> void await_suspend(std::coroutine_handle<P> h) {
      detail::waiter &waiter = waiter_.make();
      event_->waiters_.push(waiter);
      waiter.park(h, h.promise());
    }
    bool await_resume() {
      if (waiter_) {
        (*waiter_).unlink();
        (*waiter_).check();
      }
      return true;
    }

  private:
    event *event_;
    detail::waiter_room<> waiter_;
  };
  /// Waits until the flag is set; returns true.
  detail::acquire_request<wait_awaiter, event> wait() noexcept { return {*this}; }
  void set() noexcept;
  void clear() noexcept {
    used("event.clear");
    set_ = false;
  }
  bool is_set() const noexcept { return set_; }

private:
  bool set_ = false;
  detail::waiter_queue waiters_;
};

/// A lock, and a place where its owner waits for a notification.
///
/// **Cancellation** a cancelled `wait` acquires the lock again before it throws; a notification it had received goes to
/// another waiter.
/// **Errors** runtime_error for waiting or notifying without the lock.
/// **Source** docs.python.org/3/library/asyncio-sync.html#asyncio.Condition
class condition : public detail::loop_bound {
public:
  condition() : lock_(&own_) {}
  /// Uses the given lock, which must outlive the condition.
  explicit condition(lock &shared) : lock_(&shared) {}
  condition(const condition &) = delete;
  condition &operator=(const condition &) = delete;

  auto acquire() noexcept { return lock_->acquire(); }
  auto scoped() noexcept { return lock_->scoped(); }
  void release() { lock_->release(); }
  bool locked() const noexcept { return lock_->locked(); }

  /// Releases the lock, waits for a notification, acquires the lock again; returns true.
  coro<bool> wait();
  /// Waits until the predicate holds; returns its last value.
  template <class Predicate>
  auto wait_for(Predicate predicate) -> coro<std::decay_t<std::invoke_result_t<Predicate &>>> {
    for (;;) {
      auto result = predicate();
      if (result)
        co_return result;
      co_await wait();
    }
  }
  /// Wakes up to `n` waiters; each continues when it has the lock. None if `n` is not positive.
  void notify(long n = 1);
  void notify_all();

  auto aenter() noexcept { return lock_->aenter(); }
  auto aexit(const std::exception_ptr &error) { return lock_->aexit(error); }

private:
  lock own_;
  lock *lock_;
  detail::waiter_queue waiters_;
};

} // namespace aio
