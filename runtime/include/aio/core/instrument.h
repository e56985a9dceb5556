// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hooks for whoever watches a loop: debug detectors, tracers, tests.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <aio/core/frame.h>
#include <aio/core/time.h>

namespace aio {

class event_loop;
namespace detail {
class future_core;
class task_core;
class handle_core;
} // namespace detail

/// Watches a loop. Every hook does nothing by default; a hook that throws gets its instrument removed and logged.
///
/// **Thread safety** hooks run on the loop's thread, except `touched`.
/// **Debug mode** every detector is one of these.
class instrument {
public:
  virtual ~instrument();

  /// The loop begins or stops running.
  virtual void loop_started(event_loop &) {}
  virtual void loop_stopped(event_loop &) {}
  /// The loop is being closed; its pending tasks can still be listed.
  virtual void loop_closing(event_loop &) {}
  /// The loop is about to wait for events; without timeout it would wait for ever.
  virtual void before_io_wait(event_loop &, std::optional<duration> /*timeout*/) {}
  virtual void after_io_wait(event_loop &) {}
  /// A plain callback runs.
  virtual void callback_begins(event_loop &, const detail::handle_core &) {}
  virtual void callback_ends(event_loop &, const detail::handle_core &) {}

  virtual void task_created(detail::task_core &) {}
  virtual void task_scheduled(detail::task_core &) {}
  virtual void step_begins(detail::task_core &) {}
  virtual void step_ends(detail::task_core &) {}
  virtual void task_done(detail::task_core &) {}
  virtual void task_destroyed(detail::task_core &, bool /*pending*/) {}
  /// The task parks; `on` is the future it waits for, if it is one.
  virtual void task_parked(detail::task_core &, frame_record & /*leaf*/, detail::future_core * /*on*/) {}

  virtual void frame_created(frame_record &) {}
  /// Addresses of the coroutine's parameters as its body sees them; comes before frame_created.
  virtual void frame_arguments(frame_record &, std::span<const void *const>) {}
  virtual void frame_started(frame_record &) {}
  virtual void frame_finished(frame_record &, bool /*by_exception*/) {}
  virtual void frame_destroyed(frame_record &) {}

  virtual void cancel_requested(detail::task_core &, const std::string & /*message*/, detail::task_core * /*by*/) {}
  virtual void uncancelled(detail::task_core &) {}
  /// cancelled_error is about to be thrown into the task, at the leaf's await site.
  virtual void cancel_delivered(detail::task_core &, frame_record * /*leaf*/) {}

  /// A future dies with an exception that nobody read.
  virtual void exception_never_retrieved(detail::future_core &) {}
  /// A future dies while entries still wait on it.
  virtual void future_abandoned(detail::future_core &) {}
  /// A loop-bound operation is used; `operation` names it. May come from a foreign thread.
  virtual void touched(event_loop &, const char * /*operation*/) {}
  /// A lock or permit changes hands: `primitive` is its address, `kind` its type.
  virtual void acquired(const void * /*primitive*/, const char * /*kind*/, detail::task_core *) {}
  virtual void released(const void * /*primitive*/, const char * /*kind*/, detail::task_core *) {}
  /// Something that needs closing dies open, or is used in the wrong order.
  virtual void left_open(const char * /*kind*/, const std::string & /*name*/, frame_record *) {}
};

/// The instruments of one loop.
class instrument_set {
public:
  void add(std::shared_ptr<instrument> item);
  void remove(const instrument *item) noexcept;
  bool empty() const noexcept { return items_.empty(); }

  /// Calls one hook on each instrument; removes those that throw.
  template <class F> void each(F &&hook) noexcept {
    for (std::size_t i = 0; i < items_.size();) {
      std::shared_ptr<instrument> item = items_[i];
      try {
        hook(*item);
      } catch (...) {
        drop_failed(item.get(), std::current_exception());
        continue;
      }
      if (i < items_.size() && items_[i] == item)
        ++i;
    }
  }

private:
  void drop_failed(const instrument *item, std::exception_ptr error) noexcept;
  std::vector<std::shared_ptr<instrument>> items_;
};

/// Makes the instruments that a loop gets when its debug mode goes on.
using debug_instruments = std::function<std::vector<std::shared_ptr<instrument>>(event_loop &)>;

/// Installs the maker of debug instruments for loops created or switched to debug from now on.
///
/// **Thread safety** may be called from any thread.
void set_debug_instruments(debug_instruments make);

namespace detail {
std::vector<std::shared_ptr<instrument>> make_debug_instruments(event_loop &loop);
/// True if AIO_DEBUG is set to anything but "" and "0".
bool debug_from_environment() noexcept;
} // namespace detail

/// Receives warnings that have no exception: never-awaited coroutines, things left open.
using warning_handler = std::function<void(const std::string &message)>;
/// Replaces the process-wide warning handler and returns the one before; an empty one writes to stderr.
///
/// **Thread safety** may be called from any thread.
warning_handler set_warning_handler(warning_handler handler);
/// Sends a warning to the handler; never throws.
void warn(const std::string &message) noexcept;

} // namespace aio
