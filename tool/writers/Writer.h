// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every output is a function of the findings.
#ifndef COROLINT_TOOL_WRITERS_WRITER_H
#define COROLINT_TOOL_WRITERS_WRITER_H

#include "Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace coro {

/// For people and for editors that read compiler output: one line a finding
/// with its source line, notes below it. Paths are relative to \p Root where
/// they are below it.
void writeText(llvm::raw_ostream &OS, const std::vector<Finding> &Findings,
               llvm::StringRef Root);

/// A JSON array with one object a finding.
void writeJson(llvm::raw_ostream &OS, const std::vector<Finding> &Findings);

} // namespace coro

#endif
