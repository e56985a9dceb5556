// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects joins of a queue that wait for items which no task will report as done.
#include "../detector.h"
#include "../settings.h"

#include <algorithm>
#include <atomic>
#include <typeinfo>

#include <aio/core/queue_watch.h>

namespace aio::debug {

namespace {

/// A task that has taken items.
struct taker {
  const detail::task_core *task;
  std::uint64_t number; // a later task at the same address has another
  std::size_t owed = 0; // items taken and not reported done
  std::string name;
  std::source_location runs;
};

struct joined_hook : detail::list_hook {};
struct known_hook : detail::list_hook {};

/// The notes on a queue; the queue owns them.
struct queue_note final : detail::queue_watch, joined_hook, known_hook {
  explicit queue_note(detail::watched_queue &q) noexcept : queue(q) {}
  void queue_gone() noexcept override { delete this; }
  using queue_watch::count_for;
  /// Adds the uses that the queue has counted.
  void settle() noexcept {
    uses += std::exchange(uses_, 0);
    if (const std::size_t more = std::exchange(taken_, 0))
      for (taker &each : takers)
        if (each.number == counted_for())
          each.owed += more;
  }
  void forget_counts() noexcept {
    stop_counting();
    taken_ = uses_ = 0;
  }

  detail::watched_queue &queue;
  std::vector<taker> takers;
  std::vector<std::pair<const detail::task_core *, std::uint64_t>> joining;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> steps; // of the tasks, at the time of the last use
  std::size_t uses = 0;                                       // the number of uses
  std::size_t uses_seen = 0;                                  // that number at the last look
  std::size_t prune_at = 16;
  bool reported_by_others = false; // a task has reported items done that another had taken
  long still = 0;                  // looks since the last use
  std::uint64_t seen_by = 0;       // identifies the detector of the loop that uses the queue
  time_point used_at{};            // only with a virtual clock, which costs nothing to read
  bool told = false;
};

class unjoinable_queue final : public detector {
public:
  unjoinable_queue(const ::coro::Pitfall &pitfall, event_loop &loop, registry &notes) noexcept
      : detector(pitfall, loop, notes), own_clock_(typeid(loop) != typeid(event_loop)), id_(next_id()) {
    notes.explain_idle = [this](std::vector<const detail::task_core *> &explained) { explain(explained); };
  }
  ~unjoinable_queue() override { notes().explain_idle = {}; }
  hook_set wants() const noexcept override {
    return hook::queue_used | hook::before_io_wait | hook::timers_due | hook::loop_stopped;
  }
  /// Looks when the loop is about to sleep, and at intervals.
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }

