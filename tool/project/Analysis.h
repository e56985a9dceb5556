// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Analyses many files in parallel. Skips files that no rule can say anything
// about, and takes results of earlier runs from the cache.
#ifndef COROLINT_TOOL_PROJECT_ANALYSIS_H
#define COROLINT_TOOL_PROJECT_ANALYSIS_H

#include "analysis/FileResult.h"
#include "analysis/Request.h"
#include <functional>

namespace coro {

/// The result of a run. Findings are sorted, and each is there once, however
/// many files include its header.
struct RunResult {
  std::vector<FileResult> Files; // in the order of the request
  std::vector<Finding> Findings;
  std::vector<Suppression> Suppressions;
  FactsSeen Facts;
  bool Interrupted = false;
  std::string CacheProblem; // why the cache could not be written, or empty
};

/// Analyses every file of \p R. A crash of Clang costs only one file, since
/// each is analysed in a process of its own. Calls \p Done after each file.
RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done);

} // namespace coro

#endif
