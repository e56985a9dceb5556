// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Notes on frames, and the words that all detectors use for them.
#include "registry.h"

namespace aio::debug {

frame_note &registry::attach(frame_record &frame) {
  if (frame_note *known = note_of(frame))
    return *known;
  auto *note = new frame_note(frame); // NOLINT(cppcoreguidelines-owning-memory): the frame owns it, see frame_gone
  frame.set_note(note);
  frames_.push_back(*note);
  return *note;
}

void registry::task_created(detail::task_core &task) { attach(*task.root_frame()).task_root = true; }

place created_at(const frame_record &frame) {
  if (const frame_note *note = note_of(frame)) {
    std::vector<place> calls = note->created.call_places(frame.location());
    if (!calls.empty())
      return calls.front();
  }
  return place(frame.location());
}

void add_awaits(std::vector<note> &notes, const detail::task_core &task) {
  for (const frame_record *frame = task.leaf_frame(); frame; frame = frame->parent())
    if (frame->await_site().line() != 0 && !is_runtime_frame(*frame))
      notes.push_back({place(frame->await_site()), "'" + name_of(*frame) + "' awaits here"});
}

std::string current_task_name() {
  event_loop *loop = running_loop_or_null();
  return loop && loop->current() ? loop->current()->name() : std::string();
}

} // namespace aio::debug
