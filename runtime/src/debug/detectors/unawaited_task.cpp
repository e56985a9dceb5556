// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects coroutines that are destroyed, or exist when the loop closes, without having started.
#include "../detector.h"

#include <unordered_set>

namespace aio::debug {

namespace {

class unawaited_task final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::never_awaited | hook::loop_closing; }

  bool never_awaited(frame_record &frame) override {
    // An exception is propagating: the await was never reached.
    if (std::uncaught_exceptions() == 0)
      say(frame);
    return true;
  }
  void loop_closing(event_loop &) override {
    // discarded-task reports tasks that have not begun.
    std::unordered_set<const frame_record *> roots;
    for (detail::task_core *task = loop().tasks().front(); task; task = loop().tasks().next(*task))
      roots.insert(task->root_frame());
    notes().births().each([&](frame_record &frame) {
      if (frame.started() || frame.disposed() || roots.contains(&frame))
        return;
      say(frame);
      frame.mark_disposed();
    });
  }

private:
  void say(const frame_record &frame) {
    const std::string name = name_of(frame);
    const std::vector<place> calls = calls_that_made(frame);
    std::vector<debug::note> notes{
        {place(frame.location()), "'" + name + "' is a lazy coroutine: it starts when awaited"}};
    for (std::size_t i = 1; i < calls.size() && i < 4; ++i)
      notes.push_back({calls[i], "created by way of '" + short_name(calls[i].function) + "'"});
    tell("task returned by '" + name + "' is never awaited, so it never runs",
         calls.empty() ? place(frame.location()) : calls.front(), std::move(notes));
  }
};

} // namespace

std::shared_ptr<instrument> make_unawaited_task(event_loop &loop, registry &notes) {
  return std::make_shared<unawaited_task>(::coro::pitfalls::UnawaitedTask, loop, notes);
}

} // namespace aio::debug
