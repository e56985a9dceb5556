// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of wait and wait_for: checks, reports and errors.
#include <aio/combine/wait.h>

namespace aio::detail {

void check_wait(const future_list &futures, return_when when) {
  if (futures.empty())
    throw value_error("Set of Tasks/Futures is empty.");
  if (when != return_when::all_completed && when != return_when::first_completed &&
      when != return_when::first_exception)
    throw value_error("Invalid return_when value: " + std::to_string(static_cast<int>(when)));
}

void notify_left_by_wait(const future_list &futures) {
  std::vector<task_core *> left;
  for (const auto &f : futures)
    if (task_core *task = f->as_task(); task && !task->done())
      left.push_back(task);
  notify_left_running("wait", left, nullptr, {});
}

void throw_if_cancelled(const any_future &f) {
  const future_core &core = f.core();
  if (!core.cancelled() && !is_cancelled_error(core.stored_error()))
    return;
  f.core().mark_retrieved();
  throw timeout_error(core.cancelled() ? std::make_exception_ptr(cancelled_error(core.cancel_message()))
                                       : core.stored_error());
}

} // namespace aio::detail
