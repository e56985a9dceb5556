// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The board on which a loop shows its current step to other threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

namespace aio::detail {

/// Written by the loop's thread: a few stores in each step; no clock is read.
///
/// **Thread safety** any thread may read.
class step_board {
public:
  void step_begins(const std::source_location &resumed_at) noexcept {
    at_.store(resumed_at, std::memory_order_relaxed);
    const std::uint64_t now = steps_.load(std::memory_order_relaxed);
    steps_.store(now + 1 + now % 2, std::memory_order_release);
  }
  /// May be left out if the next step follows at once.
  void step_ends() noexcept {
    const std::uint64_t now = steps_.load(std::memory_order_relaxed);
    steps_.store(now + now % 2, std::memory_order_release);
  }

  /// Changes with every step or callback that begins; odd while the loop runs entries.
  std::uint64_t steps() const noexcept { return steps_.load(std::memory_order_acquire); }
  bool in_step() const noexcept { return steps() % 2 != 0; }
  /// Where the step was resumed; empty in a callback.
  std::source_location step_at() const noexcept { return at_.load(std::memory_order_relaxed); }

  /// The clock of the reader, if the reader stores one on the board.
  std::uint32_t clock() const noexcept { return clock_.load(std::memory_order_relaxed); }
  void set_clock(std::uint32_t now) noexcept { clock_.store(now, std::memory_order_relaxed); }

private:
  std::atomic<std::uint32_t> clock_{0};
  std::atomic<std::uint64_t> steps_{0};
  std::atomic<std::source_location> at_{};
};

} // namespace aio::detail
