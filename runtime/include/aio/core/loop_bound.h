// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// loop_bound: the base of objects that tasks of one loop share, and that other threads must not use.
#pragma once

#include <string>

#include <aio/core/event_loop.h>

namespace aio::detail {

/// The base of primitives that belong to one loop: the loop of the first task that waits at them. In debug mode, the
/// loop that uses them first.
class loop_bound {
public:
  loop_bound() = default;
  loop_bound(const loop_bound &) = delete;
  loop_bound &operator=(const loop_bound &) = delete;

protected:
  ~loop_bound() = default;
  /// Ties the primitive to the running loop, whose task is about to wait at it.
  ///
  /// **Errors** runtime_error if a task of another loop waited here before.
  void bind(const char *name) {
    if (bound_ != running_loop) [[unlikely]]
      bind_first(name);
  }
  /// Names an operation that is used; costs one load until a loop of the process is in debug mode.
  void used(const char *operation) const noexcept {
    if (AIO_HOOKS && foreign_touch.load(std::memory_order_relaxed) &&
        loop_.load(std::memory_order_relaxed) != running_loop) [[unlikely]]
      check_use(operation);
  }

private:
  void bind_first(const char *name) {
    if (bound_)
      throw runtime_error(std::string(name) + " is bound to a different event loop");
    bound_ = running_loop;
  }
  void check_use(const char *operation) const noexcept {
    event_loop *here = running_loop;
    event_loop *first = loop_.load(std::memory_order_relaxed);
    // Only the address of the loop is used; the loop itself may be gone.
    if (first && foreign_touch.load(std::memory_order_acquire)(*first, operation))
      return;
    if (here)
      loop_.store(here, std::memory_order_relaxed);
  }
  mutable std::atomic<event_loop *> loop_{nullptr};
  const event_loop *bound_ = nullptr;
};

} // namespace aio::detail
