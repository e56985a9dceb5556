// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects tasks that wait for a future that only they hold, so that it can never be set.
#include "../detector.h"

namespace aio::debug {

namespace {

class broken_promise final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::task_parked | hook::before_io_wait; }
  /// The watchdog arms it at every tick, for loops that never sleep.
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }

  void task_parked(detail::task_core &task, frame_record &, detail::future_core *on) override {
    if (!on || on->as_task())
      return;
    // A root that is still in the list from an earlier wait is checked as well.
    if (frame_note &root = notes().attach(task); !static_cast<future_hook &>(root).linked())
      waiting_.push_back(root);
  }
  void before_io_wait(event_loop &, std::optional<duration> timeout) override {
    // While the loop is busy a limited number at a time; all of them before it sleeps for ever.
    std::size_t left = timeout ? 64 : static_cast<std::size_t>(-1);
    const frame_note *first = nullptr;
    for (frame_note *root = waiting_.front(); root && left > 0 && root != first; root = waiting_.front(), --left) {
      static_cast<future_hook &>(*root).unlink();
      detail::task_core *task = root->task;
      detail::future_core *on = task ? task->waiting_for() : nullptr;
      if (!on || on->done() || on->as_task())
        continue;
      if (only_awaiters_hold(*on)) {
        say(*task, *on);
        continue;
      }
      waiting_.push_back(*root);
      if (!first)
        first = root;
    }
  }

private:
  /// True if all references to the future belong to tasks that await it.
  static bool only_awaiters_hold(detail::future_core &f) noexcept {
    std::size_t awaiting = 0;
    for (const detail::ready_entry *entry = f.waiters().front(); entry;
         entry = f.waiters().next(const_cast<detail::ready_entry &>(*entry)))
      awaiting += entry->entry_kind() == detail::ready_entry::kind::task ? 1 : 0;
    return f.ref_count() == awaiting;
  }
  void say(detail::task_core &task, const detail::future_core &f) {
    std::vector<note> notes;
    add_awaits(notes, task);
    place at = notes.empty() ? made_at(task) : notes.front().where;
    if (f.site().line() != 0)
      notes.insert(notes.begin(), {place(f.site()), "the future was made here"});
    tell("task '" + task.name() + "' awaits a future that nobody else holds, so nobody can set it", std::move(at),
         std::move(notes), task.name());
  }

  detail::intrusive_list<frame_note, future_hook> waiting_;
};

} // namespace

std::shared_ptr<instrument> make_broken_promise(event_loop &loop, registry &notes) {
  return std::make_shared<broken_promise>(::coro::pitfalls::BrokenPromise, loop, notes);
}

} // namespace aio::debug
