// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shows on a terminal how far a run has come.
#ifndef COROLINT_TOOL_GATE_PROGRESS_H
#define COROLINT_TOOL_GATE_PROGRESS_H

#include "analysis/FileResult.h"
#include <chrono>

namespace coro {

/// A line on the terminal that is overwritten after each file. Prints nothing
/// if standard error is not a terminal.
class Progress {
public:
  Progress(size_t Total, bool Quiet);
  ~Progress() { clear(); }

  /// Counts a file, and updates the line.
  void add(const FileResult &F);
  /// Erases the line, before other output.
  void clear() const;

private:
  size_t Total, Done = 0, Findings = 0, Parsed = 0;
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
  bool Shown;
};

/// Prints on standard error whether \p F was parsed, remembered or skipped, and
/// why.
void sayWhat(const FileResult &F, llvm::StringRef Root);

} // namespace coro

#endif
