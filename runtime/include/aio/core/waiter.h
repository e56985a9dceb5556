// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// waiter: the one-shot wake-up that sleeping and the synchronisation primitives park tasks on.
#pragma once

#include <coroutine>
#include <string>

#include <aio/core/task.h>

namespace aio {
namespace detail {

/// A future without a value that lives in the frame of the task that waits on it.
///
/// Like a future of asyncio it has three states; waking or cancelling it queues the task's next step.
class waiter : public wait_target, public list_hook {
public:
  enum class state : unsigned char { waiting, woken, cancelled };
  waiter() = default;
  ~waiter() = default;

  bool done() const noexcept { return state_ != state::waiting; }
  bool woken() const noexcept { return state_ == state::woken; }
  bool cancelled() const noexcept { return state_ == state::cancelled; }
  /// Wakes the task; returns false if it was woken or cancelled before.
  bool wake() noexcept {
    if (done())
      return false;
    state_ = state::woken;
    if (task_)
      task_->schedule();
    return true;
  }
  bool cancel_wait(const std::string &message) override {
    if (done())
      return false;
    message_ = message;
    state_ = state::cancelled;
    if (task_)
      task_->schedule();
    return true;
  }
  /// Waits again, in a step that this waiter has caused.
  void wait_again() noexcept {
    state_ = state::waiting;
    task_->park_again(*this, leads_on_);
  }
  task_core &parked_task() const noexcept { return *task_; }
  void park(std::coroutine_handle<> at, frame_record &leaf) {
    task_ = running_loop->current();
    task_->park(at, leaf, this, leads_on_);
    task_->pass_cancel_down();
  }
  /// After the resumption: true if the wait ended by a cancellation, which is then to be thrown.
  bool ended_by_cancel() const noexcept { return task_ && (cancelled() || task_->must_cancel()); }
  cancelled_error cancellation() { return cancelled() ? task_->cancellation(message_.get()) : task_->cancellation(); }
  /// After the resumption: throws the cancellation, if that is what ended the wait.
  AIO_IN_THE_FRAME void check() {
    if (ended_by_cancel()) [[unlikely]]
      throw cancellation();
  }

  struct awaiter {
    waiter &w;
    bool await_ready() const {
      require_task();
      return w.done();
    }
    template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) { w.park(h, h.promise()); }
    AIO_IN_THE_FRAME void await_resume() { w.check(); }
  };
  awaiter operator co_await() & { return awaiter{*this}; }

protected:
  /// Pass true if `primitive` or `add_awaited` is overridden.
  explicit waiter(bool leads_on) noexcept : leads_on_(leads_on) {}

private:
  state state_ = state::waiting;
  const bool leads_on_ = false;
  task_core *task_ = nullptr;
  rare_text message_;
};

/// Storage for a waiter in an awaiter. The waiter is constructed when the wait begins, so that an await that is ready
/// costs nothing.
template <class Waiter = waiter> class waiter_room {
public:
  waiter_room() noexcept {} // NOLINT(modernize-use-equals-default): a union needs it
  waiter_room(const waiter_room &) = delete;
  waiter_room &operator=(const waiter_room &) = delete;
  ~waiter_room() {
    if (made_)
      waiter_.Waiter::~Waiter();
  }
  template <class... Args> Waiter &make(Args &&...args) noexcept {
    std::construct_at(&waiter_, std::forward<Args>(args)...);
    made_ = true;
    return waiter_;
  }
  /// True if the wait has begun.
  explicit operator bool() const noexcept { return made_; }
  Waiter &operator*() noexcept { return waiter_; }

private:
  union {
    Waiter waiter_;
  };
  bool made_ = false;
};

/// A list of waiters, first come first served.
class waiter_queue {
public:
  void push(waiter &w) noexcept { list_.push_back(w); }
  bool empty() const noexcept { return list_.empty(); }
  /// True if every waiter in line was cancelled.
  bool all_cancelled() noexcept {
    for (waiter *w = list_.front(); w; w = list_.next(*w))
      if (!w->cancelled())
        return false;
    return true;
  }
  waiter *front() noexcept { return list_.front(); }
  /// True if the task waits in line.
  bool holds(const task_core &task) noexcept {
    for (waiter *w = list_.front(); w; w = list_.next(*w))
      if (&w->parked_task() == &task)
        return true;
    return false;
  }
  /// Wakes the first in line that is not done; leaves it in line.
  bool wake_first_waiting() noexcept {
    for (waiter *w = list_.front(); w; w = list_.next(*w))
      if (w->wake())
        return true;
    return false;
  }
  std::size_t wake_waiting(std::size_t n) noexcept {
    std::size_t woken = 0;
    for (waiter *w = list_.front(); w && woken < n; w = list_.next(*w))
      woken += w->wake() ? 1U : 0U;
    return woken;
  }
  /// Takes the first that is not done out of line and wakes it.
  bool pop_and_wake() noexcept {
    while (waiter *w = list_.pop_front())
      if (w->wake())
        return true;
    return false;
  }

private:
  intrusive_list<waiter> list_;
};

} // namespace detail
} // namespace aio
