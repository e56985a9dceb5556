// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles of scheduled callbacks and timers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <typeinfo>
#include <utility>

#include <aio/core/context.h>
#include <aio/core/frame_memory.h>
#include <aio/core/instrument.h>
#include <aio/core/timer_heap.h>

namespace aio {

class event_loop;

namespace detail {

class loop_anchor;

/// Debug mode's record of the call that scheduled a callback.
class handle_origin {
public:
  virtual ~handle_origin() = default;
  /// The line of the call as "file:line"; empty if it is not known.
  virtual std::string text() const = 0;
};
/// Makes a record of the current call; null until a loop is in debug mode.
extern std::atomic<std::unique_ptr<handle_origin> (*)()> note_handle_origin;

/// A callback with its context; the queue that holds it owns one reference.
class handle_core : public ref_counted, public timer_entry, public frame_allocated {
public:
  handle_core(event_loop &loop, context_slot context) noexcept;
  ~handle_core() override;
  using frame_allocated::operator new;
  using frame_allocated::operator delete;

  void run() override;
  void discard() noexcept override;
  void cancel() noexcept;
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  /// Null unless debug mode was on when it was made.
  const handle_origin *origin() const noexcept { return origin_.get(); }
  context_slot &slot_of_context() noexcept { return context_; }
  /// The callable, for instruments and reports.
  running_callback as_seen() const noexcept { return {callable_type(), origin()}; }

protected:
  virtual void invoke() = 0;
  /// Destroys the callable and what it captured.
  virtual void drop_callable() noexcept = 0;
  virtual const std::type_info &callable_type() const noexcept = 0;
  /// True for an I/O handle, which runs many times.
  bool persistent_ = false;

private:
  friend class aio::event_loop;
  ref_ptr<loop_anchor> anchor_;
  context_slot context_;
  std::unique_ptr<handle_origin> origin_;
  std::atomic<bool> cancelled_{false};
  bool running_ = false;
};

template <class F, class... Args> class callable_handle final : public handle_core {
public:
  template <class G, class... As>
  callable_handle(event_loop &loop, context_slot context, G &&function, As &&...args)
      : handle_core(loop, std::move(context)),
        callable_(std::in_place, std::forward<G>(function), std::forward<As>(args)...) {}

protected:
  void invoke() override {
    std::apply([](auto &function, auto &...args) { static_cast<void>(std::invoke(function, args...)); }, *callable_);
  }
  void drop_callable() noexcept override { callable_.reset(); }
  const std::type_info &callable_type() const noexcept override { return typeid(F); }

private:
  std::optional<std::tuple<F, Args...>> callable_;
};

} // namespace detail

/// Refers to a scheduled callback or timer.
///
/// **Thread safety** `cancel` and `cancelled` may be called from any thread on a handle from call_soon_threadsafe.
class handle {
public:
  handle() noexcept = default;
  explicit handle(detail::ref_ptr<detail::handle_core> core) noexcept : core_(std::move(core)) {}
  /// Prevents the callback from running, if it has not started; may be called again.
  void cancel() noexcept {
    if (core_)
      core_->cancel();
  }
  bool cancelled() const noexcept { return core_ && core_->cancelled(); }
  /// The deadline of a timer.
  time_point when() const noexcept { return core_->when(); }
  /// The context that the callback runs in.
  context get_context() const {
    detail::materialise(core_->slot_of_context());
    return context(core_->slot_of_context());
  }
  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  friend bool operator==(const handle &, const handle &) noexcept = default;

private:
  detail::ref_ptr<detail::handle_core> core_;
};
using timer_handle = handle;

} // namespace aio
