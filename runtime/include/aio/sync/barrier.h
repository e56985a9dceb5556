// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// barrier: lets a fixed number of tasks wait for each other.
#pragma once

#include <aio/sync/lock.h>

namespace aio {

/// Blocks every party until all have arrived; can be used again.
///
/// **Suspends** `wait`, until the last party arrives.
/// **Cancellation** while the barrier fills frees the place; the barrier does not break.
/// **Errors** value_error for fewer than one party; broken_barrier_error after `abort`, or on `reset` while inside.
/// **Source** docs.python.org/3/library/asyncio-sync.html#asyncio.Barrier
class barrier {
public:
  explicit barrier(long parties);

  /// Waits for the other parties; returns the order of arrival, from 0.
  coro<std::size_t> wait();
  coro<void> reset();
  coro<void> abort();
  std::size_t parties() const noexcept { return parties_; }
  /// The number of tasks that wait for the barrier to fill.
  std::size_t n_waiting() const noexcept { return state_ == state::filling ? count_ : 0; }
  bool broken() const noexcept { return state_ == state::broken; }

  coro<std::size_t> aenter() { return wait(); }
  detail::ready<bool> aexit(const std::exception_ptr &) { return {false}; }

private:
  enum class state : unsigned char { filling, draining, resetting, broken };
  void leave();
  condition changed_;
  std::size_t parties_;
  std::size_t count_ = 0;
  state state_ = state::filling;
};

} // namespace aio
