// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The inputs of each file: all files that it reads, whether any of them
// concerns coroutines, and the cache key that follows from them.
#ifndef COROLINT_TOOL_PROJECT_INPUTS_H
#define COROLINT_TOOL_PROJECT_INPUTS_H

#include "project/Cache.h"
#include "project/Scan.h"

namespace coro {

/// What is known of a file before it is parsed.
struct FileInputs {
  bool Scanned = false; // `Inputs` is complete
  bool Related = true;  // may contain or call a coroutine
  std::vector<std::string> Inputs;
  std::string Key;   // of the result in the cache; empty: none
  uint64_t Size = 0; // of all inputs, in bytes
};

/// Scans the files of \p R. Takes the scan from \p Remembered if none of its
/// inputs has changed. Returns false if a signal stopped it.
bool findInputs(const Request &R, Cache &Remembered,
                std::vector<FileInputs> &Out);

} // namespace coro

#endif
