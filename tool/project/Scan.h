// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a file includes, told without parsing it.
#ifndef COROLINT_TOOL_PROJECT_SCAN_H
#define COROLINT_TOOL_PROJECT_SCAN_H

#include "analysis/Request.h"

namespace coro {

/// What the preprocessor looked at for one file.
struct Scanned {
  bool Complete = false;            // false: an error, or modules
  std::vector<std::string> Inputs;  // every file read, the source first
  std::vector<std::string> Missing; // every path looked for in vain
};

/// Scans \p Files in this process.
std::vector<Scanned> scan(const Request &R, llvm::ArrayRef<std::string> Files);

/// As lines of text, and back; false if it is no such text.
std::string encode(const Scanned &S);
bool decode(llvm::StringRef Text, Scanned &S);

} // namespace coro

#endif
