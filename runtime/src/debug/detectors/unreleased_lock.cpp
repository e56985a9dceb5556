// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds locks that a task still holds when it ends.
#include "../detector.h"

#include <cstring>
#include <map>

namespace aio::debug {

namespace {

class unreleased_lock final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override { return hook::acquired | hook::released | hook::task_done; }

  void acquired(const void *primitive, const char *kind, detail::task_core *by) override {
    // Permits of a semaphore are handed over by design; a lock has an owner.
    if (!by || std::strcmp(kind, "lock") != 0)
      return;
    held &h = held_[primitive];
    h.task = by;
    h.from.capture();
  }
  void released(const void *primitive, const char *, detail::task_core *) override { held_.erase(primitive); }
  void task_done(detail::task_core &task) override {
    if (held_.empty()) [[likely]]
      return;
    for (auto item = held_.begin(); item != held_.end();) {
      if (item->second.task != &task) {
        ++item;
        continue;
      }
      const std::vector<place> at = item->second.from.places();
      tell("task '" + task.name() + "' ends while it holds a lock", at.empty() ? place(task.site()) : at.front(),
           {{place(task.site()), "task '" + task.name() + "' was created here"}}, task.name());
      item = held_.erase(item);
    }
  }

private:
  struct held {
    const detail::task_core *task = nullptr;
    origin from{};
  };
  std::map<const void *, held> held_;
};

} // namespace

std::shared_ptr<instrument> make_unreleased_lock(event_loop &loop, registry &notes) {
  return std::make_shared<unreleased_lock>(::coro::pitfalls::UnreleasedLock, loop, notes);
}

} // namespace aio::debug
