// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compile commands of any compiler, made into Clang's.
#ifndef COROLINT_TOOL_ANALYSIS_FLAGS_H
#define COROLINT_TOOL_ANALYSIS_FLAGS_H

#include "clang/Tooling/ArgumentsAdjusters.h"
#include <string>
#include <vector>

namespace clang::tooling {
class ClangTool;
}

namespace coro {

/// Clang's own headers: what `-resource-dir` must be.
std::string resourceDirectory();

/// Makes \p Tool turn every command into one that Clang understands and that
/// writes no file. What is left out is said in \p Remarks.
void adjustFlags(clang::tooling::ClangTool &Tool,
                 std::vector<std::string> &Remarks);

} // namespace coro

#endif
