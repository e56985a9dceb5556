// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects tasks that wait for each other in a circle, also through a gather or a group, and loops that would wait for
// ever although tasks are pending.
#include "../detector.h"

#include <algorithm>

namespace aio::debug {

namespace {

class deadlock final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::task_parked | hook::before_io_wait; }
  /// Only a loop that is about to sleep can be stuck.
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }

  void task_parked(detail::task_core &task, frame_record &, detail::future_core *on) override {
    // A wait for a plain future, or a sleep, cannot be a part of a circle.
    if (on ? on->as_task() != nullptr : task.parked_on() && task.parked_on()->primitive()) [[unlikely]]
      follow(task);
    else if (task.parked_on()) {
      awaited_.clear();
      task.parked_on()->add_awaited(awaited_);
      if (!awaited_.empty()) [[unlikely]]
        follow(task);
    }
  }

  void before_io_wait(event_loop &where, std::optional<duration> timeout) override {
    // The timers that detectors have set do not wake the program.
    const bool sleeps_for_ever = !timeout || (*timeout > duration::zero() && where.timer_count() == notes().alarms);
    if (!sleeps_for_ever || where.descriptors().watches_anything() || where.anchor().external() > 0 ||
        where.anchor().has_mail() || where.handles_signals())
      return;
    detail::task_core *first = where.tasks().front();
    // An unknown thread may be about to wake the loop, or may have done so just before it ended.
    if (!first || has_unknown_threads() || where.anchor().has_mail())
      return;
    // Waits that another detector explains better, and circles.
    std::vector<const detail::task_core *> explained;
    if (notes().explain_idle)
      notes().explain_idle(explained);
    const auto is_told = [&](const detail::task_core &task) {
      return std::find(explained.begin(), explained.end(), &task) != explained.end() ||
             std::find(in_circles_.begin(), in_circles_.end(), task.number()) != in_circles_.end();
    };
    std::vector<note> notes;
    std::string names;
    std::size_t count = 0;
    place at;
    for (detail::task_core *task = first; task; task = where.tasks().next(*task)) {
      if (task->done() || is_told(*task))
        continue;
      ++count;
      first = count == 1 ? task : first;
      names += (names.empty() ? "'" : ", '") + task->name() + "'";
      std::vector<note> chain;
      add_awaits(chain, *task);
      for (note &n : chain)
        n.message = "task '" + task->name() + "': " + n.message;
      if (!at.known() && !chain.empty())
        at = chain.front().where;
      notes.insert(notes.end(), std::make_move_iterator(chain.begin()), std::make_move_iterator(chain.end()));
    }
    if (count != 0)
      tell(std::to_string(count) + (count == 1 ? " task waits" : " tasks wait") + " and nothing can wake " +
               (count == 1 ? "it: " : "them: ") + names,
           std::move(at), std::move(notes), first->name());
  }

private:
  /// Appends the tasks that must end before this one continues: the one it awaits, those of a gather, the owner of a
  /// lock.
  void add_next(const detail::task_core &task, std::vector<detail::task_core *> &next) {
    detail::wait_target *target = task.parked_on();
    if (!target)
      return;
    if (const void *primitive = target->primitive()) {
      const held_lock *found = notes().locks().find(primitive);
      if (!found)
        return;
      for (detail::task_core *each = loop().tasks().front(); each; each = loop().tasks().next(*each))
        if (each == found->task && each->number() == found->number)
          next.push_back(each);
      return;
    }
    std::vector<detail::future_core *> below;
    if (detail::future_core *on = target->as_future())
      below.push_back(on);
    else if (target->waits_for_all())
      target->add_awaited(below);
    // A gather may wait for a gather.
    for (std::size_t i = 0; i < below.size() && i < most; ++i) {
      detail::future_core &on = *below[i];
      if (on.done())
        continue;
      if (detail::task_core *other = on.as_task())
        next.push_back(other);
      else if (on.waits_for_all())
        on.add_awaited(below);
    }
  }
  /// Looks for a path from the task back to itself.
  void follow(detail::task_core &start) {
    struct step {
      detail::task_core *task;
      std::size_t from;
    };
    std::vector<step> seen{{&start, 0}};
    std::vector<detail::task_core *> next;
    for (std::size_t i = 0; i < seen.size() && seen.size() < most; ++i) {
      next.clear();
      add_next(*seen[i].task, next);
      for (detail::task_core *each : next) {
        if (each == &start) {
          std::vector<detail::task_core *> circle;
          for (std::size_t at = i; at != 0; at = seen[at].from)
            circle.insert(circle.begin(), seen[at].task);
          circle.insert(circle.begin(), &start);
          say(circle);
          return;
        }
        if (std::none_of(seen.begin(), seen.end(), [&](const step &s) { return s.task == each; }))
          seen.push_back({each, i});
      }
    }
  }
  void say(const std::vector<detail::task_core *> &circle) {
    std::string names;
    std::vector<note> notes;
    for (detail::task_core *task : circle) {
      if (in_circles_.size() < most)
        in_circles_.push_back(task->number());
      names += task->name() + " -> ";
      std::vector<note> chain;
      add_awaits(chain, *task);
      if (!chain.empty())
        notes.push_back({chain.front().where, "task '" + task->name() + "' waits here" +
                                                  (task->parked_on()->primitive() ? " for a lock" : "")});
    }
    names += circle.front()->name();
    for (const detail::task_core *task : circle)
      if (const void *primitive = task->parked_on()->primitive())
        if (const held_lock *at = this->notes().locks().find(primitive))
          if (std::vector<place> from = at->from.places(); !from.empty())
            notes.push_back({std::move(from.front()), "that lock was acquired here"});
    place at = notes.empty() ? made_at(*circle.front()) : notes.front().where;
    tell(std::string(circle.size() == 1 ? "a task waits for a lock that it holds itself: "
                                        : "tasks wait for each other: ") +
             names,
         std::move(at), std::move(notes), circle.front()->name());
  }

  /// Longer chains are not followed, because the search must not slow the program down.
  static constexpr std::size_t most = 1000;
  std::vector<detail::future_core *> awaited_;
  std::vector<std::uint64_t> in_circles_; // numbers of tasks
};

} // namespace

std::shared_ptr<instrument> make_deadlock(event_loop &loop, registry &notes) {
  return std::make_shared<deadlock>(::coro::pitfalls::Deadlock, loop, notes);
}

} // namespace aio::debug
