// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Many files in, findings out: what need not be parsed is not, and what was
// parsed before is remembered.
#ifndef COROLINT_TOOL_PROJECT_ANALYSIS_H
#define COROLINT_TOOL_PROJECT_ANALYSIS_H

#include "analysis/FileResult.h"
#include "analysis/Request.h"
#include <functional>

namespace coro {

/// The result of a run, findings sorted and each reported once.
struct RunResult {
  std::vector<FileResult> Files; // in the order of the request
  std::vector<Finding> Findings;
  std::vector<Suppression> Suppressions;
  FactsSeen Facts;
  bool Interrupted = false;
  std::string CacheProblem; // why nothing was remembered, or empty
};

/// Analyses every file of \p R, each in a process of its own, so that a crash
/// of Clang costs one file. \p Done is called after each file.
RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done);

} // namespace coro

#endif
