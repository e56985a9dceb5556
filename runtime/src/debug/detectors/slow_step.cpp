// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds steps and callbacks that take at least slow_callback_duration, while they last and afterwards.
#include "../detector.h"
#include "../watchdog.h"

#include <cstdio>

namespace aio::debug {

namespace {

class slow_step final : public detector {
public:
  using detector::detector;
  ~slow_step() override {
    if (watched_)
      watchdog::forget(watch_);
  }
  std::uint32_t wants() const noexcept override {
    return hook::loop_started | hook::loop_stopped | hook::step_begins | hook::step_ends | hook::callback_begins |
           hook::callback_ends;
  }

  void loop_started(event_loop &where) override {
    // A loop with a clock of its own is asked for the time; for the others the watchdog's ticks do, at no cost.
    own_clock_ = typeid(where) != typeid(event_loop);
    watch_.limit = where.slow_callback_duration().count();
    watch_.anchor = detail::ref_ptr<detail::loop_anchor>(&where.anchor());
    if (!own_clock_ && !std::exchange(watched_, true))
      watchdog::watch(watch_);
  }
  void loop_stopped(event_loop &) override {
    if (std::exchange(watched_, false))
      watchdog::forget(watch_);
  }
  void step_begins(detail::task_core &task) override {
    const frame_record *leaf = task.leaf_frame();
    resumed_at_ = task.started() ? leaf->await_site() : leaf->location();
    begin();
  }
  void step_ends(detail::task_core &task) override {
    const duration spent = end();
    if (spent == duration::zero()) [[likely]]
      return;
    notes().busy += spent;
    if (frame_note *root = note_of(task))
      root->busy += static_cast<std::uint32_t>(spent / watched_loop::tick);
    if (spent < loop().slow_callback_duration())
      return;
    notes().slow_step_ended = loop().time();
    tell("task '" + task.name() + "' ran for " + seconds(spent) + " without suspending", place(resumed_at_),
         {{place(task.site()), "task '" + task.name() + "' was created here"}}, task.name());
  }
  void callback_begins(event_loop &, const detail::handle_core &) override {
    resumed_at_ = std::source_location();
    begin();
  }
  void callback_ends(event_loop &, const detail::handle_core &handle) override {
    if (const duration spent = end(); spent >= loop().slow_callback_duration()) [[unlikely]] {
      notes().slow_step_ended = loop().time();
      tell("callback '" + handle.name() + "' ran for " + seconds(spent), place());
    }
  }

private:
  void begin() {
    // A task that starts eagerly steps inside another step, which is charged for it.
    if (depth_++ != 0)
      return;
    if (own_clock_)
      began_ = loop().time();
    else
      began_tick_ = watchdog::ticks() - watch_.own_ticks;
    watch_.step_begins(resumed_at_);
  }
  duration end() {
    if (--depth_ != 0)
      return duration::zero();
    watch_.step_ends();
    if (own_clock_)
      return loop().time() - began_;
    return (watchdog::ticks() - watch_.own_ticks - began_tick_) * duration(watched_loop::tick);
  }
  static std::string seconds(duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(d).count());
    return text;
  }

  bool own_clock_ = false;
  bool watched_ = false;
  unsigned depth_ = 0;
  time_point began_{};
  std::uint32_t began_tick_ = 0;
  std::source_location resumed_at_{};
  watched_loop watch_;
};

} // namespace

std::shared_ptr<instrument> make_slow_step(event_loop &loop, registry &notes) {
  return std::make_shared<slow_step>(::coro::pitfalls::SlowStep, loop, notes);
}

} // namespace aio::debug
