// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread that ticks, and notices loops that do not come out of a step.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string>

#include <sys/types.h>

#include <aio/core/event_loop.h>
#include <aio/core/step_board.h>

namespace aio::debug {

/// What a loop tells the watchdog, and what the watchdog makes of it.
class watched_loop : public detail::list_hook, public detail::step_board {
public:
  static constexpr std::chrono::milliseconds tick{10};

  /// One look of the watchdog: reports when the same step is seen for `limit`, then for twice as long, and so on.
  void look() noexcept;
  /// How many ticks of the watchdog have fallen into the step that runs. For the loop's thread.
  std::uint32_t ticks_of_this_step() const noexcept {
    return seen_.load(std::memory_order_acquire) == steps() ? looks_.load(std::memory_order_relaxed) - forgiven() : 0;
  }
  /// Does not count what the step that runs has taken so far. Says what that was, if it was too much; else "". For the
  /// loop's thread.
  std::string forgive();

  std::atomic<std::chrono::nanoseconds::rep> limit{0};
  pid_t thread = 0;
  std::uintptr_t stack_end = 0;                      ///< of that thread
  const std::atomic<unsigned> *allowances = nullptr; ///< the scopes of that thread that allow slow steps
  detail::ref_ptr<detail::loop_anchor> anchor{};     ///< the way to the loop
  instrument_set *instruments = nullptr;             ///< hear of the end of a step that the watchdog has seen
  std::atomic<unsigned> own_time{0};                 ///< not zero while debug mode itself takes time

  /// The loop that is watched in this thread.
  static constinit thread_local watched_loop *here;

  /// Says that the step which runs has been told of: no second report of the same cause is needed.
  void mark_told() noexcept { told_.store(steps(), std::memory_order_relaxed); }
  bool told() const noexcept { return told_.load(std::memory_order_relaxed) == steps(); }

private:
  /// The looks at the step that runs which do not count.
  std::uint32_t forgiven() const noexcept {
    return forgiven_step_.load(std::memory_order_acquire) == steps() ? forgiven_.load(std::memory_order_relaxed) : 0;
  }
  std::atomic<std::uint64_t> told_{0};
  std::atomic<std::uint64_t> forgiven_step_{0};
  std::atomic<std::uint32_t> forgiven_{0};
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<std::uint32_t> looks_{0}; // at the same step
  std::uint32_t report_at_ = 0;
  bool told_by_us_ = false;
};

/// The processor time of the calling thread. Tests put a clock of their own here.
using processor_clock = std::chrono::nanoseconds (*)() noexcept;
extern processor_clock processor_time;

/// The scopes of this thread that allow slow steps. Whose step it is that lasts is known to the loop's own thread:
/// while there are any, steps are judged when they end.
extern constinit thread_local std::atomic<unsigned> slow_step_allowances;

/// Keeps the time that debug mode itself takes, as for reading debug information, from being reported.
class time_out {
public:
  time_out() noexcept;
  time_out(const time_out &) = delete;
  time_out &operator=(const time_out &) = delete;
  ~time_out();

  struct sum {
    std::chrono::nanoseconds passed{};
    std::chrono::nanoseconds of_processor{};
  };
  /// What all of the calling thread's have taken so far.
  static sum taken() noexcept;

private:
  watched_loop *loop_;
  sum began_{}; // of the outermost
};

/// The process's watchdog; its thread runs while a loop is watched, and a little longer.
class watchdog {
public:
  static void watch(watched_loop &loop);
  static void forget(watched_loop &loop) noexcept;
  /// Ticks since the process began; stands still while nothing is watched.
  static std::uint32_t ticks() noexcept;
};

/// What a thread does now, as /proc/self/task/TID/syscall says: "running", or "in the system call 'read'".
std::string activity_of(pid_t thread);
/// The same of the file's text.
std::string activity_of_text(const std::string &text);

} // namespace aio::debug
