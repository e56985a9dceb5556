// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task_core: the untyped state of a task: its steps, what it is parked on, its cancellation.
#pragma once

#include <coroutine>
#include <string>
#include <vector>

#include <aio/core/future.h>

namespace aio {

namespace detail {

/// Asked before the step of a parked task: what it waited for may have been taken by another task.
class step_gate {
public:
  /// Returns false after it has parked the task again.
  virtual bool go_on() = 0;

protected:
  ~step_gate() = default;
};

/// The state behind every task, without its value.
///
/// A cancellation request is in one of three states. Only the loop's thread writes these members.
///
/// | request | `must_cancel_` | `delivery_pending_` | how it goes on                                       |
/// |---------|----------------|---------------------|------------------------------------------------------|
/// | none    | false          | false               | `cancel` passes a request to the target, or holds it |
/// | held    | true           | true                | the next await throws, or `park` passes it on        |
/// | passed  | false          | true                | the target's wait ends, and its awaiter throws       |
///
/// | member              | meaning                                  | written by                                      |
/// |---------------------|------------------------------------------|-------------------------------------------------|
/// | `cancels_`          | requests that were not withdrawn         | `cancel`, `uncancel`                            |
/// | `must_cancel_`      | a request is held                        | set: `cancel`; cleared: `pass_cancel_down`,     |
/// |                     |                                          | `cancellation`, the last `uncancel`, the end    |
/// | `delivery_pending_` | the next cancelled_error calls           | set: `cancel`; cleared: `cancellation`;         |
/// |                     | `hook::cancel_delivered`                 | `park` copies `must_cancel_`                    |
/// | `passing_down_`     | `cancel` is calling the target; a second | `cancel`                                        |
/// |                     | call then comes from a circle of tasks   |                                                 |
/// | `target_`           | what the task is parked on, or null      | `park`, `step`, `abandon`; `cancel` in a circle |
/// | `message_`          | that of the held request, or of the      | `cancel`; the end of the task                   |
/// |                     | cancellation that ended the task         |                                                 |
class task_core : public future_core, public ready_entry, public task_hook {
public:
  /// Made with two references: the loop's, and one for a handle.
  AIO_IN_THE_FRAME task_core(event_loop &loop, void *slot, std::coroutine_handle<> root, frame_record &record,
                             context_slot &&context, rare_text &&name, const std::source_location &site) noexcept
      : future_core(loop, slot, site, 2), ready_entry(kind::task), root_(root), resume_(root), root_record_(&record),
        leaf_(&record), context_(std::move(context)), name_(std::move(name)), number_(loop.next_task_number()) {
    if (loop.armed() & (hook::steps_shown | hook::task_created)) [[unlikely]]
      notify_created(loop);
  }
  AIO_IN_THE_FRAME ~task_core() override {
    if (root_) [[unlikely]]
      root_.destroy();
  }

  task_core *as_task() noexcept override { return this; }
  void check_settable() const override;
  bool cancel(const std::string &message) override;
  int cancelling() const noexcept { return cancels_; }
  int uncancel() noexcept;

