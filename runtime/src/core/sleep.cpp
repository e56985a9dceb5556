// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of sleep: parking a task on a timer.
#include <aio/core/sleep.h>

namespace aio::detail {

void sleeper::park(std::coroutine_handle<> at, frame_record &leaf) {
  event_loop &loop = *running_loop;
  const duration delay = when_.time_since_epoch();
  if (delay <= duration::zero()) {
    task_->park(at, leaf, nullptr, false);
    task_->schedule_on(loop);
    return;
  }
  loop.add_timer(*this, loop.time() + delay);
  task_->park(at, leaf, this, false);
  task_->pass_cancel_down();
}

cancelled_error sleeper::cancellation() {
  if (in_heap())
    task_->loop()->remove_timer(*this);
  this->unlink();
  return cancelled_ ? task_->cancellation(message_.get()) : task_->cancellation();
}

} // namespace aio::detail
