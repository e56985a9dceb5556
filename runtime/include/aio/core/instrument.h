// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hooks for code that watches a loop: debug detectors, tracers, tests.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

#include <aio/core/frame.h>
#include <aio/core/time.h>

namespace aio {

class event_loop;
namespace detail {
class future_core;
class task_core;
class watched_queue;
class handle_origin;
} // namespace detail

/// A running callback, as instruments see it.
struct running_callback {
  const std::type_info &type;          ///< of the callable
  const detail::handle_origin *origin; ///< where it was scheduled; null if that was not recorded
};

/// The hooks of an instrument. The first are tested at every step; their bits fit into the operand of one instruction.
enum class hook : std::uint8_t {
  steps_shown, ///< no call: armed while another thread reads the loop's steps, see `event_loop::show_steps`
  loop_started,
  loop_stopped,
  loop_closing,
  before_io_wait,
  after_io_wait,
  callback_begins,
  callback_ends,
  task_created,
  task_scheduled,
  step_begins,
  step_ends,
  task_done,
  task_destroyed,
  task_parked,
  frame_births,
  frame_arguments,
  frame_awaits,
  frame_finished,
  frame_destroyed,
  cancel_requested,
  uncancelled,
  cancel_delivered,
  exception_never_retrieved,
  task_unheld,
  touched,
  acquired,
  released,
  left_open,
  never_awaited,
  awaited_again,
  left_running,
  timers_due,
  awaits_passed,
  queue_used,
  scope_entered,
  scope_left,
};
inline constexpr std::size_t hook_count = static_cast<std::size_t>(hook::scope_left) + 1;
static_assert(hook_count <= 64, "a hook_set has 64 bits");

/// A set of hooks.
class hook_set {
public:
  constexpr hook_set() noexcept = default;
  constexpr hook_set(hook which) noexcept // NOLINT(google-explicit-constructor): one hook is a set
      : bits_(std::uint64_t{1} << static_cast<unsigned>(which)) {}
  static constexpr hook_set of_bits(std::uint64_t bits) noexcept {
    hook_set made;
    made.bits_ = bits;
    return made;
  }
  /// Every hook that is a call.
  static constexpr hook_set all() noexcept {
    return of_bits(((~std::uint64_t{0}) >> (64 - hook_count)) & ~std::uint64_t{1});
  }
  constexpr std::uint64_t bits() const noexcept { return bits_; }
  constexpr explicit operator bool() const noexcept { return bits_ != 0; }
  constexpr bool contains(hook which) const noexcept { return (bits_ & hook_set(which).bits_) != 0; }
  friend constexpr bool operator==(hook_set, hook_set) noexcept = default;

private:
  std::uint64_t bits_ = 0;
};
constexpr hook_set operator|(hook_set a, hook_set b) noexcept { return hook_set::of_bits(a.bits() | b.bits()); }
constexpr hook_set operator|(hook a, hook b) noexcept { return hook_set(a) | hook_set(b); }
constexpr hook_set operator&(hook_set a, hook_set b) noexcept { return hook_set::of_bits(a.bits() & b.bits()); }
/// The hooks of `a` that are not in `b`.
constexpr hook_set operator-(hook_set a, hook_set b) noexcept { return hook_set::of_bits(a.bits() & ~b.bits()); }

/// The use that a task makes of a queue.
enum class queue_use : std::uint8_t { takes, reports_done, joins, has_joined };

/// Watches a loop. Every hook does nothing by default. An instrument whose hook throws is removed, with a warning.
///
/// **Thread safety** hooks run on the loop's thread, except `touched`.
/// **Debug mode** every detector is one of these.
class instrument {
public:
  virtual ~instrument();
  /// The hooks that do something; the others cost nothing.
  virtual hook_set wants() const noexcept { return hook_set::all(); }
  /// The wanted hooks that need a call only after they were armed: see `instrument_set::arm`.
  virtual hook_set on_demand() const noexcept { return {}; }

  /// The loop begins or stops running.
  virtual void loop_started(event_loop &) {}
  virtual void loop_stopped(event_loop &) {}
  /// The loop is being closed; its pending tasks can still be listed.
  virtual void loop_closing(event_loop &) {}
  /// The loop is about to wait for events; without a timeout it would wait for ever. On demand: before the loop sleeps,
  /// every instrument that wants the hook is called; before a poll that does not wait, only if the hook was armed.
  virtual void before_io_wait(event_loop &, std::optional<duration> /*timeout*/) {}
  virtual void after_io_wait(event_loop &) {}
  /// A plain callback runs: that of a handle, or of a future that is done.
  virtual void callback_begins(event_loop &, const running_callback &) {}
  virtual void callback_ends(event_loop &, const running_callback &) {}

