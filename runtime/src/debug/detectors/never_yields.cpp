// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects steps that pass many awaits without suspending, while they last.
#include "../detector.h"
#include "../settings.h"
#include "../watchdog.h"

namespace aio::debug {

namespace {

class never_yields final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::awaits_passed; }

  void awaits_passed(frame_record &frame, unsigned count) override {
    detail::task_core *task = loop().current();
    if (!task || running_loop_or_null() != &loop())
      return;
    if (task->number() != number_ || task->steps() != step_) {
      // Some of these awaits may belong to an earlier step: the count of this one begins here.
      number_ = task->number();
      step_ = task->steps();
      passed_ = 0;
      told_ = false;
      for (frame_record *each = &frame; each; each = each->parent())
        each->set_mark(true);
      return;
    }
    passed_ += count;
    if (passed_ >= awaits_in_a_step() && !std::exchange(told_, true))
      say(*task, frame);
  }

private:
  void say(detail::task_core &task, frame_record &frame) {
    // The step was already reported as slow before it had passed so many awaits.
    watched_loop *board = notes().board;
    if (board && board->told())
      return;
    // The frame that loops is the innermost one that existed at the beginning. It is not suspended: its await site is
    // the await that it has reached.
    const frame_record *round = &frame;
    while (round->parent() && (!round->marked() || is_runtime_frame(*round)))
      round = round->parent();
    std::vector<note> around;
    for (const frame_record *each = round->parent(); each; each = each->parent())
      if (!is_runtime_frame(*each))
        around.push_back({place(each->await_site()), "'" + name_of(*each) + "' awaits it here"});
    add_maker(around, task);
    report what = make("task '" + task.name() + "' has passed " + std::to_string(passed_) +
                           " awaits in one step, and none has suspended it",
                       place(round->await_site()), std::move(around), task.name());
    // The same step needs no further report as slow.
    if (board && counts(what))
      board->mark_told();
    emit(std::move(what));
  }

  std::uint64_t number_ = 0;
  std::uint32_t step_ = 0;
  std::uint64_t passed_ = 0;
  bool told_ = false;
};

} // namespace

std::shared_ptr<instrument> make_never_yields(event_loop &loop, registry &notes) {
  return std::make_shared<never_yields>(::coro::pitfalls::NeverYields, loop, notes);
}

} // namespace aio::debug
