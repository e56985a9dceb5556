// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects blocking C functions that a step calls, if the interceptor is linked or preloaded.
#include "../detector.h"

#include <atomic>

#include <dlfcn.h>

namespace aio::debug {

namespace {

/// True if the thread is in a step of a loop in debug mode, and not in a part of the runtime that may block for a
/// moment.
bool must_not_block() noexcept { return detail::in_pass && detail::frame_hooks && detail::blocking_by_design == 0; }

void tell_of(const char *function, const full_stack &from) {
  const std::vector<place> calls = from.places();
  std::vector<note> notes;
  for (std::size_t i = 1; i < calls.size() && i < 5; ++i)
    notes.push_back({calls[i], "called by way of '" + short_name(calls[i].function) + "'"});
  // Without debug information the coroutine is the closest known place.
  place at = calls.empty() ? place() : calls.front();
  if (detail::task_core *task = detail::current_task_or_null())
    if (const frame_record *root = task->root_frame()) {
      notes.push_back({place(root->location()), "in task '" + task->name() + "', which runs '" + name_of(*root) + "'"});
      if (!at.known())
        at = place(root->location());
    }
  emit({std::string(::coro::pitfalls::BlockingCall.Id),
        "'" + std::string(function) + "' blocks the thread that runs this coroutine", std::move(at), std::move(notes),
        current_task_name()});
}

/// Calls made in signal handlers. A handler may call nanosleep but must not allocate, so these calls are reported
/// later.
class late_calls {
public:
  void keep(const char *function, const full_stack &from) noexcept {
    for (call &c : calls_)
      if (int expected = empty; c.state.compare_exchange_strong(expected, writing, std::memory_order_acquire)) {
        c.function = function;
        c.from = from;
        c.state.store(full, std::memory_order_release);
        any_.store(true, std::memory_order_release);
        // A handler has interrupted a step: its calls are reported after the pass.
        if (detail::frame_hooks)
          detail::frame_hooks->arm(hook::before_io_wait);
        return;
      }
  }
  void tell_all() {
    if (!any_.load(std::memory_order_relaxed) || !any_.exchange(false, std::memory_order_acquire)) [[likely]]
      return;
    for (call &c : calls_)
      if (c.state.load(std::memory_order_acquire) == full) {
        tell_of(c.function, c.from);
        c.state.store(empty, std::memory_order_release);
      }
  }

private:
  enum state : int { empty, writing, full };
  struct call {
    std::atomic<int> state{empty};
    const char *function = nullptr;
    full_stack from;
  };
  call calls_[4];
  std::atomic<bool> any_{false};
};
constinit late_calls from_handlers{};

void say(const char *function) {
  const detail::allow_blocking guard;
  full_stack here;
  here.capture();
  if (here.in_signal_handler())
    from_handlers.keep(function, here);
  else
    tell_of(function, here);
}

/// Answers the interceptor; reports the calls of signal handlers after the pass.
class blocking_call final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::before_io_wait | hook::loop_stopped; }
  hook_set on_demand() const noexcept override { return hook::before_io_wait; }
  void before_io_wait(event_loop &, std::optional<duration>) override { from_handlers.tell_all(); }
  void loop_stopped(event_loop &) override { from_handlers.tell_all(); }
};

} // namespace

std::shared_ptr<instrument> make_blocking_call(event_loop &loop, registry &notes) {
  using install = void (*)(bool (*)(), void (*)(const char *));
  static auto *const installer = reinterpret_cast<install>(::dlsym(RTLD_DEFAULT, "aio_intercept_install"));
  if (installer) {
    // The first capture loads the unwinder, which a signal handler must not do.
    full_stack().capture();
    installer(must_not_block, say);
  }
  return std::make_shared<blocking_call>(::coro::pitfalls::BlockingCall, loop, notes);
}

} // namespace aio::debug
