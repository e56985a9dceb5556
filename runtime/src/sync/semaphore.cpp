// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// semaphore: handing permits to waiting tasks.
#include <aio/sync/semaphore.h>

namespace aio {

semaphore::semaphore(long value) : value_(value) {
  if (value < 0)
    throw value_error("Semaphore initial value must be >= 0");
}

semaphore::~semaphore() = default;

void semaphore::take() {
  --value_;
  detail::notify_acquired(this, "semaphore");
}

bool semaphore::wake_next() noexcept {
  if (!waiters_.wake_first_waiting())
    return false;
  // Reserves the permit for the task that is woken.
  --value_;
  return true;
}

void semaphore::give_back() noexcept {
  used("semaphore.release");
  ++value_;
  detail::notify_released(this, "semaphore");
  wake_next();
}

void semaphore::release() { give_back(); }

void semaphore::finish_wait(detail::waiter &w) {
  w.unlink();
  const bool cancelled = w.ended_by_cancel();
  if (cancelled && w.woken())
    ++value_;
  while (value_ > 0 && wake_next()) {
  }
  if (cancelled) [[unlikely]]
    throw w.cancellation();
  detail::notify_acquired(this, "semaphore");
}

void bounded_semaphore::release() {
  if (value() >= bound_)
    throw value_error("BoundedSemaphore released too many times");
  semaphore::release();
}

} // namespace aio
