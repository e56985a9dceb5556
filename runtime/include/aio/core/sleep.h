// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sleep and yielding.
#pragma once

#include <aio/core/waiter.h>

namespace aio {
namespace detail {

/// A timer and a waiter in the sleeping frame; nothing is allocated.
template <class T> class [[nodiscard]] sleep_awaiter final : public timer_entry {
public:
  sleep_awaiter(duration delay, result_slot<T> value)
      : timer_entry(kind::handle), delay_(delay), value_(std::move(value)) {}
  ~sleep_awaiter() {
    if (in_heap())
      loop_->remove_timer(*this);
  }
  bool await_ready() const {
    require_task();
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    loop_ = running_loop;
    if (delay_ <= duration::zero()) {
      task_ = loop_->current();
      task_->park(h, h.promise(), nullptr);
      task_->schedule();
      return;
    }
    loop_->add_timer(*this, loop_->time() + delay_);
    waiter_.park(h, h.promise());
  }
  T await_resume() {
    if (in_heap())
      loop_->remove_timer(*this);
    this->unlink();
    if (task_)
      task_->deliver_cancel();
    else
      waiter_.check();
    return value_.take();
  }
  void run() override { waiter_.wake(); }
  void discard() noexcept override {}

private:
  duration delay_;
  [[no_unique_address]] result_slot<T> value_;
  event_loop *loop_ = nullptr;
  task_core *task_ = nullptr;
  waiter waiter_;
};

template <class T> struct [[nodiscard]] sleep_request {
  explicit sleep_request(duration d) : delay(d) {}
  duration delay;
  result_slot<T> value{};
  sleep_awaiter<T> operator co_await() && { return sleep_awaiter<T>(delay, std::move(value)); }
};

/// One turn for the rest of the loop.
class [[nodiscard]] yield_awaiter {
public:
  bool await_ready() {
    task_ = &require_task();
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) noexcept {
    task_->park(h, h.promise(), nullptr);
    task_->schedule();
  }
  void await_resume() { task_->deliver_cancel(); }

private:
  task_core *task_ = nullptr;
};
struct [[nodiscard]] yield_request {
  yield_awaiter operator co_await() const noexcept { return {}; }
};

} // namespace detail

/// Suspends the task for at least the delay; a delay of zero or less lets the rest of the loop go first, once.
///
/// **Suspends** always.
/// **Cancellation** at once, also when the deadline falls in the same pass.
/// **Errors** value_error if the delay is NaN.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.sleep
template <class Rep, class Period> detail::sleep_request<void> sleep(std::chrono::duration<Rep, Period> delay) {
  return detail::sleep_request<void>(detail::to_duration(delay));
}
/// The same, giving a value at the end.
template <class Rep, class Period, class T>
detail::sleep_request<std::decay_t<T>> sleep(std::chrono::duration<Rep, Period> delay, T &&value) {
  detail::sleep_request<std::decay_t<T>> request(detail::to_duration(delay));
  request.value.emplace(std::forward<T>(value));
  return request;
}

/// Lets everything that is ready now run first. The same as `sleep(0s)`.
inline detail::yield_request yield_now() noexcept { return {}; }

} // namespace aio
