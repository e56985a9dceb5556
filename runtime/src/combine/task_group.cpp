// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task_group: counts its tasks, cancels them on failure, and collects their exceptions.
#include <aio/combine/task_group.h>

#include <algorithm>

namespace aio {

task_group::~task_group() {
  if (parent_ && !exiting_ && detail::frame_hooks) [[unlikely]]
    detail::notify_scope_left(this, nullptr, parent_.core());
  if (tasks_.empty())
    return;
  // Destroyed without its exit: the callbacks must not use a destroyed group.
  for (const any_future &t : tasks_)
    t.remove_done_callback(*on_done_);
  if (detail::running_loop && detail::running_loop->hooks())
    detail::running_loop->hooks()->each(hook::left_open,
                                        [](instrument &i) { i.left_open("task group", "task_group", nullptr); });
}

task_group &task_group::enter() {
  if (entered_)
    throw runtime_error("TaskGroup has already been entered");
  event_loop &loop = get_running_loop();
  if (!loop.current())
    throw runtime_error("TaskGroup cannot determine the parent task");
  loop_ = &loop;
  parent_ = current_task(loop);
  entered_ = true;
  on_done_.emplace([this](const any_future &f) { task_done(f); });
  if (detail::frame_hooks) [[unlikely]]
    detail::notify_scope_entered(this, "task_group", parent_.core());
  return *this;
}

void task_group::check_accepting() const {
  if (!entered_)
    throw runtime_error("TaskGroup has not been entered");
  if (exiting_ && tasks_.empty())
    throw runtime_error("TaskGroup is finished");
  if (aborting_)
    throw runtime_error("TaskGroup is shutting down");
}

/// Wakes the parent when all tasks are done.
struct task_group::join final : detail::waiter {
  explicit join(task_group &owner) noexcept : waiter(true), group(owner) {}
  void add_awaited(std::vector<detail::future_core *> &futures) override {
    for (const any_future &t : group.tasks_)
      futures.push_back(&t.core());
  }
  task_group &group;
};

void task_group::add(const any_task &t) {
  tasks_.push_back(t);
  t.add_done_callback(*on_done_);
}

void task_group::abort() {
  aborting_ = true;
  // A copy, because cancelling a task may end others and change the list.
  const std::vector<any_future> now = tasks_;
  for (const any_future &t : now)
    if (!t.done())
      t.cancel();
}

void task_group::task_done(const any_future &f) {
  const auto found = std::find(tasks_.begin(), tasks_.end(), f);
  if (found != tasks_.end())
    tasks_.erase(found);
  if (all_done_ && tasks_.empty())
    all_done_->wake();
  if (f.cancelled())
    return;
  std::exception_ptr error = f.exception();
  if (!error)
    return;
  errors_.push_back(error);
  if (detail::is_exit_error(error) && !base_error_)
    base_error_ = error;
  if (parent_.done()) {
    loop_->call_exception_handler(
        {"Task has errored out but its parent task is already completed", error, f, "task_group"});
    return;
  }
  if (!aborting_ && !parent_cancel_requested_) {
    abort();
    parent_cancel_requested_ = true;
    parent_.cancel();
  }
}

coro<bool> task_group::exit(std::exception_ptr error) {
  exiting_ = true;
  if (detail::frame_hooks && parent_) [[unlikely]]
    detail::notify_scope_left(this, "task_group", parent_.core());
  if (detail::is_exit_error(error) && !base_error_)
    base_error_ = error;
  const bool body_cancelled = detail::is_cancelled_error(error);
  std::exception_ptr cancellation = body_cancelled ? error : nullptr;
  if (error && !aborting_)
    abort();
  while (!tasks_.empty()) {
    join done(*this);
    all_done_ = &done;
    std::exception_ptr interrupted;
    try {
      co_await done;
    } catch (const cancelled_error &) {
      interrupted = std::current_exception();
    }
    all_done_ = nullptr;
    if (interrupted && !aborting_) {
      cancellation = interrupted;
      abort();
    }
  }
  const any_task parent = std::move(parent_);
  std::vector<std::exception_ptr> errors = std::move(errors_);
  errors_.clear();
  if (base_error_)
    std::rethrow_exception(std::exchange(base_error_, nullptr));
  // A failing child may have cancelled the parent even during the wait above: that request is withdrawn here, once.
  if (parent_cancel_requested_ && parent.uncancel() == 0)
    cancellation = nullptr;
  if (cancellation && errors.empty())
    std::rethrow_exception(cancellation);
  if (error && !body_cancelled)
    errors.push_back(error);
  if (!errors.empty()) {
    if (parent.cancelling() > 0) {
      // Restores the count, so that the request which is still held is thrown at the next await.
      parent.uncancel();
      parent.cancel();
    }
    throw exception_group("unhandled errors in a TaskGroup", std::move(errors));
  }
  co_return false;
}

} // namespace aio
