// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects tasks that continue after the gather or wait for them has returned, and that can no longer be joined or
// cancelled.
#include "../detector.h"

#include <algorithm>
#include <cstring>

namespace aio::debug {

namespace {

/// True if the task's end will be noticed by a handle, an awaiting task or a callback.
bool is_held(detail::task_core &task) noexcept {
  // Every task has one reference that belongs to the loop.
  if (task.ref_count() > 1)
    return true;
  for (detail::ready_entry *entry = task.waiters().front(); entry; entry = task.waiters().next(*entry))
    if (entry->wants_result())
      return true;
  return false;
}

class left_running_tasks final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::left_running | hook::task_unheld; }

  void left_running(const char *operation, std::span<detail::task_core *const> left, const std::exception_ptr &error,
                    const std::source_location &awaited_at) override {
    std::vector<detail::task_core *> lost;
    auto returned = std::make_shared<leftover>();
    returned->operation = operation;
    returned->error = error ? detail::describe(error) : std::string();
    returned->at = awaited_at.line() != 0 ? place(awaited_at) : place_of_caller(std::strcmp(operation, "wait") == 0);
    for (detail::task_core *task : left)
      if (task->root_frame() && !given_up_on_purpose(*task)) {
        notes().attach(*task).left_by = returned;
        // The handles that wait returns have not reached its caller yet.
        if (error && !is_held(*task))
          lost.push_back(task);
      }
    if (!lost.empty())
      say(*returned, lost);
  }
  void task_unheld(detail::task_core &task) override {
    const frame_note *note = note_of(task);
    if (note && note->left_by && !note->known_unheld && !is_held(task) && !given_up_on_purpose(task)) {
      detail::task_core *one = &task;
      say(*note->left_by, {&one, 1});
    }
  }

private:
  static bool given_up_on_purpose(detail::task_core &task) noexcept {
    return task.detached() || task.expects_pending_at_end() || task.cancelling() > 0;
  }
  /// The line that drops an iterator; for a coroutine of the runtime that is resumed by the loop, the line where it is
  /// awaited.
  place place_of_caller(bool awaited) const {
    if (const std::vector<place> here = places_here(); !here.empty())
      return here.front();
    if (const detail::task_core *task = awaited ? loop().current() : nullptr)
      for (const frame_record *frame = task->leaf_frame(); frame; frame = frame->parent())
        if (!is_runtime_frame(*frame))
          return place(frame->await_site());
    return {};
  }
  void say(const leftover &returned, std::span<detail::task_core *const> lost) {
    std::string names;
    std::vector<note> notes;
    for (detail::task_core *task : lost) {
      note_of(*task)->known_unheld = true;
      names += (names.empty() ? "'" : ", '") + task->name() + "'";
      notes.push_back({place(task->root_frame()->location()),
                       "task '" + task->name() + "' runs '" + name_of(*task->root_frame()) + "'"});
      add_awaits(notes, *task);
    }
    const std::string count = lost.size() == 1 ? "1 task runs on" : std::to_string(lost.size()) + " tasks run on";
    tell(returned.error.empty()
             ? count + " after '" + returned.operation + "' is over, and nobody holds " +
                   (lost.size() == 1 ? "it: " : "them: ") + names
             : count + " after '" + returned.operation + "' has failed with '" + returned.error + "': " + names,
         returned.at, std::move(notes));
  }
};

} // namespace

std::shared_ptr<instrument> make_left_running(event_loop &loop, registry &notes) {
  return std::make_shared<left_running_tasks>(::coro::pitfalls::LeftRunning, loop, notes);
}

} // namespace aio::debug
