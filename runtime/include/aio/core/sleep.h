// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sleep and yielding.
#pragma once

#include <aio/core/waiter.h>

namespace aio {
namespace detail {

/// A timer in the sleeping frame, which is what its task waits on; nothing is allocated.
template <class T> class [[nodiscard]] sleep_awaiter final : public timer_entry, public wait_target {
public:
  sleep_awaiter(duration delay, result_slot<T> value)
      : timer_entry(kind::handle), value_(std::move(value)) {
    when_ = time_point(delay); // a delay, until it is known from when on
  }
  ~sleep_awaiter() {
    if (in_heap()) [[unlikely]]
      task_->loop()->remove_timer(*this);
  }
  bool await_ready() {
    task_ = &require_task();
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    event_loop &loop = *running_loop;
    const duration delay = when_.time_since_epoch();
    if (delay <= duration::zero()) {
      task_->park(h, h.promise(), nullptr);
      task_->schedule_on(loop);
      return;
    }
    loop.add_timer(*this, loop.time() + delay);
    task_->park(h, h.promise(), this);
    task_->pass_cancel_down();
  }
  AIO_IN_THE_FRAME T await_resume() {
    if (cancelled_ || task_->must_cancel()) [[unlikely]]
      throw cancellation();
    return value_.take();
  }
  void run() override {
    if (std::exchange(over_, true))
      return;
    task_->schedule();
  }
  void discard() noexcept override {}
  bool cancel_wait(const std::string &message) override {
    if (over_)
      return false;
    message_ = message;
    over_ = cancelled_ = true;
    task_->schedule();
    return true;
  }

private:
  cancelled_error cancellation() {
    if (in_heap())
      task_->loop()->remove_timer(*this);
    this->unlink();
    return cancelled_ ? task_->cancellation(message_.get()) : task_->cancellation();
  }
  bool over_ = false;
  bool cancelled_ = false;
  [[no_unique_address]] result_slot<T> value_;
  task_core *task_ = nullptr;
  rare_text message_;
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
    task_->schedule_on(*running_loop);
  }
  AIO_IN_THE_FRAME void await_resume() { task_->deliver_cancel(); }

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
