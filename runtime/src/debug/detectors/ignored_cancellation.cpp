// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects tasks that still run long after they were cancelled.
#include "../detector.h"
#include "../settings.h"

#include <cstdio>
#include <typeinfo>

namespace aio::debug {

namespace {

class ignored_cancellation final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override {
    return hook::cancel_requested | hook::before_io_wait | hook::timers_due | hook::loop_stopped;
  }

  /// Looks at intervals.
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }

  void cancel_requested(detail::task_core &, const std::string &, detail::task_core *) override {
    // A sleeping loop has to be woken. A loop with a virtual clock moves it from timer to timer: see timers_due.
    const event_loop &here = loop();
    if (!alarm_.is_set() && typeid(here) == typeid(event_loop) && here.is_running())
      set_alarm();
  }
  void before_io_wait(event_loop &, std::optional<duration>) override { look(); }
  void timers_due(event_loop &, time_point, time_point) override { look(); }
  void loop_stopped(event_loop &) override { alarm_.drop(); }

private:
  void set_alarm() {
    alarm_.set(notes().cancellations().front()->at + patience(), [this] {
      look();
      if (!notes().cancellations().empty())
        set_alarm();
    });
  }
  void look() {
    cancel_request *oldest = notes().cancellations().front();
    if (!oldest) [[likely]]
      return;
    const time_point now = loop().time();
    for (; oldest && now - oldest->at >= patience(); oldest = notes().cancellations().front()) {
      const duration late = now - oldest->at;
      detail::task_core &task = *oldest->task;
      oldest->unlink();
      if (!task.done() && !waits_for_one_that_was_cancelled(task))
        say(task, late);
    }
  }
  /// The request was passed on to what the task waits for, which is what takes the time.
  static bool waits_for_one_that_was_cancelled(const detail::task_core &task) {
    std::vector<detail::future_core *> below;
    if (detail::future_core *on = task.waiting_for()) {
      below.push_back(on);
      on->add_awaited(below);
    } else if (detail::wait_target *target = task.parked_on()) {
      target->add_awaited(below);
    }
    for (detail::future_core *each : below)
      if (detail::task_core *child = each->as_task(); child && !child->done() && child->cancelling() > 0)
        return true;
    return false;
  }
  static bool in_shield(const detail::task_core &task) noexcept {
    const detail::future_core *on = task.waiting_for();
    return on && on->is_shield();
  }
  void say(detail::task_core &task, duration late) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f s", std::chrono::duration<double>(late).count());
    std::vector<note> awaits;
    add_awaits(awaits, task);
    std::vector<note> notes;
    add_canceller(notes, task);
    place at = awaits.empty() ? made_at(task) : awaits.front().where;
    notes.insert(notes.end(), awaits.begin(), awaits.end());
    tell("task '" + task.name() + "' was cancelled " + seconds + " ago and is still here" +
             (in_shield(task) ? ", in a shield" : ""),
         std::move(at), std::move(notes), task.name());
  }

  alarm alarm_{loop(), notes()};
};

} // namespace

std::shared_ptr<instrument> make_ignored_cancellation(event_loop &loop, registry &notes) {
  return std::make_shared<ignored_cancellation>(::coro::pitfalls::IgnoredCancellation, loop, notes);
}

} // namespace aio::debug
