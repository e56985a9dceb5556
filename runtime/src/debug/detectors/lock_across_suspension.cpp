// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects mutexes that are still held when a step ends, if the interceptor is linked or preloaded.
#include "../detector.h"

#include <array>

#include <dlfcn.h>

namespace aio::debug {

namespace {

/// The mutexes that this thread has locked in steps and still holds; oldest first.
struct held_mutexes {
  struct one {
    const void *mutex;
    origin from;
    bool told;
  };
  std::array<one, 16> items;
  std::size_t count;
};
thread_local held_mutexes held; // trivial: zero-initialised

bool in_a_step() noexcept {
  return detail::in_pass && detail::frame_hooks && detail::blocking_by_design == 0 && detail::current_task_or_null();
}
void locked(const void *mutex) {
  // A recursive mutex is stored once; mutexes for which there is no room are not followed.
  for (std::size_t i = 0; i < held.count; ++i)
    if (held.items[i].mutex == mutex)
      return;
  if (held.count == held.items.size())
    return;
  held_mutexes::one &item = held.items[held.count++];
  item.mutex = mutex;
  item.told = false;
  item.from.capture();
  detail::frame_hooks->arm(hook::step_ends);
}
void unlocked(const void *mutex) {
  for (std::size_t i = held.count; i-- > 0;)
    if (held.items[i].mutex == mutex) {
      for (--held.count; i < held.count; ++i)
        held.items[i] = held.items[i + 1];
      return;
    }
}

class lock_across_suspension final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::step_ends; }
  /// Armed when a mutex is locked in a step.
  hook_set on_demand() const noexcept override { return wants(); }

  void step_ends(detail::task_core &task) override {
    if (held.count != 0) [[unlikely]]
      look(task);
  }

private:
  void look(const detail::task_core &task) {
    for (std::size_t i = 0; i < held.count; ++i) {
      held_mutexes::one &item = held.items[i];
      if (std::exchange(item.told, true) || task.done())
        continue;
      std::vector<note> notes;
      add_awaits(notes, task);
      const std::vector<place> at = item.from.places();
      tell("the mutex that is locked here is held while the coroutine is suspended",
           at.empty() ? place(task.root_frame()->location()) : at.front(), std::move(notes));
    }
  }
};

} // namespace

std::shared_ptr<instrument> make_lock_across_suspension(event_loop &loop, registry &notes) {
  using install = void (*)(bool (*)(), void (*)(const void *), void (*)(const void *));
  static auto *const installer = reinterpret_cast<install>(::dlsym(RTLD_DEFAULT, "aio_intercept_watch_mutexes"));
  if (installer)
    installer(in_a_step, locked, unlocked);
  return std::make_shared<lock_across_suspension>(::coro::pitfalls::LockAcrossSuspension, loop, notes);
}

} // namespace aio::debug
