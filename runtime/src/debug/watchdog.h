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

namespace aio::debug {

/// What a loop tells the watchdog; written by the loop's thread, read by the watchdog's.
class watched_loop : public detail::list_hook {
public:
  static constexpr std::chrono::milliseconds tick{10};

  void step_begins(const std::source_location &resumed_at) noexcept {
    at_.store(resumed_at, std::memory_order_relaxed);
    steps_.store(steps_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  void step_ends() noexcept { steps_.store(steps_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  bool in_step() const noexcept { return steps_.load(std::memory_order_relaxed) % 2 != 0; }

  /// One look of the watchdog: reports when the same step is seen for `limit`, then for twice as long, and so on.
  void look() noexcept;

  std::atomic<std::chrono::nanoseconds::rep> limit{0};
  pid_t thread = 0;
  detail::ref_ptr<detail::loop_anchor> anchor{}; ///< the way to the loop
  std::source_location step_at() const noexcept { return at_.load(std::memory_order_relaxed); }
  std::uint32_t own_ticks = 0; ///< ticks that debug mode itself took, of this thread

  /// The loop that is watched in this thread.
  static constinit thread_local watched_loop *here;

private:
  friend class watchdog;
  std::atomic<std::uint64_t> steps_{0}; // odd inside a step
  std::atomic<std::source_location> at_{};
  std::uint64_t seen_ = 0;
  std::uint32_t looks_ = 0;
  std::uint32_t report_at_ = 0;
};

/// Keeps the time that debug mode itself takes in a step, as for reading debug information, from being reported.
class time_out {
public:
  time_out() noexcept;
  time_out(const time_out &) = delete;
  time_out &operator=(const time_out &) = delete;
  ~time_out();
};

/// The process's watchdog; its thread runs while a loop is watched.
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
