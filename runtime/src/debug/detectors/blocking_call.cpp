// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports the blocking C functions that a step calls, when the interceptor is linked in or preloaded.
#include "../detector.h"

#include <dlfcn.h>

namespace aio::debug {

namespace {

/// The thread is in a step of a loop in debug mode, and not in a part of the runtime that may block for a moment.
bool must_not_block() noexcept {
  return detail::in_pass && detail::frame_hooks && detail::blocking_by_design == 0;
}

void say(const char *function) {
  const detail::may_block while_reporting;
  const std::vector<place> calls = places_here();
  std::vector<note> notes;
  for (std::size_t i = 1; i < calls.size() && i < 5; ++i)
    notes.push_back({calls[i], "called by way of '" + short_name(calls[i].function) + "'"});
  if (detail::task_core *task = detail::current_task_or_null())
    if (const frame_record *root = task->root_frame())
      notes.push_back({place(root->location()), "in task '" + task->name() + "', which runs '" + name_of(*root) + "'"});
  emit({std::string(::coro::pitfalls::BlockingCall.Id),
        "'" + std::string(function) + "' blocks the thread that runs this coroutine",
        calls.empty() ? place() : calls.front(), std::move(notes), current_task_name()});
}

/// Nothing to watch: the interceptor asks and tells.
class blocking_call final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override { return 0; }
};

} // namespace

std::shared_ptr<instrument> make_blocking_call(event_loop &loop, registry &notes) {
  using install = void (*)(bool (*)(), void (*)(const char *));
  static auto *const installer = reinterpret_cast<install>(::dlsym(RTLD_DEFAULT, "aio_intercept_install"));
  if (installer)
    installer(must_not_block, say);
  return std::make_shared<blocking_call>(::coro::pitfalls::BlockingCall, loop, notes);
}

} // namespace aio::debug
