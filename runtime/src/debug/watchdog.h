// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// watchdog: a thread that ticks and notices loops whose step does not end.
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

/// A loop's data for the watchdog, and the watchdog's state for the loop.
class watched_loop : public detail::list_hook, public detail::step_board {
public:
  static constexpr std::chrono::milliseconds tick{10};

  /// One look of the watchdog: reports if it sees the same step for `limit`, then for twice as long, and so on.
  void look() noexcept;
  /// The number of ticks during the running step. Only for the loop's thread.
  std::uint32_t ticks_of_this_step() const noexcept {
    return seen_.load(std::memory_order_acquire) == steps() ? looks_.load(std::memory_order_relaxed) - forgiven() : 0;
  }
  /// Does not count the time that the running step has taken so far. Returns how much that was if it was too long, else
  /// "". Only for the loop's thread.
  std::string forgive();

  std::atomic<std::chrono::nanoseconds::rep> limit{0};
  pid_t thread = 0;
  std::uintptr_t stack_end = 0;                      ///< the end of that thread's stack
  const std::atomic<unsigned> *allowances = nullptr; ///< the scopes of that thread that allow slow steps
  detail::ref_ptr<detail::loop_anchor> anchor{};     ///< the way to the loop
  instrument_set *instruments = nullptr;             ///< armed so that the end of a step with a tick in it is announced
  std::atomic<unsigned> own_time{0};                 ///< not zero while debug mode itself uses the thread

  /// The loop that is watched in this thread.
  static constinit thread_local watched_loop *here;

  /// States that the running step was reported, so that no second report is made.
  void mark_told() noexcept { told_.store(steps(), std::memory_order_relaxed); }
  bool told() const noexcept { return told_.load(std::memory_order_relaxed) == steps(); }

private:
  /// The ticks of the running step that do not count.
  std::uint32_t forgiven() const noexcept {
    return forgiven_step_.load(std::memory_order_acquire) == steps() ? forgiven_.load(std::memory_order_relaxed) : 0;
  }
  std::atomic<std::uint64_t> told_{0};
  std::atomic<std::uint64_t> forgiven_step_{0};
  std::atomic<std::uint32_t> forgiven_{0};
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<std::uint32_t> looks_{0}; // ticks during the same step
  std::uint32_t report_at_ = 0;
  bool told_by_us_ = false;
};

/// The processor time of the calling thread. Tests put a clock of their own here.
using processor_clock = std::chrono::nanoseconds (*)() noexcept;
extern processor_clock processor_time;

/// The scopes of this thread that allow slow steps. Only the loop's own thread knows to which task they belong: while
/// there are any, a step is judged at its end.
extern constinit thread_local std::atomic<unsigned> slow_step_allowances;

/// Excludes the time that debug mode itself takes, such as reading debug information, from reports.
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
  /// The sum of all such times of the calling thread.
  static sum taken() noexcept;

private:
  watched_loop *loop_;
  sum began_{}; // at the start of the outermost
};

/// The process's watchdog; its thread runs while a loop is watched, and for a short time afterwards.
class watchdog {
public:
  static void watch(watched_loop &loop);
  static void forget(watched_loop &loop) noexcept;
  /// Ticks since the process began; they stop while nothing is watched.
  static std::uint32_t ticks() noexcept;
};

/// The activity of a thread, from /proc/self/task/TID/syscall: "running", or "in the system call 'read'".
std::string activity_of(pid_t thread);
/// The same for the file's content.
std::string activity_of_text(const std::string &text);

} // namespace aio::debug
