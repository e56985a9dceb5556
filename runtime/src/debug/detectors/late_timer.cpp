// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects timers that fire late because the loop was busy with many short steps; slow-step reports a single long one.
#include "../detector.h"
#include "../watchdog.h"

#include <algorithm>
#include <cstdio>
#include <typeinfo>

namespace aio::debug {

namespace {

class late_timer final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::timers_due | hook::loop_started | hook::before_io_wait; }
  /// Only the ends of busy periods are needed.
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }

  void loop_started(event_loop &where) override {
    // If only the program moves the clock, it was the program that took the time.
    own_clock_ = typeid(where) != typeid(event_loop);
    look_at_the_clock();
    started_at_ = where.time();
  }
  void before_io_wait(event_loop &, std::optional<duration> timeout) override {
    // Idle times are noted at most once a tick, because that takes a system call.
    if (!own_clock_ && timeout != duration::zero() && watchdog::ticks() != tick_)
      look_at_the_clock();
  }
  void timers_due(event_loop &where, time_point now, time_point due) override {
    duration late = now - due;
    if (!own_clock_)
      late -= time_out::taken().passed - own_.passed;
    // A timer that was due before the loop ran is late by design.
    const bool too_late = late >= where.slow_callback_duration() && due >= started_at_;
    if (!too_late && !own_clock_) [[likely]]
      return;
    // The program is not at fault if the machine was busy, or if the timer was set too late.
    const duration used = own_clock_ ? notes().busy - busy_
                                     : processor_time() - used_ - (time_out::taken().of_processor - own_.of_processor);
    if (too_late && notes().slow_step_ended < due && used >= late / 2)
      say(late);
    look_at_the_clock();
  }

private:
  void look_at_the_clock() noexcept {
    tick_ = watchdog::ticks();
    busy_ = notes().busy;
    own_ = time_out::taken();
    if (!own_clock_)
      used_ = processor_time();
  }
  /// The time that the live tasks of one coroutine have taken so far.
  struct busy_coroutine {
    const frame_record *root;
    duration busy;
    unsigned tasks;
  };
  static void add(std::vector<busy_coroutine> &all, const frame_record &root, duration busy) {
    for (busy_coroutine &each : all)
      if (each.root->location().line() == root.location().line() &&
          place(each.root->location()).file == root.location().file_name()) {
        each.busy += busy;
        ++each.tasks;
        return;
      }
    all.push_back({&root, busy, 1});
  }
  void say(duration late) {
    std::vector<busy_coroutine> all;
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
      if (const frame_note *root = note_of(*task); root && root->busy > 0)
        add(all, *task->root_frame(), root->busy * duration(watched_loop::tick));
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.busy > b.busy; });
    std::vector<note> notes;
    for (std::size_t i = 0; i < all.size() && i < 3; ++i) {
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(all[i].busy).count();
      notes.push_back({place(all[i].root->location()),
                       "'" + name_of(*all[i].root) + "' has been busy for about " + std::to_string(ms) + " ms" +
                           (all[i].tasks == 1 ? "" : " in " + std::to_string(all[i].tasks) + " tasks")});
    }
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f s", std::chrono::duration<double>(late).count());
    place at = notes.empty() ? place() : notes.front().where;
    tell("a timer fires " + std::string(seconds) + " late: many short steps kept the loop from it", std::move(at),
         std::move(notes), "");
  }

  bool own_clock_ = false;
  time_point started_at_{};
  duration busy_{};
  std::uint32_t tick_ = 0;
  std::chrono::nanoseconds used_{};
  time_out::sum own_{}; ///< the time that debug mode took
};

} // namespace

std::shared_ptr<instrument> make_late_timer(event_loop &loop, registry &notes) {
  return std::make_shared<late_timer>(::coro::pitfalls::LateTimer, loop, notes);
}

} // namespace aio::debug
