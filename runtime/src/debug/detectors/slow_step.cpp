// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects steps and callbacks that take at least slow_callback_duration, while they last and afterwards.
#include "../detector.h"
#include "../watchdog.h"

#include <cstdio>

namespace aio::debug {

namespace {

class slow_step final : public detector {
public:
  using detector::detector;
  ~slow_step() override {
    // Removed while the loop runs.
    if (watched_)
      watchdog::forget(watch_);
    if (shown_) {
      loop().show_steps(nullptr);
      notes().board = nullptr;
    }
  }
  hook_set wants() const noexcept override {
    return hook::loop_started | hook::loop_stopped | hook::step_begins | hook::step_ends | hook::callback_begins |
           hook::callback_ends;
  }
  /// The watchdog arms the end of the steps during which it has ticked.
  hook_set on_demand() const noexcept override {
    return hook::step_begins | hook::step_ends | hook::callback_begins | hook::callback_ends;
  }

  void loop_started(event_loop &where) override {
    // A loop with a virtual clock is asked for the time; for other loops the watchdog's ticks cost nothing.
    own_clock_ = typeid(where) != typeid(event_loop);
    watch_.limit = where.slow_callback_duration().count();
    watch_.anchor = detail::ref_ptr<detail::loop_anchor>(&where.anchor());
    watch_.instruments = &where.instruments();
    where.show_steps(&watch_);
    notes().board = &watch_;
    shown_ = true;
    if (own_clock_)
      arm(hook::step_begins | hook::callback_begins);
    else if (!std::exchange(watched_, true))
      watchdog::watch(watch_);
  }
  void loop_stopped(event_loop &where) override {
    if (std::exchange(watched_, false))
      watchdog::forget(watch_);
    if (std::exchange(shown_, false)) {
      where.show_steps(nullptr);
      notes().board = nullptr;
    }
  }
  void step_begins(detail::task_core &task) override {
    if (!own_clock_)
      return;
    const frame_record *leaf = task.leaf_frame();
    begin(task.started() ? leaf->await_site() : leaf->location());
  }
  void step_ends(detail::task_core &task) override {
    const std::source_location resumed_at = own_clock_ ? resumed_at_ : watch_.step_at();
    const duration spent = end();
    if (spent == duration::zero()) [[likely]]
      return;
    notes().busy += spent;
    if (!task.done())
      notes().attach(task).busy += static_cast<std::uint32_t>(spent / watched_loop::tick);
    if (spent < loop().slow_callback_duration())
      return;
    notes().slow_step_ended = loop().time();
    if (watch_.told())
      return;
    std::vector<note> maker;
    add_maker(maker, task);
    tell("task '" + task.name() + "' ran for " + seconds(spent) + " without suspending", place(resumed_at),
         std::move(maker), task.name());
  }
  void callback_begins(event_loop &, const running_callback &) override {
    if (own_clock_)
      begin(std::source_location());
  }
  void callback_ends(event_loop &, const running_callback &callback) override {
    if (const duration spent = end(); spent >= loop().slow_callback_duration()) [[unlikely]] {
      notes().slow_step_ended = loop().time();
      if (watch_.told())
        return;
      tell("callback '" + detail::type_name(callback.type) + "' ran for " + seconds(spent),
           callback_origin::of(callback));
    }
  }

private:
  void arm(hook_set which) { loop().instruments().arm(which); }
  // A task that starts eagerly steps inside another step, to which its time is charged.
  void begin(const std::source_location &resumed_at) {
    arm(hook::step_begins | hook::callback_begins);
    if (loop().nested_steps() != 0)
      return;
    resumed_at_ = resumed_at;
    began_ = loop().time();
    arm(hook::step_ends | hook::callback_ends);
  }
  duration end() {
    if (loop().nested_steps() != 0) {
      arm(hook::step_ends | hook::callback_ends); // it was armed for the outer step
      return duration::zero();
    }
    if (own_clock_)
      return loop().time() - began_;
    return watch_.ticks_of_this_step() * duration(watched_loop::tick);
  }
  static std::string seconds(duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(d).count());
    return text;
  }

  bool own_clock_ = false;
  bool watched_ = false;
  bool shown_ = false;
  time_point began_{};
  std::source_location resumed_at_{};
  watched_loop watch_;
};

} // namespace

std::shared_ptr<instrument> make_slow_step(event_loop &loop, registry &notes) {
  return std::make_shared<slow_step>(::coro::pitfalls::SlowStep, loop, notes);
}

} // namespace aio::debug
