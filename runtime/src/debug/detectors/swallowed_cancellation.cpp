// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows each cancellation from the await where it is delivered up the frames that it unwinds, to the frame that ends
// it although the request was not withdrawn.
#include "../detector.h"

namespace aio::debug {

namespace {

class swallowed_cancellation final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override {
    return hook::cancel_delivered | hook::frame_awaits | hook::frame_finished;
  }

  void cancel_delivered(detail::task_core &task, frame_record *leaf) override {
    if (leaf && task.cancelling() > 0)
      deliver(*leaf, task);
  }
  // Only frames that a cancellation has reached are watched.
  void frame_awaits(frame_record &frame) override {
    if (frame_note *note = note_of(frame); note && note->delivered)
      awaits_again(*note);
  }
  void frame_finished(frame_record &frame, bool by_exception) override {
    frame_note *note = note_of(frame);
    if (!note || !note->delivered)
      return;
    detail::task_core *task = current_and_same_request(*note);
    forget(*note);
    if (!task)
      return;
    if (by_exception) {
      const std::exception_ptr error = std::current_exception();
      if (detail::is_cancelled_error(error)) {
        if (frame_record *parent = frame.parent())
          deliver(*parent, *task);
      } else if (!detail::holds_exactly<generator_exit>(error) && !detail::is_exit_error(error)) {
        say(*note, *task, "'" + name_of(frame) + "' catches the cancellation and throws something else in its place");
      }
      return;
    }
    // A cancellation may end where the task ends, if nothing else is awaited after it.
    if (frame.parent() || note->went_on)
      say(*note, *task, "'" + name_of(frame) + "' catches the cancellation and ends as if it had succeeded");
  }

private:
  void deliver(frame_record &frame, detail::task_core &task) {
    frame_note &note = notes().attach(frame);
    note.delivered = notes().attach(task).requests;
    note.went_on = false;
    note.delivered_at = frame.await_site();
    frame.watch(true);
  }
  static void forget(frame_note &note) noexcept {
    note.delivered = 0;
    note.frame.watch(false);
  }
  /// The running task, if its requests have not changed since the note was made.
  static detail::task_core *current_and_same_request(const frame_note &note) {
    detail::task_core *task = detail::current_task_or_null();
    const frame_note *root = task ? note_of(*task) : nullptr;
    return root && root->requests == note.delivered && task->cancelling() > 0 ? task : nullptr;
  }
  void awaits_again(frame_note &note) {
    note.went_on = true;
    // The same await again: a loop that retries after the cancellation as if it were a failure.
    const std::source_location &site = note.frame.await_site();
    if (site.line() != note.delivered_at.line() || site.column() != note.delivered_at.column())
      return;
    detail::task_core *task = current_and_same_request(note);
    forget(note);
    if (task)
      say(note, *task, "'" + name_of(note.frame) + "' catches the cancellation and goes on as if nothing had happened");
  }
  void say(const frame_note &note, detail::task_core &task, std::string message) {
    if (is_runtime_frame(note.frame))
      return;
    std::vector<debug::note> notes;
    add_canceller(notes, task);
    // The task is no longer expected to obey the request.
    if (const frame_note *root = note_of(task); root && root->request)
      root->request->unlink();
    for (const frame_record *parent = note.frame.parent(); parent; parent = parent->parent())
      if (!is_runtime_frame(*parent))
        notes.push_back({place(parent->await_site()), "awaited here, by '" + name_of(*parent) + "'"});
    tell(std::move(message), place(note.delivered_at), std::move(notes), task.name());
  }
};

} // namespace

std::shared_ptr<instrument> make_swallowed_cancellation(event_loop &loop, registry &notes) {
  return std::make_shared<swallowed_cancellation>(::coro::pitfalls::SwallowedCancellation, loop, notes);
}

} // namespace aio::debug
