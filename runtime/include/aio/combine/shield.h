// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// shield: protects an awaitable from the cancellation of the task that awaits it.
#pragma once

#include <aio/core/task.h>

namespace aio {
namespace detail {

/// The untyped state of the outer future. While both are pending each holds a reference to the other.
class shield_core : public future_core {
public:
  bool is_shield() const noexcept override { return true; }
  void add_awaited(std::vector<future_core *> &futures) override {
    if (inner_ && has_waiters())
      futures.push_back(inner_.get());
  }
  /// Starts to follow the inner future.
  void start();

protected:
  shield_core(event_loop &loop, void *slot, future_core &inner, const std::source_location &site)
      : future_core(loop, slot, site), inner_(&inner) {}
  /// Copies the value of the inner future, which has one.
  virtual void take_value(future_core &inner) = 0;

private:
  struct node final : done_entry {
    shield_core *owner = nullptr;
    void run() override;
    void discard() noexcept override;
  };
  void inner_done(future_core &inner);
  void outer_done();
  ref_ptr<future_core> inner_;
  node node_;
};

template <class T> class shield_state final : public shield_core {
public:
  shield_state(event_loop &loop, future_core &inner, const std::source_location &site)
      : shield_core(loop, &value_, inner, site) {}

private:
  void take_value(future_core &inner) override {
    if constexpr (!std::is_void_v<T>) {
      auto &slot = *static_cast<result_slot<T> *>(inner.slot());
      if constexpr (std::is_reference_v<T> || std::is_copy_constructible_v<T>)
        value_.emplace(slot.get());
      else
        value_.emplace(std::move(slot.get()));
    }
  }
  [[no_unique_address]] result_slot<T> value_;
};

template <class T> future<T> shield_future(const future<T> &inner, const std::source_location &site) {
  if (inner.done())
    return inner;
  const ref_ptr<shield_core> outer(new shield_state<T>(inner.get_loop(), inner.core(), site));
  outer->start();
  return future<T>(outer);
}
} // namespace detail

/// Returns a future that follows `inner`; cancelling it leaves `inner` running.
///
/// **Cancellation** of `inner` itself cancels the outer future. After the outer was cancelled, a failure of `inner` is
/// reported once to the loop's exception handler.
/// **Lifetime** the loop holds the inner task until it is done.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.shield
template <class T> future<T> shield(future<T> inner, std::source_location site = std::source_location::current()) {
  return detail::shield_future(inner, site);
}
template <class T> future<T> shield(task<T> inner, std::source_location site = std::source_location::current()) {
  return detail::shield_future(future<T>(inner.shared()), site);
}
/// A coroutine becomes a task of the running loop at once.
template <class T> future<T> shield(coro<T> body, std::source_location site = std::source_location::current()) {
  return shield(create_task(std::move(body), {}, site), site);
}
template <detail::other_awaitable A>
auto shield(A awaitable, std::source_location site = std::source_location::current()) {
  return shield(create_task(std::move(awaitable), {}, site), site);
}

} // namespace aio
