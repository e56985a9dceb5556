// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects locks that a task still holds when it ends.
#include "../detector.h"

namespace aio::debug {

namespace {

class unreleased_lock final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::task_done; }
  /// Armed when a lock is acquired.
  hook_set on_demand() const noexcept override { return wants(); }

  void task_done(detail::task_core &task) override {
    std::vector<held_lock> left;
    notes().locks().each([&](const held_lock &held) {
      if (held.task == &task && held.number == task.number())
        left.push_back(held);
    });
    for (const held_lock &held : left) {
      notes().locks().leave(held.lock);
      const std::vector<place> at = held.from.places();
      std::vector<note> maker;
      add_maker(maker, task);
      tell("task '" + task.name() + "' ends while it holds a lock", at.empty() ? made_at(task) : at.front(),
           std::move(maker), task.name());
    }
    if (!notes().locks().empty())
      loop().instruments().arm(hook::task_done);
  }
};

} // namespace

std::shared_ptr<instrument> make_unreleased_lock(event_loop &loop, registry &notes) {
  return std::make_shared<unreleased_lock>(::coro::pitfalls::UnreleasedLock, loop, notes);
}

} // namespace aio::debug
