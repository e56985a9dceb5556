// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// watched_queue: the part of a queue that instruments may read, and the notes that an instrument attaches to it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <aio/core/waiter.h>

namespace aio::detail {

/// An instrument's notes on one queue. It counts what one task takes and reports done, so that `hook::queue_used` is
/// called only when another task uses the queue.
class queue_watch {
public:
  /// The queue is being destroyed, whether or not a loop runs.
  virtual void queue_gone() noexcept = 0;
  /// Returns true if the use was counted here.
  bool counts_taken() noexcept {
    if (!by_running_task())
      return false;
    ++taken_;
    ++uses_;
    return true;
  }
  bool counts_done() noexcept {
    if (taken_ == 0 || !by_running_task())
      return false;
    --taken_;
    ++uses_;
    return true;
  }

protected:
  ~queue_watch() = default;
  /// Counts the uses of this task from now on.
  void count_for(const task_core &task) noexcept {
    task_ = &task;
    number_ = task.number();
    hooks_ = frame_hooks;
  }
  void stop_counting() noexcept { task_ = nullptr; }
  /// The number of that task.
  std::uint64_t counted_for() const noexcept { return number_; }
  std::size_t taken_ = 0; // by that task, and not reported done
  std::size_t uses_ = 0;

private:
  bool by_running_task() const noexcept {
    const task_core *task = running_loop ? running_loop->current() : nullptr;
    // A later task may have the same address.
    return task && task == task_ && task->number() == number_ && hooks_ == frame_hooks;
  }
  const task_core *task_ = nullptr;
  std::uint64_t number_ = 0;
  const instrument_set *hooks_ = nullptr;
};

/// A queue as instruments see it: how many items it holds, how many are unfinished, and which tasks wait for one.
class watched_queue {
public:
  watched_queue(const watched_queue &) = delete;
  watched_queue &operator=(const watched_queue &) = delete;
  /// Items put that were not reported done.
  std::size_t unfinished() const noexcept { return unfinished_; }
  /// Items put that were not taken.
  std::size_t stored() const noexcept { return stored_(*this); }
  /// True if the task waits for an item.
  bool has_getter(const task_core &task) noexcept { return getters_.holds(task); }
  /// The notes of the instrument that watches the queue, or null.
  queue_watch *watch() const noexcept { return watch_; }
  void set_watch(queue_watch *watch) noexcept { watch_ = watch; }

protected:
  using count_stored = std::size_t(const watched_queue &) noexcept;
  explicit watched_queue(count_stored *stored) noexcept : stored_(stored) {}
  ~watched_queue() {
    if (watch_) [[unlikely]]
      watch_->queue_gone();
  }
  waiter_queue getters_;
  std::size_t unfinished_ = 0;

private:
  count_stored *stored_;
  queue_watch *watch_ = nullptr;
};

} // namespace aio::detail
