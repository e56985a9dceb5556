// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// registry: debug mode's notes on coroutine frames, tasks, locks and cancellations, which the detectors read.
#pragma once

#include <functional>
#include <memory>

#include <aio/core/task.h>
#include <aio/debug/report.h>

#include "held_locks.h"
#include "origin.h"

namespace aio::debug {

class watched_loop;

/// A cancellation request. It is in a list, by age, until it is obeyed, withdrawn or reported.
struct cancel_request : detail::list_hook {
  origin from{};
  std::string by{}; ///< the name of the task that made the request; empty outside of tasks
  std::string message{};
  detail::task_core *task = nullptr;
  time_point at{};
};

/// A gather or wait that has returned although tasks that it waited for still run.
struct leftover {
  const char *operation = "";
  std::string error{}; ///< empty if it did not fail
  place at{};          ///< where it was awaited
};

/// Links the root frame of a task while it waits for a future that is not a task.
struct future_hook : detail::list_hook {};

/// Notes on a frame in addition to its birth. Only few frames have them: see `registry::attach`.
class frame_note final : public detail::frame_watch, public future_hook, public detail::frame_allocated {
public:
  explicit frame_note(frame_record &owner) noexcept : frame(owner) {}
  void frame_gone() noexcept override { delete this; }

  frame_record &frame;
  std::uintptr_t on_stack = 0; ///< the address of an argument on its creator's stack; 0 if there is none
  unsigned argument = 0;       ///< the number of that argument, from 1
  bool left_open = false;      ///< for a generator: it was reported as not closed
  bool end_told = false;       ///< of a root: a report of the task that awaited it
                               ///< says that it never ended
  bool known_unheld = false;   ///< for a root: it was reported that no handle holds the task

  // The cancellation that was delivered to this frame, or has unwound up to it.
  bool went_on = false;        ///< the frame has awaited something since then
  std::uint32_t delivered = 0; ///< the task's `requests` at that time; 0 without a cancellation
  std::source_location delivered_at{};

  // For the root frame of a task.
  detail::task_core *task = nullptr;
  const void *innermost_scope = nullptr; ///< the timeout or task group that the task is in
  std::uint32_t busy = 0;                ///< the watchdog ticks during its steps
  std::uint32_t requests = 1;            ///< changes with every request and withdrawal
  std::unique_ptr<cancel_request> request{};
  std::shared_ptr<const leftover> left_by{};
};

/// Turns on the recording of births, and attaches notes to the few frames that need more.
class registry final : public instrument, public std::enable_shared_from_this<registry> {
public:
  explicit registry(event_loop &loop) noexcept : loop_(loop) {}
  hook_set wants() const noexcept override {
    return hook::frame_births | hook::cancel_requested | hook::uncancelled | hook::acquired | hook::released;
  }
  void cancel_requested(detail::task_core &task, const std::string &message, detail::task_core *by) override;
  void uncancelled(detail::task_core &task) override;
  void acquired(const void *primitive, const char *kind, detail::task_core *by) override;
  void released(const void *primitive, const char *kind, detail::task_core *) override;

  /// The births of the loop's frames.
  detail::birth_table &births() { return *loop_.instruments().births(); }
  /// The cancellation requests that were not obeyed yet, oldest first.
  detail::intrusive_list<cancel_request> &cancellations() noexcept { return cancellations_; }
  held_locks &locks() noexcept { return locks_; }
  /// The note of a frame; makes one if there is none.
  frame_note &attach(frame_record &frame);
  /// The note of the root of a task that is not done.
  frame_note &attach(detail::task_core &task);

  unsigned alarms = 0; ///< timers of the loop that detectors have set; no task waits for them
  /// Called when nothing can wake the loop. It may make a more precise report; it appends the tasks whose wait that
  /// report explains.
  std::function<void(std::vector<const detail::task_core *> &)> explain_idle{};
  watched_loop *board = nullptr; ///< where the loop shows its steps, while it runs
  duration busy{};               ///< what the steps have taken, in whole ticks of the
                                 ///< watchdog unless the loop has its own clock
  time_point slow_step_ended{};  ///< when a step or callback ended that was
                                 ///< reported as slow

private:
  event_loop &loop_;
  detail::intrusive_list<cancel_request> cancellations_;
  held_locks locks_;
};

/// The note of a frame; null if there is none.
inline frame_note *note_of(const frame_record &frame) noexcept {
  return frame.birth() ? static_cast<frame_note *>(frame.birth()->note) : nullptr;
}
/// The note of the root of a task; null if there is none, or the task is done.
inline frame_note *note_of(const detail::task_core &task) noexcept {
  return task.root_frame() ? note_of(*task.root_frame()) : nullptr;
}

/// Adds a note with the place where a task was made, if that is known.
void add_maker(std::vector<note> &notes, detail::task_core &task);
/// The calls that made a frame, innermost first; empty if they are not known.
std::vector<place> calls_that_made(const frame_record &frame);
/// Where a frame was made: the line of the call, or the coroutine itself if there is no debug information.
place created_at(const frame_record &frame);
/// True if the process has threads besides this one and the runtime's own: these may wake the loop at any time.
bool has_unknown_threads() noexcept;
/// Where a task was made; for one that a gather or the like has made, where its coroutine was called.
place made_at(const detail::task_core &task);
/// The name of a coroutine, as in 'fetch'.
inline std::string name_of(const frame_record &frame) { return short_name(frame.location().function_name()); }
/// True if the coroutine is one of the runtime's own.
inline bool is_runtime_frame(const frame_record &frame) { return name_of(frame).starts_with("aio::"); }
/// Notes with the await sites of a suspended task, innermost first.
void add_awaits(std::vector<note> &notes, const detail::task_core &task);
/// Adds a note on the task or place that made the last cancellation request, if that is known.
void add_canceller(std::vector<note> &notes, const detail::task_core &task);
/// The name of the task that runs now; empty outside of tasks.
std::string current_task_name();

} // namespace aio::debug
