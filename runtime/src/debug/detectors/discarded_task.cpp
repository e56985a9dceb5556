// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds tasks that run although nobody holds them, die while pending, or fail without anybody reading why.
#include "../detector.h"

namespace aio::debug {

namespace {

class discarded_task final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override {
    return hook::step_begins | hook::task_parked | hook::task_destroyed | hook::exception_never_retrieved;
  }

  void step_begins(detail::task_core &task) override {
    if (!task.started()) [[unlikely]]
      check_held(task, 1);
  }
  // While it steps, the loop and the step hold it.
  void task_parked(detail::task_core &task, frame_record &, detail::future_core *) override { check_held(task, 1); }

  bool task_destroyed(detail::task_core &task, bool pending) override {
    if (!pending || task.expects_pending_at_end() || task.detached())
      return false;
    std::vector<note> notes;
    add_awaits(notes, task);
    tell("task '" + task.name() + "' is destroyed while it is pending", place(task.site()), std::move(notes), task.name());
    return true;
  }
  bool exception_never_retrieved(detail::future_core &future) override {
    detail::task_core *task = future.as_task();
    const std::string what = detail::describe(future.stored_error());
    tell(task ? "nobody retrieves the exception of task '" + task->name() + "': " + what
              : "nobody retrieves the exception of a future: " + what,
         place(future.site()), {}, task ? task->name() : current_task_name());
    return true;
  }

private:
  void check_held(detail::task_core &task, std::uint32_t by_loop) {
    if (task.ref_count() > by_loop || task.has_waiters() || task.detached() || task.expects_pending_at_end()) [[likely]]
      return;
    frame_note *note = note_of(task);
    if (!note || std::exchange(note->known_unheld, true))
      return;
    tell("running task returned by 'create_task' is dropped; dropping it loses its exception", place(task.site()),
         {{place(task.root_frame()->location()), "task '" + task.name() + "' runs '" + name_of(*task.root_frame()) + "'"}},
         task.name());
  }
};

} // namespace

std::shared_ptr<instrument> make_discarded_task(event_loop &loop, registry &notes) {
  return std::make_shared<discarded_task>(::coro::pitfalls::DiscardedTask, loop, notes);
}

} // namespace aio::debug
