// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Applies the fixes of findings to files, or shows them as a diff.
#ifndef COROLINT_TOOL_GATE_FIXES_H
#define COROLINT_TOOL_GATE_FIXES_H

#include "Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace coro {

/// The text of a file before and after its fixes.
struct FixedFile {
  std::string File;
  std::string Before;
  std::string After;
};

/// Applies the fixes of \p Findings in memory: the safe ones, and with
/// \p Unsafe all. Of fixes that overlap, the first is taken. Those applied are
/// taken out of \p Findings. A file that cannot be read is left out.
std::vector<FixedFile> applyFixes(std::vector<Finding> &Findings, bool Unsafe);

/// Writes a unified diff with paths relative to \p Root.
void writeDiff(llvm::raw_ostream &OS, const FixedFile &F, llvm::StringRef Root);

/// Replaces the file, keeping its mode; whole or not at all.
std::error_code store(const FixedFile &F);

} // namespace coro

#endif
