// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Notes on frames, and the words that all detectors use for them.
#include "registry.h"
#include "watchdog.h"

namespace aio::debug {

frame_note &registry::attach(frame_record &frame) {
  if (frame_note *known = note_of(frame))
    return *known;
  auto *note = new frame_note(frame); // NOLINT(cppcoreguidelines-owning-memory): the frame owns it, see frame_gone
  frame.set_note(note);
  frames_.push_back(*note);
  return *note;
}

void registry::task_created(detail::task_core &task) {
  frame_note &root = attach(*task.root_frame());
  root.task_root = true;
  root.task = &task;
  root.born = watchdog::ticks();
  if (const detail::task_core *maker = task.loop()->current())
    root.maker = maker->number();
}

void registry::cancel_requested(detail::task_core &task, const std::string &message, detail::task_core *by) {
  frame_note *root = note_of(task);
  if (!root)
    return;
  ++root->requests;
  // Asking again does not make the first request younger.
  if (!root->request)
    root->request = std::make_unique<cancel_request>();
  cancel_request &request = *root->request;
  request.from.capture();
  request.message = message;
  request.by = by ? by->name() : std::string();
  if (!request.linked()) {
    request.task = &task;
    request.at = task.loop()->time();
    cancellations_.push_back(request);
  }
}

void registry::uncancelled(detail::task_core &task) {
  frame_note *root = note_of(task);
  if (!root)
    return;
  ++root->requests;
  if (root->request && task.cancelling() == 0)
    root->request->unlink();
}

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

void add_canceller(std::vector<note> &notes, const detail::task_core &task) {
  const frame_note *root = note_of(task);
  if (!root || !root->request)
    return;
  const std::vector<place> from = root->request->from.places();
  std::string text = from.empty() ? "cancelled by the runtime: a timeout, a task group, or the end of the run"
                                  : std::string("cancelled here");
  if (!root->request->by.empty() && !from.empty())
    text += ", by task '" + root->request->by + "'";
  if (!root->request->message.empty())
    text += ": " + root->request->message;
  notes.push_back({from.empty() ? place() : from.front(), std::move(text)});
}

std::string current_task_name() {
  event_loop *loop = running_loop_or_null();
  return loop && loop->current() ? loop->current()->name() : std::string();
}

} // namespace aio::debug
