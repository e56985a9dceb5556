// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The benchmark's rows: their sizes, the same for every runtime, how they are run, and the memory that a process holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>

#include <benchmark/benchmark.h>
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
inline int delay_of(int i) noexcept {
  return static_cast<int>((static_cast<std::uint32_t>(i) * 2654435761u >> 8) % 1000);
}

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

/// What a runtime does for each row; null for a row that it does not have.
struct contestant {
  using body = void (*)(benchmark::State &);
  body await = nullptr;
  body spawn = nullptr;
  body yield = nullptr;
  body timers = nullptr;
  body queue = nullptr;
  body echo = nullptr;
  body sleepers = nullptr;
  body scale = nullptr;
};

/// Runs the rows that the command line asks for; the `main` of every runtime's benchmark.
inline int run(int argc, char **argv, const contestant &who) {
  const auto add = [](const char *row, contestant::body body, std::initializer_list<std::int64_t> arguments = {}) {
    if (!body)
      return static_cast<benchmark::internal::Benchmark *>(nullptr);
    auto *added = benchmark::RegisterBenchmark(row, body)->UseRealTime();
    for (const std::int64_t argument : arguments)
      added->Arg(argument);
    return added;
  };
  add("await", who.await);
  add("spawn", who.spawn);
  add("yield", who.yield);
  add("timers", who.timers);
  add("queue", who.queue);
  add("echo", who.echo, {1, 64});
  // Once, because memory is never given back quite.
  if (auto *once = add("sleepers", who.sleepers))
    once->Iterations(1);
  add("scale", who.scale, {1'000, 10'000, 100'000, 1'000'000});
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

} // namespace rows
