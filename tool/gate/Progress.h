// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far a run has come, for who waits at a terminal.
#ifndef COROLINT_TOOL_GATE_PROGRESS_H
#define COROLINT_TOOL_GATE_PROGRESS_H

#include "analysis/FileResult.h"
#include <chrono>

namespace coro {

/// One line on a terminal that is written over and over; elsewhere nothing.
class Progress {
public:
  Progress(size_t Total, bool Quiet);
  ~Progress() { clear(); }

  /// Counts a file, and shows the line.
  void add(const FileResult &F);
  /// Makes room for other output.
  void clear() const;

private:
  size_t Total, Done = 0, Findings = 0, Parsed = 0;
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
  bool Shown;
};

/// One line of standard error: whether \p F was parsed, remembered or skipped,
/// and why.
void sayWhat(const FileResult &F, llvm::StringRef Root);

} // namespace coro

#endif
