// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sizes of the benchmark's rows, the same for every runtime, and the memory that a process holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <malloc.h>

namespace rows {

inline constexpr int awaits = 100'000;
inline constexpr int spawned = 10'000;
inline constexpr int yields = 100'000;
inline constexpr int timers = 10'000;
inline constexpr int round_trips = 20'000;
inline constexpr int echoes = 6'400;
inline constexpr int sleepers = 100'000;
inline constexpr std::size_t message = 64;

/// The delay of the i-th timer, from 0 to 999 microseconds, in no order.
inline int delay_of(int i) noexcept { return static_cast<int>((static_cast<std::uint32_t>(i) * 2654435761u >> 8) % 1000); }

/// The resident memory of this process, in bytes.
inline double resident() {
  ::malloc_trim(0);
  long total = 0, resident = 0;
  if (std::FILE *file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &total, &resident) != 2)
      resident = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident) * 4096;
}

} // namespace rows
