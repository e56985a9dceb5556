// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is shared between the tasks of one loop, and must not be used from another thread.
#pragma once

#include <aio/core/event_loop.h>

namespace aio::detail {

/// The base of primitives that belong to the loop which first uses them; only debug mode remembers which that is.
class loop_bound {
public:
  loop_bound() = default;
  loop_bound(const loop_bound &) = delete;
  loop_bound &operator=(const loop_bound &) = delete;

protected:
  ~loop_bound() = default;
  /// Says which operation is used; costs a load unless some loop of the process was in debug mode.
  void used(const char *operation) const noexcept {
    if (foreign_touch.load(std::memory_order_relaxed)) [[unlikely]]
      check_use(operation);
  }

private:
  void check_use(const char *operation) const noexcept {
    event_loop *here = running_loop;
    event_loop *first = loop_.load(std::memory_order_relaxed);
    if (first == here)
      return;
    // The address says which loop it was; the loop itself may be gone.
    if (first && foreign_touch.load(std::memory_order_acquire)(*first, operation))
      return;
    if (here)
      loop_.store(here, std::memory_order_relaxed);
  }
  mutable std::atomic<event_loop *> loop_{nullptr};
};

} // namespace aio::detail
