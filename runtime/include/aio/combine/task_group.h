// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task_group: tasks that end together; a failure cancels the others and is thrown as an exception_group.
#pragma once

#include <vector>

#include <aio/core/async_with.h>
#include <aio/core/exception_group.h>
#include <aio/core/waiter.h>

namespace aio {

/// Owns the tasks it creates: `co_await async_with(task_group(), [&](task_group &tg) -> coro<> { ... })`.
///
/// **Suspends** at the exit, until every task is done; not at all if there is none.
/// **Cancellation** of the parent cancels the tasks, waits for them, and is thrown as cancelled_error unless a task
/// failed.
/// **Errors** exception_group of all failures, in completion order, the body's own last. runtime_error for a second
/// entry, for entry outside of a task, and for create_task before entry, while shutting down, and after the end.
/// **Lifetime** must not be moved once entered.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.TaskGroup
class [[nodiscard]] task_group {
public:
  task_group() = default;
  task_group(task_group &&) noexcept = default;
  task_group &operator=(task_group &&) = delete;
  ~task_group();

  /// Creates a task in the group. A coroutine that is refused is closed quietly.
  template <class T>
  task<T> create_task(coro<T> body, task_options options = {},
                      std::source_location site = std::source_location::current()) {
    try {
      check_accepting();
    } catch (...) {
      body.close();
      throw;
    }
    task<T> t = loop_->create_task(std::move(body), std::move(options), site);
    add(t);
    return t;
  }
  template <detail::other_awaitable A>
  auto create_task(A awaitable, task_options options = {},
                   std::source_location site = std::source_location::current()) {
    return create_task(detail::as_coro(std::move(awaitable)), options, site);
  }
  template <detail::coroutine_function F> task<> create_task(F &&, task_options = {}) {
    detail::refuse_function<F>();
    return {};
  }
  /// The tasks that the group still waits for.
  std::size_t pending() const noexcept { return tasks_.size(); }

  /// The two halves of the scope, for code that cannot use async_with.
  task_group &enter();
  coro<bool> exit(std::exception_ptr error);

  detail::ready<task_group &> aenter() { return {enter()}; }
  coro<bool> aexit(std::exception_ptr error) { return exit(std::move(error)); }

private:
  struct join;
  void check_accepting() const;
  void add(const any_task &t);
  void task_done(const any_future &f);
  void abort();
  event_loop *loop_ = nullptr;
  any_task parent_;
  std::vector<any_future> tasks_;
  std::vector<std::exception_ptr> errors_;
  std::exception_ptr base_error_;
  detail::waiter *all_done_ = nullptr;
  std::optional<done_callback> on_done_;
  bool entered_ = false;
  bool exiting_ = false;
  bool aborting_ = false;
  bool parent_cancel_requested_ = false;
};

} // namespace aio
