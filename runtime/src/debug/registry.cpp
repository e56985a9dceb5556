// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The registry of notes on frames, and the notes that several detectors add to their reports.
#include "registry.h"

#include <cstring>

#include <dirent.h>

namespace aio::debug {

namespace {

#ifdef __SANITIZE_THREAD__
constexpr bool counts_a_sanitizer = true;
#else
constexpr bool counts_a_sanitizer = false;
#endif

/// The number of threads of the process, or 0 if it cannot be read.
int count_threads() {
  DIR *dir = ::opendir("/proc/self/task");
  if (!dir)
    return 0;
  int count = 0;
  while (const dirent *entry = ::readdir(dir))
    count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(dir);
  // TSan starts a thread of its own together with the first additional one.
  return counts_a_sanitizer && count > 1 ? count - 1 : count;
}

} // namespace

bool has_unknown_threads() noexcept { return count_threads() != 1 + detail::own_threads.load(); }

frame_note &registry::attach(frame_record &frame) {
  if (frame_note *known = note_of(frame))
    return *known;
  detail::frame_birth &birth = frame.birth() ? *frame.birth() : births().add(frame);
  auto *note = new frame_note(frame); // NOLINT(cppcoreguidelines-owning-memory): the frame owns it, see frame_gone
  birth.note = note;
  return *note;
}

frame_note &registry::attach(detail::task_core &task) {
  frame_note &root = attach(*task.root_frame());
  root.task = &task;
  return root;
}

void registry::acquired(const void *primitive, const char *kind, detail::task_core *by) {
  // Permits of a semaphore have no owner: one task may release a permit that another has acquired.
  if (!by || std::strcmp(kind, "lock") != 0)
    return;
  held_lock &held = locks_.enter(primitive);
  held.task = by;
  held.number = by->number();
  held.from.capture();
  loop_.instruments().arm(hook::task_done);
}

void registry::released(const void *primitive, const char *, detail::task_core *) { locks_.leave(primitive); }

void registry::cancel_requested(detail::task_core &task, const std::string &message, detail::task_core *by) {
  if (!task.root_frame())
    return;
  frame_note *root = &attach(task);
  ++root->requests;
  // A repeated request does not change the age of the first.
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

std::vector<place> calls_that_made(const frame_record &frame) {
  return frame.birth() ? origin(*frame.birth()).call_places(frame.location()) : std::vector<place>{};
}

place created_at(const frame_record &frame) {
  const std::vector<place> calls = calls_that_made(frame);
  return calls.empty() ? place(frame.location()) : calls.front();
}

place made_at(const detail::task_core &task) {
  if (task.site().line() != 0)
    return place(task.site());
  return task.root_frame() ? created_at(*task.root_frame()) : place();
}

void add_maker(std::vector<note> &notes, detail::task_core &task) {
  if (place at = made_at(task); at.known())
    notes.push_back({std::move(at), "task '" + task.name() + "' was created here"});
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
  // A program without symbols: the runtime's calls cannot be told from the program's.
  const bool somewhere = from.empty() && !root->request->from.has_names();
  std::string text = somewhere      ? "cancelled at a place that is not known"
                     : from.empty() ? "cancelled by the runtime: a timeout, a task group, or the end of the run"
                                    : "cancelled here";
  if (!root->request->by.empty() && (!from.empty() || somewhere))
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
