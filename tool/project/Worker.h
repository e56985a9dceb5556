// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs jobs in processes of their own, so that a crash costs only one job.
#ifndef COROLINT_TOOL_PROJECT_WORKER_H
#define COROLINT_TOOL_PROJECT_WORKER_H

#include <cstddef>
#include <functional>
#include <string>

namespace coro {

/// Sends text from a worker to the process that started it.
using Say = std::function<void(const std::string &)>;

/// How one worker ended.
struct WorkerEnd {
  std::string Output;     // everything that the job sent
  std::string Died;       // how it died, or empty
  std::string NotStarted; // why there was no process, or empty
  bool TimedOut = false;
};

/// Runs \p Job for each index below \p Count in a forked process, at most \p
/// Jobs at a time, and calls \p Done in this process when one ends. Kills a
/// worker that sends nothing for \p Seconds; 0 means no limit. On SIGINT,
/// SIGTERM or SIGHUP, stops all workers and returns false.
///
/// **Thread safety**: only for a program with one thread, because it forks.
bool runWorkers(size_t Count, unsigned Jobs, unsigned Seconds,
                const std::function<void(size_t, const Say &)> &Job,
                const std::function<void(size_t, const WorkerEnd &)> &Done);

} // namespace coro

#endif
