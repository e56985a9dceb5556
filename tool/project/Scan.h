// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds all files that a source includes, without parsing it.
#ifndef COROLINT_TOOL_PROJECT_SCAN_H
#define COROLINT_TOOL_PROJECT_SCAN_H

#include "analysis/Request.h"

namespace coro {

/// The files that the preprocessor looked for on behalf of one source.
struct Scanned {
  bool Complete = false;           // false: it has an error, or imports modules
  std::vector<std::string> Inputs; // every file read, the source first
  std::vector<std::string> Missing; // every path that does not exist
};

/// Scans \p Files in this process.
std::vector<Scanned> scan(const Request &R, llvm::ArrayRef<std::string> Files);

/// Writes a scan as text, and reads it back; false if the text is malformed.
std::string encode(const Scanned &S);
bool decode(llvm::StringRef Text, Scanned &S);

} // namespace coro

#endif
