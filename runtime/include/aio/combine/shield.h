// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// shield: lets the awaiter be cancelled without cancelling what it awaits.
#pragma once

#include <aio/core/task.h>

namespace aio {
namespace detail {

/// Calls the loop's handler about a failure that the cancelled outer future can no longer carry.
const done_callback &report_shielded();

/// The outer future. While it is pending, its own callback keeps the inner one.
template <class T> class shield_state final : public future_core {
public:
  shield_state(event_loop &loop, future_core &inner, const std::source_location &site)
      : future_core(loop, &value_, site), inner_(inner) {}
  void add_awaited(std::vector<future_core *> &futures) override {
    if (has_waiters())
      futures.push_back(&inner_);
  }

  bool is_shield() const noexcept override { return true; }

private:
  future_core &inner_;
  result_slot<T> value_;
};

template <class T> future<T> shield_future(future<T> inner, const std::source_location &site) {
  if (inner.done())
    return inner;
  const future<T> outer(ref_ptr<future_core>(new shield_state<T>(inner.get_loop(), inner.core(), site)));
  const done_callback inner_done([outer](const any_future &f) {
    if (outer.cancelled())
      return;
    if (f.cancelled()) {
      outer.cancel();
    } else if (auto error = f.exception()) {
      outer.set_exception(error);
    } else {
      const future<T> source(f.shared());
      if constexpr (std::is_void_v<T>)
        outer.set_result();
      else if constexpr (std::is_reference_v<T> || std::is_copy_constructible_v<T>)
        outer.set_result(source.result());
      else
        outer.set_result(std::move(source.result()));
    }
  });
  inner.add_done_callback(inner_done);
  // The outer future must not own the inner one's callback: no cycle, the callbacks go when the futures are done.
  outer.add_done_callback([inner, inner_done](const any_future &) {
    if (inner.done())
      return;
    inner.remove_done_callback(inner_done);
    inner.remove_done_callback(report_shielded());
    inner.add_done_callback(report_shielded());
  });
  return outer;
}
} // namespace detail

/// Gives a future that follows `inner`; cancelling it leaves `inner` running.
///
/// **Cancellation** of `inner` itself cancels the outer future. After the outer was cancelled, a failure of `inner` is
/// reported once to the loop's exception handler.
/// **Lifetime** the inner task is kept by the loop until it is done.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.shield
template <class T> future<T> shield(future<T> inner, std::source_location site = std::source_location::current()) {
  return detail::shield_future(std::move(inner), site);
}
template <class T> future<T> shield(task<T> inner, std::source_location site = std::source_location::current()) {
  return detail::shield_future(future<T>(inner.shared()), site);
}
/// A coroutine becomes a task of the running loop at once.
template <class T> future<T> shield(coro<T> body, std::source_location site = std::source_location::current()) {
  return shield(create_task(std::move(body), {}, site), site);
}

} // namespace aio
