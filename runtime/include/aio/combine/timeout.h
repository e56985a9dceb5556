// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// timeout: a scope that cancels its task at a deadline and turns only that cancellation into timeout_error.
#pragma once

#include <optional>

#include <aio/core/async_with.h>
#include <aio/core/sleep.h>

namespace aio {

/// A deadline for a block of code: `co_await async_with(timeout(5s), [&]() -> coro<> { ... })`.
///
/// **Cancellation** from outside passes through as cancelled_error, even if the deadline has passed.
/// **Errors** timeout_error leaves the scope if its deadline cancelled the body; runtime_error for a second entry, for
/// entry outside of a task, and for `reschedule` outside of the block.
/// **Lifetime** must not be moved once entered.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.timeout
class [[nodiscard]] timeout_scope {
public:
  explicit timeout_scope(std::optional<time_point> when) noexcept : when_(when) {}
  timeout_scope(timeout_scope &&) noexcept = default;
  timeout_scope &operator=(timeout_scope &&) = delete;
  ~timeout_scope();

  std::optional<time_point> when() const noexcept { return when_; }
  /// Moves the deadline; with an empty one there is no deadline.
  void reschedule(std::optional<time_point> when);
  bool expired() const noexcept { return state_ == state::expiring || state_ == state::expired; }

  /// The two halves of the scope, for code that cannot use async_with. `exit` takes the exception that the body threw.
  timeout_scope &enter();
  void exit(const std::exception_ptr &error);

  detail::ready<timeout_scope &> aenter() { return {enter()}; }
  detail::ready<bool> aexit(const std::exception_ptr &error) {
    exit(error);
    return {false};
  }

private:
  enum class state : unsigned char { created, active, expiring, expired, finished };
  void expire();
  state state_ = state::created;
  std::optional<time_point> when_;
  detail::ref_ptr<detail::task_core> task_;
  int cancelling_ = 0;
  handle timer_;
};

/// A scope whose deadline is after the delay; without a delay there is no deadline. **Errors** runtime_error if no loop
/// runs.
timeout_scope timeout(maybe_duration delay);
/// The same with a time on the loop's clock.
timeout_scope timeout_at(std::optional<time_point> when);

} // namespace aio
