// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of queues: joins, errors and shutdown.
#include <aio/sync/queue.h>

namespace aio::detail {

void queue_core::task_done() {
  used("queue.task_done");
  if (unfinished_ == 0)
    throw value_error("task_done() called too many times");
  if (frame_hooks && !(watch() && watch()->counts_done())) [[unlikely]]
    notify_queue_used(*this, queue_use::reports_done);
  if (--unfinished_ == 0)
    finished_.set();
}

coro<void> queue_core::join() {
  used("queue.join");
  if (unfinished_ == 0)
    co_return;
  struct joining {
    queue_core &queue;
    explicit joining(queue_core &q) noexcept : queue(q) {
      if (frame_hooks) [[unlikely]]
        notify_queue_used(queue, queue_use::joins);
    }
    joining(const joining &) = delete;
    joining &operator=(const joining &) = delete;
    ~joining() {
      if (frame_hooks) [[unlikely]]
        notify_queue_used(queue, queue_use::has_joined);
    }
  };
  const joining waits(*this);
  finished_.clear();
  co_await finished_.wait();
}

void queue_core::throw_nothing() const {
  if (shut_down_)
    throw queue_shut_down();
  throw queue_empty();
}

void queue_core::throw_no_room() const {
  if (shut_down_)
    throw queue_shut_down();
  throw queue_full();
}

void queue_core::item_dropped() noexcept {
  if (unfinished_ == 0)
    return;
  --unfinished_;
  if (unfinished_ == 0)
    finished_.set();
}

void queue_core::wake_everyone() noexcept {
  while (getters_.pop_and_wake()) {
  }
  while (putters_.pop_and_wake()) {
  }
}

} // namespace aio::detail
