// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs jobs in processes of their own: a crash costs one job.
#ifndef COROLINT_TOOL_PROJECT_WORKER_H
#define COROLINT_TOOL_PROJECT_WORKER_H

#include <cstddef>
#include <functional>
#include <string>

namespace coro {

/// Hands text to the process that started the worker.
using Say = std::function<void(const std::string &)>;

/// How one worker ended.
struct WorkerEnd {
  std::string Output;     // all that the job said
  std::string Died;       // how it died, or empty
  std::string NotStarted; // why there was no process, or empty
  bool TimedOut = false;
};

/// Runs \p Job for each index below \p Count, at most \p Jobs at a time, each
/// in a forked process, and calls \p Done here as they end. A worker that says
/// nothing for more than \p Seconds is killed; 0 lets it. Answers false when
/// SIGINT, SIGTERM or SIGHUP came; the workers are then stopped.
///
/// **Thread safety**: call it from a program with one thread.
bool runWorkers(size_t Count, unsigned Jobs, unsigned Seconds,
                const std::function<void(size_t, const Say &)> &Job,
                const std::function<void(size_t, const WorkerEnd &)> &Done);

} // namespace coro

#endif