  /// Queues the first step, or runs it now if the task starts eagerly.
  void begin(event_loop &owner, bool eager) {
    registered_ = true;
    owner.tasks().push_back(*this);
    if (eager) [[unlikely]]
      step_eagerly();
    else
      schedule_on(owner);
  }
  /// Queues the next step.
  void schedule() noexcept {
    if (event_loop *owner = loop(); owner && !done()) [[likely]]
      schedule_on(*owner);
  }
  /// The same for a task of that loop which is not done.
  void schedule_on(event_loop &owner) noexcept {
    if (owner.hooks() && (&owner != running_loop || owner.instruments().armed(hook::task_scheduled))) [[unlikely]]
      notify_scheduled(owner);
    owner.enqueue(*this);
  }
  void run() override;
  /// Prefetches the memory that the next step needs.
  void prefetch() const noexcept {
    __builtin_prefetch(&resume_, 1);
    __builtin_prefetch(&context_, 1);
  }
  void prefetch_frame() const noexcept {
    const char *frame = static_cast<const char *>(resume_.address());
    __builtin_prefetch(frame, 1);
    __builtin_prefetch(frame + 64, 1);
  }
  /// Runs the next step. Afterwards the task is still the loop's current one, and its context the thread's, unless the
  /// task is done: the caller resets them.
  AIO_IN_THE_FRAME void step(event_loop &owner) {
    owner.set_current(this);
    running_slot = &context_;
    target_ = nullptr;
    ++steps_;
    if (owner.armed() & at_step_begin) [[unlikely]]
      announce_step(owner, reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)));
    if (started_) [[likely]] {
      if (gate_) {
        if (gate_->go_on()) {
          gate_ = nullptr;
          resume_.resume();
        }
      } else {
        resume_.resume();
      }
    } else if (must_cancel_) {
      root_record_->mark_disposed();
      must_cancel_ = false;
      end_step(owner);
      return;
    } else {
      started_ = true;
      root_record_->mark_started();
      resume_.resume();
    }
    // The loop's reference keeps the task until its last step is over.
    if (root_.done())
      end_step(owner);
    else if (owner.armed() & at_step_end) [[unlikely]]
      announce_end(owner);
  }
  void discard() noexcept override {}

  /// Suspends the task at `at`, waiting on `target`; null means its own next turn. `leads_on` is true if the target is
  /// a future, has an owner, or waits for futures in turn.
  void park(std::coroutine_handle<> at, frame_record &leaf, wait_target *target, bool leads_on) noexcept {
    resume_ = at;
    leaf_ = &leaf;
    target_ = target;
    delivery_pending_ = must_cancel_;
    if (frame_hooks && (leads_on || leaf.watched())) [[unlikely]]
      notify_parked(leads_on);
  }
  /// Makes `gate` decide before the next step.
  void set_gate(step_gate &gate) noexcept { gate_ = &gate; }
  /// Parks again where it was parked, on `target`.
  void park_again(wait_target &target, bool leads_on) noexcept { park(resume_, *leaf_, &target, leads_on); }
  /// Passes a request that was made before the park on to the target.
  void pass_cancel_down() {
    if (must_cancel_ && target_ && target_->cancel_wait(message_.get()))
      must_cancel_ = false;
  }
  bool must_cancel() const noexcept { return must_cancel_; }
  /// Throws cancelled_error if a request is held. Every awaiter calls this when it resumes.
  AIO_IN_THE_FRAME void deliver_cancel() {
    if (must_cancel_) [[unlikely]]
      throw cancellation();
  }
  /// The exception for the held request; the caller throws it now.
  cancelled_error cancellation();
  /// The same for a cancellation that ended a wait; it also delivers a held request.
  cancelled_error cancellation(const std::string &message);

