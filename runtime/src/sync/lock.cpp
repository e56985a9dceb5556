// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lock, event and condition: acquiring, releasing and notifying.
#include <aio/sync/lock.h>

#include <limits>

namespace aio {

namespace detail {

void notify_acquired(const void *primitive, const char *kind) {
  if (event_loop *loop = running_loop; loop && loop->hooks()) [[unlikely]]
    loop->hooks()->each(hook::acquired, [&](instrument &i) { i.acquired(primitive, kind, loop->current()); });
}
void notify_released(const void *primitive, const char *kind) {
  if (event_loop *loop = running_loop; loop && loop->hooks()) [[unlikely]]
    loop->hooks()->each(hook::released, [&](instrument &i) { i.released(primitive, kind, loop->current()); });
}

} // namespace detail

void lock::take() {
  locked_ = true;
  detail::notify_acquired(this, "lock");
}

void lock::unlock() noexcept {
  used("lock.release");
  locked_ = false;
  detail::notify_released(this, "lock");
  // Only the first in line: if it was woken already, it will pass the lock on itself.
  if (detail::waiter *head = waiters_.front())
    head->wake();
}

void lock::release() {
  if (!locked_)
    throw runtime_error("Lock is not acquired.");
  unlock();
}

void lock::finish_wait(detail::waiter &w) {
  w.unlink();
  if (w.ended_by_cancel()) [[unlikely]] {
    if (!locked_)
      if (detail::waiter *head = waiters_.front())
        head->wake();
    throw w.cancellation();
  }
  take();
}

void event::set() noexcept {
  used("event.set");
  if (set_)
    return;
  set_ = true;
  waiters_.wake_waiting(std::numeric_limits<std::size_t>::max());
}

coro<bool> condition::wait() {
  used("condition.wait");
  if (!locked())
    throw runtime_error("cannot wait on un-acquired lock");
  bind("condition");
  std::exception_ptr error;
  lock_->release();
  {
    detail::waiter w;
    waiters_.push(w);
    try {
      co_await w;
    } catch (...) {
      error = std::current_exception();
    }
  }
  for (;;) {
    bool again = false;
    try {
      co_await lock_->acquire();
    } catch (const cancelled_error &) {
      error = std::current_exception();
      again = true;
    }
    if (!again)
      break;
  }
  if (error) {
    // This task may have consumed the wake-up: it goes to another waiter.
    waiters_.wake_waiting(1);
    std::rethrow_exception(error);
  }
  co_return true;
}

void condition::notify(long n) {
  used("condition.notify");
  if (!locked())
    throw runtime_error("cannot notify on un-acquired lock");
  waiters_.wake_waiting(n > 0 ? static_cast<std::size_t>(n) : 0);
}

void condition::notify_all() { notify(std::numeric_limits<long>::max()); }

} // namespace aio
