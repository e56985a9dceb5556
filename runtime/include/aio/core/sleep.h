// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sleep and yield_now: suspend a task for a time, or for one pass.
#pragma once

#include <aio/core/waiter.h>

namespace aio {
namespace detail {

/// A timer in the frame of the sleeping task, which is also what the task waits on; nothing is allocated.
class sleeper : public timer_entry, public wait_target {
public:
  void run() final { wake(); }
  void wake() noexcept {
    if (!std::exchange(over_, true))
      task_->schedule();
  }
  void discard() noexcept final {}
  bool cancel_wait(const std::string &message) final {
    if (over_)
      return false;
    message_ = message;
    over_ = cancelled_ = true;
    task_->schedule();
    return true;
  }
  const task_core &parked_task() const noexcept { return *task_; }

protected:
  explicit sleeper(duration delay) noexcept : timer_entry(kind::sleeper) {
    when_ = time_point(delay); // a delay; the deadline once the task parks
  }
  ~sleeper() {
    if (in_heap()) [[unlikely]]
      task_->loop()->remove_timer(*this);
  }
  bool cancelled() const noexcept { return cancelled_ || task_->must_cancel(); }
  cancelled_error cancellation();
  void park(std::coroutine_handle<> at, frame_record &leaf);
  task_core *task_ = nullptr;

private:
  bool over_ = false;
  bool cancelled_ = false;
  rare_text message_;
};

template <class T> class [[nodiscard]] sleep_awaiter final : public sleeper {
public:
  sleep_awaiter(duration delay, result_slot<T> value) : sleeper(delay), value_(std::move(value)) {}
  bool await_ready() {
    task_ = &require_task();
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) { park(h, h.promise()); }
  AIO_IN_THE_FRAME T await_resume() {
    if (cancelled()) [[unlikely]]
      throw cancellation();
    return value_.take();
  }

private:
  [[no_unique_address]] result_slot<T> value_;
};

template <class T> struct [[nodiscard]] sleep_request {
  explicit sleep_request(duration d) : delay(d) {}
  duration delay;
  result_slot<T> value{};
  sleep_awaiter<T> operator co_await() && { return sleep_awaiter<T>(delay, std::move(value)); }
};

/// Suspends the task until the rest of the loop had one turn.
class [[nodiscard]] yield_awaiter {
public:
  bool await_ready() {
    task_ = &require_task();
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) noexcept {
    task_->park(h, h.promise(), nullptr, false);
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

template <detail::number N, class... Value> detail::sleep_request<void> sleep(N, const Value &...) {
  detail::refuse_number<N>();
  return detail::sleep_request<void>(duration::zero());
}

/// Lets everything that is ready now run first. The same as `sleep(0s)`.
inline detail::yield_request yield_now() noexcept { return {}; }

} // namespace aio