  void queue_used(detail::watched_queue &queue, queue_use use) override {
    detail::task_core *task = loop().current();
    if (running_loop_or_null() != &loop())
      return;
    queue_note &note = note_of_queue(queue);
    note.settle();
    ++note.uses;
    if (own_clock_)
      note.used_at = loop().time();
    switch (use) {
    case queue_use::takes:
      if (task) {
        taker &by = taker_of(note, *task);
        ++by.owed;
        // A virtual clock is read at every use, so nothing is counted in the queue.
        if (!own_clock_)
          note.count_for(*task);
      } else {
        note.reported_by_others = true; // a callback may pass the item to any task
      }
      break;
    case queue_use::reports_done:
      report_done(note, task);
      break;
    case queue_use::joins:
      if (!task)
        break;
      if (note.joining.empty())
        begin_to_watch(note);
      note.joining.emplace_back(task, task->number());
      break;
    case queue_use::has_joined:
      if (task)
        std::erase_if(note.joining, [&](const auto &j) { return j.first == task; });
      if (note.joining.empty())
        static_cast<joined_hook &>(note).unlink();
      break;
    }
  }
  void before_io_wait(event_loop &, std::optional<duration>) override {
    if (!joined_.empty()) [[unlikely]]
      look();
  }
  void timers_due(event_loop &, time_point, time_point) override {
    if (!joined_.empty()) [[unlikely]]
      look();
  }
  void loop_stopped(event_loop &) override { alarm_.drop(); }

private:
  static std::uint64_t next_id() noexcept {
    static std::atomic<std::uint64_t> count{0};
    return ++count;
  }
  queue_note &note_of_queue(detail::watched_queue &queue) {
    if (!queue.watch())
      queue.set_watch(
          new queue_note(queue)); // NOLINT(cppcoreguidelines-owning-memory): the queue owns it, see queue_gone
    auto &note = static_cast<queue_note &>(*queue.watch());
    if (note.seen_by != id_) [[unlikely]] {
      // Another loop with other tasks uses the queue now; their open items are not known.
      static_cast<joined_hook &>(note).unlink();
      static_cast<known_hook &>(note).unlink();
      all_.push_back(note);
      note.forget_counts();
      note.seen_by = id_;
      note.takers.clear();
      note.joining.clear();
    }
    return note;
  }
  taker &taker_of(queue_note &note, detail::task_core &task) {
    for (taker &each : note.takers)
      if (each.task == &task && each.number == task.number())
        return each;
    if (note.takers.size() >= note.prune_at)
      prune(note);
    const frame_record *root = task.root_frame();
    note.takers.push_back({&task, task.number(), 0, task.name(), root ? root->location() : std::source_location()});
    return note.takers.back();
  }
  static void report_done(queue_note &note, const detail::task_core *task) {
    taker *by = nullptr;
    for (taker &each : note.takers) {
      if (each.task == task && each.owed > 0) {
        --each.owed;
        return;
      }
      if (each.owed > 0)
        by = &each;
    }
    note.reported_by_others = true;
    if (by)
      --by->owed;
  }
  /// Removes takers that have ended and have no open items; of those with open items a few are kept.
  void prune(queue_note &note) {
    const std::vector<std::uint64_t> alive = live_tasks();
    std::size_t gone = 0;
    std::erase_if(note.takers, [&](const taker &each) {
      if (std::binary_search(alive.begin(), alive.end(), each.number))
        return false;
      return each.owed == 0 || ++gone > 8;
    });
    note.prune_at = std::max<std::size_t>(16, note.takers.size() * 2);
  }
  /// The numbers of the tasks that are not done, ascending.
  std::vector<std::uint64_t> live_tasks() {
    std::vector<std::uint64_t> numbers;
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
      if (!task->done())
        numbers.push_back(task->number());
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  void begin_to_watch(queue_note &note) {
    joined_.push_back(note);
    begin_to_rest(note);
    looked_at_ = loop().time();
    // A sleeping loop has to be woken; a loop with a virtual clock moves it from timer to timer.
    if (!alarm_.is_set() && !own_clock_)
      set_alarm();
  }
  /// The queue was used: its idle time begins now.
  void begin_to_rest(queue_note &note) {
    note.uses_seen = note.uses;
    note.still = 0;
    note.steps.clear();
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
      if (!task->done())
        note.steps.emplace_back(task->number(), task->steps());
    std::sort(note.steps.begin(), note.steps.end());
  }
  void set_alarm() {
    alarm_.set(loop().time() + between_looks(), [this] {
      if (joined_.empty())
        return;
      look();
      set_alarm();
    });
  }
  static constexpr long looks = 4;
  static duration between_looks() noexcept { return std::max(duration(patience()) / looks, duration(1)); }
  /// Judges the joins of queues that were not used for the length of `patience`.
  void look() {
    const time_point now = loop().time();
    const long passed = (now - looked_at_) / between_looks();
    if (passed == 0)
      return;
    looked_at_ = now;
    for (queue_note *note = joined_.front(); note; note = joined_.next(*note)) {
      note->settle();
      if (note->uses != note->uses_seen)
        begin_to_rest(*note);
      else
        note->still += passed;
      const bool quiet = own_clock_ ? now - note->used_at >= patience() : note->still >= looks;
      if (quiet && !note->told && note->queue.unfinished() > 0 && hopeless(*note) && !another_task_may_help(*note))
        say(*note);
    }
  }
  /// Nothing can wake the loop, so no further proof is needed.
  void explain(std::vector<const detail::task_core *> &explained) {
    for (queue_note *note = joined_.front(); note; note = joined_.next(*note)) {
      if (note->queue.unfinished() == 0 || !hopeless(*note))
        continue;
      if (!note->told)
        say(*note);
      for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
        if (!task->done() && (joins(*note, *task) || waits_for_more(*note, *task)))
          explained.push_back(task);
    }
  }
  static bool joins(const queue_note &note, const detail::task_core &task) {
    return std::any_of(note.joining.begin(), note.joining.end(),
                       [&](const auto &j) { return j.first == &task && j.second == task.number(); });
  }
  /// True if a task could still take an item, report one, or start a consumer. Tasks that wait for the queue or for
  /// other tasks do not count, nor those that ran since the last use and did not touch the queue.
  bool another_task_may_help(queue_note &note) {
    const bool handed_over =
        std::any_of(note.takers.begin(), note.takers.end(), [](const taker &t) { return t.owed > 0; });
    // An unknown thread may have an item.
    if (loop().anchor().external() > 0 || (handed_over && has_unknown_threads()))
      return true;
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task)) {
      if (task->done() || joins(note, *task) || waits_for_more(note, *task) || waits_for_a_task(*task))
        continue;
      const auto before =
          std::lower_bound(note.steps.begin(), note.steps.end(), std::pair(task->number(), std::uint32_t{0}));
      const bool idles = before != note.steps.end() && before->first == task->number() &&
                         task->steps() - before->second >= 3 && !has_items(*task);
      if (!idles)
        return true;
    }
    return false;
  }
  /// True if the task can continue only when other tasks end or release a lock.
  static bool waits_for_a_task(const detail::task_core &task) {
    const detail::wait_target *target = task.parked_on();
    if (!target)
      return false;
    if (target->primitive())
      return true;
    detail::future_core *on = task.waiting_for();
    if (!on)
      return false;
    std::vector<detail::future_core *> below;
    on->add_awaited(below);
    return on->as_task() || !below.empty();
  }
  /// True if the task has taken items of any queue and not reported them done.
  bool has_items(const detail::task_core &task) {
    for (queue_note *each = all_.front(); each; each = all_.next(*each)) {
      each->settle();
      for (const taker &t : each->takers)
        if (t.task == &task && t.number == task.number() && t.owed > 0)
          return true;
    }
    return false;
  }
  bool hopeless(queue_note &note) {
    note.settle();
    const std::vector<std::uint64_t> alive = live_tasks();
    const auto lives = [&](std::uint64_t number) { return std::binary_search(alive.begin(), alive.end(), number); };
    if (note.reported_by_others)
      return false;
    const bool nothing_to_take = note.queue.stored() == 0;
    bool owed = false;
    for (const taker &each : note.takers) {
      // While items are left, every live taker may come for them.
      if (lives(each.number) && !(nothing_to_take && (each.owed == 0 || waits_for_more(note, *each.task))))
        return false;
      owed = owed || each.owed > 0;
      // A task that the taker has made may have been given the item.
      if (each.owed > 0 && has_children(each.number))
        return false;
    }
    return owed || !nothing_to_take;
  }
  /// True if the task waits for the next item, and so is done with the one before.
  static bool waits_for_more(queue_note &note, const detail::task_core &task) { return note.queue.has_getter(task); }
  bool has_children(std::uint64_t number) {
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
      if (!task->done() && task->maker() == number)
        return true;
    return false;
  }
  void say(queue_note &note) {
    note.told = true;
    detail::task_core *task = nullptr;
    for (detail::task_core *each = loop().tasks().front(); each && !task; each = loop().tasks().next(*each))
      if (each == note.joining.front().first && each->number() == note.joining.front().second)
        task = each;
    if (!task)
      return;
    std::vector<aio::debug::note> notes;
    add_awaits(notes, *task);
    place at = notes.empty() ? made_at(*task) : notes.front().where;
    const std::size_t stored = note.queue.stored();
    for (const taker &each : note.takers)
      if (each.owed > 0 || stored > 0)
        notes.push_back(
            {place(each.runs),
             "task '" + each.name + "' " +
                 (each.owed == 0 ? "took from it, and has ended"
                                 : "took " + items(each.owed) + " that nobody has reported done" +
                                       (stored == 0 && waits_for_more(note, *each.task) ? ", and waits for the next"
                                                                                        : ", and has ended"))});
    const std::size_t left = note.queue.unfinished();
    std::string text = "task '" + task->name() + "' joins a queue with " + items(left) + " unfinished, ";
    if (stored > 0)
      text += note.takers.empty() ? "and no task takes any" : "and no task that took any is left";
    else
      text += "and nobody is left who works at " + std::string(left == 1 ? "it" : "them");
    tell(std::move(text), std::move(at), std::move(notes), task->name());
  }
  static std::string items(std::size_t count) { return std::to_string(count) + (count == 1 ? " item" : " items"); }

  detail::intrusive_list<queue_note, known_hook> all_; // the queues that this detector knows
  detail::intrusive_list<queue_note, joined_hook> joined_;
  const bool own_clock_;
  const std::uint64_t id_;
  alarm alarm_{loop(), notes()};
  time_point looked_at_{};
};

} // namespace

std::shared_ptr<instrument> make_unjoinable_queue(event_loop &loop, registry &notes) {
  return std::make_shared<unjoinable_queue>(::coro::pitfalls::UnjoinableQueue, loop, notes);
}

} // namespace aio::debug
