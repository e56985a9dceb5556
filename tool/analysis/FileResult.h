// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The result of analysing one file, and how it is stored: workers send it, and
// the cache keeps it.
#ifndef COROLINT_TOOL_ANALYSIS_FILERESULT_H
#define COROLINT_TOOL_ANALYSIS_FILERESULT_H

#include "Finding.h"
#include "analysis/FactsFiles.h"
#include "analysis/Suppression.h"

namespace coro {

struct FileResult {
  enum State { Analysed, Broken, Crashed, Skipped } Status = Analysed;
  std::string File;
  std::vector<Finding> Findings;
  std::vector<Suppression> Suppressions;
  std::vector<std::string> Errors;   // of the compiler, or how it crashed
  std::vector<std::string> Remarks;  // such as: flags that were left out
  std::vector<std::string> Problems; // in the configuration
  std::vector<std::string> Inputs;   // the files it reads, if it was scanned
  bool Remembered = false;           // the result comes from the cache
  bool Unaffected = false;           // skipped: no change can affect it
};

/// A result as text.
std::string encode(const FileResult &F, const FactsSeen &Facts);

/// Reads what `encode` wrote into \p F, and adds its facts to \p Facts. False
/// if
/// \p Text is no whole result; both are then as they were.
bool decode(llvm::StringRef Text, FileResult &F, FactsSeen &Facts);

} // namespace coro

#endif
