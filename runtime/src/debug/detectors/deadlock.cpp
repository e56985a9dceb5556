// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds tasks that wait for each other in a circle, and loops that would wait for ever although tasks are pending.
#include "../detector.h"

#include <dirent.h>

namespace aio::debug {

namespace {

/// The number of threads of the process, or 0 if it cannot be read.
int count_threads() {
  DIR *dir = ::opendir("/proc/self/task");
  if (!dir)
    return 0;
  int count = 0;
  while (const dirent *entry = ::readdir(dir))
    count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(dir);
  return count;
}

class deadlock final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override { return hook::task_parked | hook::before_io_wait; }
  /// Only a loop that goes to sleep can be stuck.
  std::uint32_t on_demand() const noexcept override { return static_cast<std::uint32_t>(hook::before_io_wait); }

  void task_parked(detail::task_core &task, frame_record &, detail::future_core *on) override {
    if (on) {
      if (on->as_task()) [[unlikely]]
        follow(task);
    } else if (detail::wait_target *target = task.parked_on(); target && target->primitive()) [[unlikely]] {
      follow(task);
    }
  }

  void before_io_wait(event_loop &where, std::optional<duration> timeout) override {
    if (timeout || where.descriptors().watches_anything() || where.anchor().external() > 0 || where.anchor().has_mail() ||
        where.handles_signals())
      return;
    detail::task_core *first = where.tasks().front();
    // A thread that we know nothing of may be about to wake us.
    if (!first || count_threads() != 1 + detail::own_threads.load())
      return;
    std::vector<note> notes;
    std::string names;
    std::size_t count = 0;
    place at;
    for (detail::task_core *task = first; task; task = where.tasks().next(*task)) {
      if (task->done())
        continue;
      ++count;
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
  /// The task that has what this one waits for: the task itself, or the owner of a lock.
  detail::task_core *next_of(const detail::task_core &task) {
    if (detail::future_core *on = task.waiting_for())
      return on->done() ? nullptr : on->as_task();
    const void *primitive = task.parked_on() ? task.parked_on()->primitive() : nullptr;
    const held_lock *found = primitive ? notes().locks().find(primitive) : nullptr;
    if (!found)
      return nullptr;
    for (detail::task_core *each = loop().tasks().front(); each; each = loop().tasks().next(*each))
      if (each == found->task && each->number() == found->number)
        return each;
    return nullptr;
  }
  void follow(detail::task_core &start) {
    std::vector<detail::task_core *> circle{&start};
    for (detail::task_core *task = next_of(start); task && circle.size() < 1000; task = next_of(*task)) {
      if (task == &start) {
        say(circle);
        return;
      }
      circle.push_back(task);
    }
  }
  void say(const std::vector<detail::task_core *> &circle) {
    std::string names;
    std::vector<note> notes;
    for (detail::task_core *task : circle) {
      names += task->name() + " -> ";
      std::vector<note> chain;
      add_awaits(chain, *task);
      if (!chain.empty())
        notes.push_back({chain.front().where, "task '" + task->name() + "' waits here" + (task->waiting_for() ? "" : " for a lock")});
    }
    names += circle.front()->name();
    for (const detail::task_core *task : circle)
      if (const void *primitive = task->parked_on()->primitive())
        if (const held_lock *at = this->notes().locks().find(primitive))
          if (std::vector<place> from = at->from.places(); !from.empty())
            notes.push_back({std::move(from.front()), "that lock was acquired here"});
    place at = notes.empty() ? place(circle.front()->site()) : notes.front().where;
    tell(std::string(circle.size() == 1 ? "a task waits for a lock that it holds itself: " : "tasks wait for each other: ") + names, std::move(at), std::move(notes), circle.front()->name());
  }
};

} // namespace

std::shared_ptr<instrument> make_deadlock(event_loop &loop, registry &notes) {
  return std::make_shared<deadlock>(::coro::pitfalls::Deadlock, loop, notes);
}

} // namespace aio::debug