  virtual void task_created(detail::task_core &) {}
  virtual void task_scheduled(detail::task_core &) {}
  /// A step. A step that begins inside another one, because its task starts eagerly, also ends before it. On demand.
  virtual void step_begins(detail::task_core &) {}
  virtual void step_ends(detail::task_core &) {}
  /// A step is about to begin, and only the loop holds a handle of its task; other tasks may still wait for it.
  virtual void task_unheld(detail::task_core &) {}
  virtual void task_done(detail::task_core &) {}
  /// Returns true when the instrument has told the user, so that the default exception handler need not.
  virtual bool task_destroyed(detail::task_core &, bool /*pending*/) { return false; }
  /// The task parks; `on` is the future it waits for. Called only if the task waits for a future, for a primitive with
  /// an owner, or for something that waits for futures in turn.
  virtual void task_parked(detail::task_core &, frame_record & /*leaf*/, detail::future_core * /*on*/) {}

  // `hook::frame_births` has no function: it turns on the recording of births, see frame_birth.h.
  /// The addresses of the coroutine's parameters as its body sees them. Called only if one of them may be on the stack
  /// below the loop.
  virtual void frame_arguments(frame_record &, std::span<const void *const>) {}
  /// A watched frame awaits something, or is done; see `frame_record::watch`.
  virtual void frame_awaits(frame_record &) {}
  virtual void frame_finished(frame_record &, bool /*by_exception*/) {}
  /// A frame is destroyed between its start and its end. Called only for frames that have a birth.
  virtual void frame_destroyed(frame_record &) {}
  /// A frame is destroyed that never started and was not closed on purpose. Returns true when the instrument has told
  /// the user, so that the plain warning is not needed.
  virtual bool never_awaited(frame_record &) { return false; }

  /// An empty awaitable was awaited or made a task: it was awaited before. `what` names it.
  virtual void awaited_again(const char * /*what*/) {}

  virtual void cancel_requested(detail::task_core &, const std::string & /*message*/, detail::task_core * /*by*/) {}
  virtual void uncancelled(detail::task_core &) {}
  /// cancelled_error is about to be thrown into the task, at the leaf's await site.
  virtual void cancel_delivered(detail::task_core &, frame_record * /*leaf*/) {}

  /// A future is destroyed with an exception that was never read. Returns true when the instrument has told the user.
  virtual bool exception_never_retrieved(detail::future_core &) { return false; }
  /// A loop-bound operation is used; `operation` names it. May be called on a foreign thread. On demand, except for
  /// operations that run a loop inside a running one.
  virtual void touched(event_loop &, const char * /*operation*/) {}
  /// A lock or permit is acquired or released: `primitive` is its address, `kind` its type.
  virtual void acquired(const void * /*primitive*/, const char * /*kind*/, detail::task_core *) {}
  virtual void released(const void * /*primitive*/, const char * /*kind*/, detail::task_core *) {}
  /// An operation returns although tasks that it waited for still run; `error` is its failure, if it failed.
  virtual void left_running(const char * /*operation*/, std::span<detail::task_core *const>, const std::exception_ptr &,
                            const std::source_location & /*awaited_at*/) {}
  /// Timers are about to fire; the first was due at `due`. Called before their callbacks are queued.
  virtual void timers_due(event_loop &, time_point /*now*/, time_point /*due*/) {}
  /// A resource that has to be closed is destroyed open, or is used in the wrong order.
  virtual void left_open(const char * /*kind*/, const std::string & /*name*/, frame_record *) {}