  const std::string &name();
  void set_name(const std::string &name) {
    if (event_loop *owner = loop())
      owner->touch("task.set_name");
    name_ = rare_text(name);
  }
  std::uint64_t number() const noexcept { return number_; }
  /// The number of the task that made this one, if the loop's steps are shown; else 0.
  std::uint64_t maker() const noexcept { return maker_; }
  /// The frames of a suspended task, outermost first.
  std::vector<const frame_record *> stack() const;
  frame_record *root_frame() const noexcept { return root_record_; }
  frame_record *leaf_frame() const noexcept { return leaf_; }
  future_core *waiting_for() const noexcept;
  wait_target *parked_on() const noexcept { return target_; }
  context_slot &slot_of_context() noexcept { return context_; }
  bool started() const noexcept { return started_; }
  /// How many steps have begun; wraps around.
  std::uint32_t steps() const noexcept { return steps_; }
  void detach() noexcept { detached_ = true; }
  bool detached() const noexcept { return detached_; }
  /// States that no report is needed if this task is destroyed while it is pending.
  void expect_pending_at_end() noexcept { report_pending_ = false; }
  bool expects_pending_at_end() const noexcept { return !report_pending_; }
  /// States that a gather made the task: its caller has no handle, and reports belong to the task that awaits the
  /// gather.
  void set_part_of_gather() noexcept { part_of_gather_ = true; }
  bool part_of_gather() const noexcept { return part_of_gather_; }
  /// Destroys the frames of a task that will never run again.
  void abandon() noexcept;

protected:
  context_slot *report_context() noexcept override { return &context_; }
  /// Moves the result out of the finished frame: the value into its slot, or the exception into `error_`.
  virtual void take_result() = 0;
  std::coroutine_handle<> root_;

private:
  static constexpr hook_set at_step_begin = hook::steps_shown | hook::step_begins | hook::task_unheld;
  static constexpr hook_set at_step_end = hook::step_ends;
  void step_eagerly();
  /// Ends the last step.
  void end_step(event_loop &owner);
  AIO_IN_THE_FRAME void finish(event_loop &owner);
  void complete_without_value();
  void notify_created(event_loop &owner) noexcept;
  void announce_step(event_loop &owner, std::uintptr_t frame);
  void announce_end(event_loop &owner);
  void notify_parked(bool leads_on) noexcept;
  void notify_scheduled(event_loop &owner) noexcept;
  void note_cancel_delivered() noexcept;

  std::coroutine_handle<> resume_;
  frame_record *root_record_;
  frame_record *leaf_;
  wait_target *target_ = nullptr;
  step_gate *gate_ = nullptr;
  context_slot context_;
  int cancels_ = 0;
  std::uint32_t steps_ = 0;
  bool must_cancel_ = false;
  bool passing_down_ = false;
  bool delivery_pending_ = false;
  bool started_ = false;
  bool registered_ = false;
  bool report_pending_ = true;
  bool part_of_gather_ = false;
  bool detached_ = false;
  rare_text name_;
  std::uint64_t number_;
  std::uint64_t maker_ = 0;
};

template <class T> class task_state final : public task_core {
public:
  /// Takes ownership of the coroutine's frame.
  task_state(event_loop &loop, coro<T> &body, context_slot &&context, rare_text &&name,
             const std::source_location &site) noexcept
      : task_core(loop, &value_, body.handle(), body.handle().promise(), std::move(context), std::move(name), site) {
    static_cast<void>(body.release());
  }

private:
  void take_result() override {
    auto &promise = std::coroutine_handle<coro_promise<T>>::from_address(root_.address()).promise();
    if (promise.failed()) [[unlikely]]
      error_ = promise.take_error();
    else if constexpr (!std::is_void_v<T>)
      value_.emplace(promise.slot().take());
  }
  [[no_unique_address]] result_slot<T> value_;
};

[[noreturn]] void throw_outside_of_tasks();
/// The task that runs now in this thread; throws runtime_error outside of one.
inline task_core &require_task() {
  event_loop *loop = running_loop;
  if (!loop || !loop->current()) [[unlikely]]
    throw_outside_of_tasks();
  return *loop->current();
}
inline task_core *current_task_or_null() noexcept { return running_loop ? running_loop->current() : nullptr; }
/// True if the running task may wait for the future; throws runtime_error outside of a task.
bool awaitable_here(future_core &target);
/// Whether a wait that has no value ended by a cancellation; `refused` is true if the future could not be waited for.
bool wait_was_cancelled(future_core &target, task_core *task, bool refused) noexcept;
/// The exception to throw in that case.
cancelled_error cancellation_of_wait(future_core &target, task_core *task, bool refused);
/// The exception to throw in the other case.
std::exception_ptr failure_of_wait(future_core &target, bool refused);
/// Where the first task that awaits the future does so; line 0 if no task awaits it.
std::source_location await_site_of(future_core &awaited) noexcept;
/// Tells instruments that an operation returns while tasks that it waited for still run.
void notify_left_running(const char *operation, std::span<task_core *const> left, const std::exception_ptr &error,
                         const std::source_location &awaited_at) noexcept;

} // namespace detail

} // namespace aio
