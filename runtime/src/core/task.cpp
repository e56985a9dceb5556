// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of tasks: steps, parking, cancellation, completion.
#include <aio/core/task.h>

#include <algorithm>

namespace aio {

namespace detail {

const std::string &task_core::name() {
  if (name_.empty())
    name_ = "Task-" + std::to_string(number_);
  return name_.get();
}

void task_core::run() { step(*loop()); }

void task_core::step_eagerly() {
  event_loop &owner = *loop();
  const ref_ptr<task_core> keep(this);
  // At the end, the task or callback that made this one is current again.
  struct restore {
    event_loop &owner;
    task_core *task = owner.current();
    context_slot *slot = running_slot;
    ~restore() {
      owner.set_current(task);
      running_slot = slot;
    }
  } at_end{owner};
  const event_loop::nested_step inside(owner);
  step(owner);
}

void task_core::notify_created(event_loop &owner) noexcept {
  if (const step_board *board = owner.board())
    set_mark(board->clock());
  if (const task_core *maker = owner.current())
    maker_ = maker->number();
  if (owner.instruments().armed(hook::task_created)) [[unlikely]]
    owner.instruments().each(hook::task_created, [&](instrument &i) { i.task_created(*this); });
}

void task_core::announce_step(event_loop &owner, std::uintptr_t frame) {
  instrument_set &hooks = owner.instruments();
  if (births)
    births->step_frame = frame;
  if (step_board *board = owner.steps_shown_at())
    board->step_begins(started_ ? leaf_->await_site() : leaf_->location());
  if (ref_count() == 1) [[unlikely]]
    hooks.each(hook::task_unheld, [&](instrument &i) { i.task_unheld(*this); });
  if (hooks.armed(hook::step_begins)) [[unlikely]]
    hooks.each(hook::step_begins, [&](instrument &i) { i.step_begins(*this); });
}

void task_core::announce_end(event_loop &owner) {
  owner.instruments().each(hook::step_ends, [&](instrument &i) { i.step_ends(*this); });
}

void task_core::notify_scheduled(event_loop &owner) noexcept {
  if (!owner.anchor().on_owner_thread())
    owner.touch("wake-up of a task");
  else
    owner.hooks()->each(hook::task_scheduled, [&](instrument &i) { i.task_scheduled(*this); });
}

inline void task_core::finish(event_loop &owner) {
  try {
    if (started_) [[likely]]
      take_result();
  } catch (...) {
    if (!must_cancel_)
      error_ = std::current_exception();
  }
  if (started_ && !error_ && !must_cancel_) [[likely]]
    complete();
  else
    complete_without_value();
  std::exchange(root_, nullptr).destroy();
  root_record_ = leaf_ = nullptr;
  if (owner.armed() & hook::task_done) [[unlikely]]
    owner.instruments().each(hook::task_done, [&](instrument &i) { i.task_done(*this); });
  registered_ = false;
  static_cast<task_hook &>(*this).unlink();
}

void task_core::end_step(event_loop &owner) {
  // Drops the loop's reference at the end.
  struct reference {
    task_core *task;
    ~reference() {
      if (task)
        task->release();
    }
  } keep{registered_ ? this : nullptr};
  finish(owner);
  std::exception_ptr leaving;
  if (error_ && is_exit_error(error_)) [[unlikely]]
    leaving = error_;
  if (owner.armed() & at_step_end) [[unlikely]]
    announce_end(owner);
  owner.set_current(nullptr);
  running_slot = nullptr;
  if (leaving) [[unlikely]]
    std::rethrow_exception(leaving);
}

void task_core::complete_without_value() {
  if (!error_) {
    must_cancel_ = false;
    complete_cancelled(message_.get());
  } else if (is_cancelled_error(error_)) {
    const std::exception_ptr error = std::exchange(error_, nullptr);
    complete_cancelled(cancel_message_of(error));
  } else {
    complete(std::exchange(error_, nullptr));
  }
}

void task_core::abandon() noexcept {
  if (event_loop *owner = loop()) {
    bool told = false;
    if (owner->hooks())
      owner->hooks()->each(hook::task_destroyed, [&](instrument &i) { told = i.task_destroyed(*this, true) || told; });
    if (report_pending_ && !part_of_gather_ && !(told && !owner->get_exception_handler())) {
      try {
        owner->call_exception_handler(
            {"Task was destroyed but it is pending!", nullptr, any_future(ref_ptr<future_core>(this)), "task", site()});
      } catch (...) {
        warn("Task was destroyed but it is pending!");
      }
    }
  }
  static_cast<ready_entry &>(*this).unlink();
  target_ = nullptr;
  gate_ = nullptr;
  force_cancelled();
  if (root_) {
    if (!started_)
      root_record_->mark_disposed();
    std::exchange(root_, nullptr).destroy();
  }
  root_record_ = leaf_ = nullptr;
  discard_waiters();
  if (std::exchange(registered_, false)) {
    static_cast<task_hook &>(*this).unlink();
    release();
  }
}

void task_core::check_settable() const {
  throw runtime_error("Task does not support set_result or set_exception operation");
}

bool task_core::cancel(const std::string &message) {
  mark_retrieved();
  if (done())
    return false;
  ++cancels_;
  if (event_loop *owner = loop()) {
    owner->touch("task.cancel");
    // Only the loop's thread may use the instruments.
    if (owner->hooks() && owner->anchor().on_owner_thread()) [[unlikely]]
      owner->hooks()->each(hook::cancel_requested,
                           [&](instrument &i) { i.cancel_requested(*this, message, current_task_or_null()); });
  }
  delivery_pending_ = true;
  if (passing_down_) {
    // Tasks that wait for each other: the request has come back to this task. It stops waiting.
    must_cancel_ = true;
    message_ = message;
    static_cast<ready_entry &>(*this).unlink();
    target_ = nullptr;
    schedule();
    return true;
  }
  passing_down_ = true;
  const bool passed = target_ && target_->cancel_wait(message);
  passing_down_ = false;
  if (passed)
    return true;
  must_cancel_ = true;
  message_ = message;
  return true;
}

int task_core::uncancel() noexcept {
  if (event_loop *owner = loop())
    owner->touch("task.uncancel");
  if (cancels_ > 0) {
    --cancels_;
    if (cancels_ == 0)
      must_cancel_ = false;
    if (event_loop *owner = loop(); owner && owner->hooks() && owner->anchor().on_owner_thread()) [[unlikely]]
      owner->hooks()->each(hook::uncancelled, [&](instrument &i) { i.uncancelled(*this); });
  }
  return cancels_;
}

void task_core::note_cancel_delivered() noexcept {
  if (!std::exchange(delivery_pending_, false))
    return;
  if (event_loop *owner = loop(); owner && owner->hooks()) [[unlikely]]
    owner->hooks()->each(hook::cancel_delivered, [&](instrument &i) { i.cancel_delivered(*this, leaf_); });
}

cancelled_error task_core::cancellation() { return cancellation(message_.get()); }

cancelled_error task_core::cancellation(const std::string &message) {
  must_cancel_ = false;
  note_cancel_delivered();
  return cancelled_error(message);
}

void task_core::notify_parked(bool leads_on) noexcept {
  if (leaf_->watched()) [[unlikely]]
    notify_frame_awaits(*leaf_);
  if (!leads_on)
    return;
  future_core *on = waiting_for();
  frame_hooks->each(hook::task_parked, [&](instrument &i) { i.task_parked(*this, *leaf_, on); });
}

future_core *task_core::waiting_for() const noexcept { return target_ ? target_->as_future() : nullptr; }

std::vector<const frame_record *> task_core::stack() const {
  std::vector<const frame_record *> frames;
  for (const frame_record *frame = leaf_; frame; frame = frame->parent())
    frames.push_back(frame);
  std::reverse(frames.begin(), frames.end());
  return frames;
}

void throw_outside_of_tasks() {
  throw runtime_error(running_loop ? "await outside of a task" : "no running event loop");
}

bool awaitable_here(future_core &target) {
  task_core &task = require_task();
  return &target != &task && target.loop() == running_loop;
}

bool wait_was_cancelled(future_core &target, task_core *task, bool refused) noexcept {
  if (refused)
    return task->must_cancel();
  return target.cancelled() || (task && (task->must_cancel() || is_cancelled_error(target.stored_error())));
}

cancelled_error cancellation_of_wait(future_core &target, task_core *task, bool refused) {
  if (!task)
    return cancelled_error(target.cancel_message());
  if (refused)
    return task->cancellation();
  if (target.cancelled())
    return task->cancellation(target.cancel_message());
  if (!is_cancelled_error(target.stored_error()))
    return task->cancellation();
  target.mark_retrieved();
  return task->cancellation(cancel_message_of(target.stored_error()));
}

std::exception_ptr failure_of_wait(future_core &target, bool refused) {
  if (refused) {
    task_core &task = require_task();
    const std::string who = &target == &task ? "Task cannot await on itself: " + task.name()
                                             : "Task " + task.name() + " got a Future attached to a different loop";
    return std::make_exception_ptr(runtime_error(who));
  }
  if (!target.done())
    return std::make_exception_ptr(invalid_state_error("Result is not ready."));
  target.mark_retrieved();
  return target.stored_error();
}

std::source_location await_site_of(future_core &awaited) noexcept {
  for (ready_entry *entry = awaited.waiters().front(); entry; entry = awaited.waiters().next(*entry))
    if (entry->entry_kind() == ready_entry::kind::task)
      if (const frame_record *leaf = static_cast<task_core *>(entry)->leaf_frame())
        return leaf->await_site();
  return {};
}

void notify_left_running(const char *operation, std::span<task_core *const> left, const std::exception_ptr &error,
                         const std::source_location &awaited_at) noexcept {
  if (event_loop *loop = running_loop; loop && loop->hooks() && !left.empty())
    loop->hooks()->each(hook::left_running, [&](instrument &i) { i.left_running(operation, left, error, awaited_at); });
}

void require_loop(const any_future &f, event_loop &loop) {
  if (f.core().loop() != &loop)
    throw value_error("The future belongs to a different loop than the one specified");
}

} // namespace detail

any_task current_task() { return current_task(get_running_loop()); }

any_task current_task(event_loop &loop) {
  detail::task_core *task = loop.current();
  return task ? any_task(*task) : any_task();
}

std::vector<any_task> all_tasks() { return all_tasks(get_running_loop()); }

std::vector<any_task> all_tasks(event_loop &loop) {
  std::vector<any_task> tasks;
  for (detail::task_core *task = loop.tasks().front(); task; task = loop.tasks().next(*task))
    if (!task->done())
      tasks.emplace_back(*task);
  return tasks;
}

void eager_task_factory(event_loop &, task_options &options) {
  if (!options.eager_start)
    options.eager_start = true;
}

} // namespace aio