  /// The thread has passed `count` awaits since the last call; the frame is at the last of them.
  virtual void awaits_passed(frame_record &, unsigned /*count*/) {}
  /// The running task uses a queue.
  virtual void queue_used(detail::watched_queue &, queue_use) {}
  /// A task enters or leaves a timeout or task group; `scope` is its address, `kind` its name. `task` is the task that
  /// has entered the scope; the running task leaves it. A null `kind` means that the scope is destroyed instead.
  virtual void scope_entered(const void * /*scope*/, const char * /*kind*/, detail::task_core & /*task*/) {}
  virtual void scope_left(const void * /*scope*/, const char * /*kind*/, detail::task_core & /*task*/) {}
};

/// The instruments of one loop.
class instrument_set {
public:
  instrument_set() = default;
  instrument_set(const instrument_set &) = delete;
  instrument_set &operator=(const instrument_set &) = delete;
  ~instrument_set();
  void add(std::shared_ptr<instrument> item);
  void remove(const instrument *item) noexcept;
  bool empty() const noexcept { return items_.empty(); }
  /// The hooks that are to be called. A hook that is not described as on demand is called even if it is not armed.
  hook_set armed() const noexcept {
    return AIO_HOOKS ? hook_set::of_bits(armed_.load(std::memory_order_relaxed)) : hook_set();
  }
  bool armed(hook which) const noexcept { return armed().contains(which); }
  /// Requests one call of a hook for instruments that want it on demand.
  ///
  /// **Thread safety** any thread, and signal handlers.
  void arm(hook_set which) noexcept { armed_.fetch_or(which.bits(), std::memory_order_relaxed); }
  void disarm(hook_set which) noexcept { armed_.fetch_and(~which.bits(), std::memory_order_relaxed); }
  /// The table of births; null if no instrument wants it.
  detail::birth_table *births() const noexcept {
    return wanted_[index(hook::frame_births)].empty() ? nullptr : births_;
  }

  /// Makes one hook's call on each instrument that wants it; removes those that throw.
  template <class F> void each(hook which, F &&call) noexcept {
    // Disarms before the call, so that the call can arm the hook again.
    if (!always_.contains(which) && armed(which))
      disarm(which);
    call_all(wanted_[index(which)], call);
  }

private:
  static constexpr std::size_t index(hook which) noexcept { return static_cast<std::size_t>(which); }
  template <class F> void call_all(std::vector<instrument *> &list, F &call) noexcept {
    if (list.empty())
      return;
    ++depth_;
    // By index: a hook may add instruments; a removed one leaves a null pointer until the outermost call returns.
    for (std::size_t i = 0; i < list.size(); ++i) { // NOLINT(modernize-loop-convert)
      if (!list[i])
        continue;
      try {
        call(*list[i]);
      } catch (...) {
        drop_failed(list[i], std::current_exception());
      }
    }
    if (--depth_ == 0 && removed_) [[unlikely]]
      sweep();
  }
  void drop_failed(const instrument *item, const std::exception_ptr &error) noexcept;
  void sweep() noexcept;
  void count_wants() noexcept;
  std::atomic<std::uint64_t> armed_{0};
  hook_set always_; // hooks that an instrument wants at every event
  detail::birth_table *births_ = nullptr;
  std::vector<std::shared_ptr<instrument>> items_;
  std::vector<std::shared_ptr<instrument>> retired_;
  std::array<std::vector<instrument *>, hook_count> wanted_;
  unsigned depth_ = 0;
  bool removed_ = false;
};

/// Makes the instruments that a loop gets when its debug mode is switched on.
using debug_instruments = std::function<std::vector<std::shared_ptr<instrument>>(event_loop &)>;

/// Installs the maker of debug instruments for loops created or switched to debug from now on.
///
/// **Thread safety** may be called from any thread.
void set_debug_instruments(debug_instruments make);

namespace detail {
std::vector<std::shared_ptr<instrument>> make_debug_instruments(event_loop &loop);
// Hooks that are called without a loop at hand; only while `frame_hooks` is set.
void notify_scope_entered(const void *scope, const char *kind, task_core &task) noexcept;
void notify_scope_left(const void *scope, const char *kind, task_core &task) noexcept;
void notify_queue_used(watched_queue &queue, queue_use use) noexcept;
/// True if AIO_DEBUG is set to anything but "" and "0".
bool debug_from_environment() noexcept;
} // namespace detail

/// Receives warnings that have no exception: coroutines that were never awaited, resources left open.
using warning_handler = std::function<void(const std::string &message)>;
/// Replaces the process-wide warning handler and returns the one before; an empty one writes to stderr.
///
/// **Thread safety** may be called from any thread.
warning_handler set_warning_handler(warning_handler handler);
/// Sends a warning to the handler; never throws.
void warn(const std::string &message) noexcept;

} // namespace aio
