// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which files have to be parsed, and under which keys their results are
// remembered.
#ifndef COROLINT_TOOL_PROJECT_INPUTS_H
#define COROLINT_TOOL_PROJECT_INPUTS_H

#include "project/Cache.h"
#include "project/Scan.h"

namespace coro {

/// What is known of a file before it is parsed.
struct FileInputs {
  bool Scanned = false; // `Inputs` is complete
  bool Related = true;  // reaches coroutines
  std::vector<std::string> Inputs;
  std::string Key;   // of the result; empty: not to be remembered
  uint64_t Size = 0; // of all inputs, in bytes
};

/// Scans the files of \p R, or takes earlier scans from \p Remembered whose
/// every input is as it was. Answers false when a signal came.
bool findInputs(const Request &R, Cache &Remembered,
                std::vector<FileInputs> &Out);

} // namespace coro

#endif
