// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects tasks that run without a handle, are destroyed while pending, or fail with an exception that is never read.
#include "../detector.h"

namespace aio::debug {

namespace {

class discarded_task final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override {
    return hook::task_unheld | hook::task_destroyed | hook::exception_never_retrieved;
  }

  void task_unheld(detail::task_core &task) override {
    // Awaiting tasks and done callbacks are in its list of waiters.
    if (task.has_waiters())
      return;
    // A task that is cancelled and then dropped only cleans up; an error of the cleanup is reported when it is not
    // read.
    if (task.detached() || task.expects_pending_at_end() || task.cancelling() > 0)
      return;
    frame_note &note = notes().attach(task);
    // left-running reports the tasks that a gather or wait has left running.
    if (note.left_by || std::exchange(note.known_unheld, true))
      return;
    tell("running task returned by 'create_task' is dropped; dropping it loses its exception", made_at(task),
         {{place(task.root_frame()->location()),
           "task '" + task.name() + "' runs '" + name_of(*task.root_frame()) + "'"}},
         task.name());
  }
  bool task_destroyed(detail::task_core &task, bool pending) override {
    if (!pending || task.expects_pending_at_end() || task.detached())
      return false;
    // It was reported by left-running, or with the task that awaited the gather.
    if (const frame_note *known = note_of(task); known && (known->end_told || (known->left_by && known->known_unheld)))
      return true;
    std::vector<note> notes;
    add_awaits(notes, task);
    tell("task '" + task.name() + "' is destroyed while it is pending", made_at(task), std::move(notes), task.name());
    if (detail::future_core *on = task.waiting_for())
      tell_with_it(*on);
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
  /// The report of a task covers the tasks that a gather has made for it.
  void tell_with_it(detail::future_core &awaited) {
    std::vector<detail::future_core *> below{&awaited};
    for (std::size_t i = 0; i < below.size(); ++i) {
      if (below[i]->done())
        continue;
      detail::task_core *child = below[i]->as_task();
      if (!child)
        below[i]->add_awaited(below);
      else if (child->part_of_gather() && child->root_frame())
        notes().attach(*child).end_told = true;
    }
  }
};

} // namespace

std::shared_ptr<instrument> make_discarded_task(event_loop &loop, registry &notes) {
  return std::make_shared<discarded_task>(::coro::pitfalls::DiscardedTask, loop, notes);
}

} // namespace aio::debug
