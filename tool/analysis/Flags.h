// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns the compile command of any compiler into one for this Clang, which
// reads only.
#ifndef COROLINT_TOOL_ANALYSIS_FLAGS_H
#define COROLINT_TOOL_ANALYSIS_FLAGS_H

#include "clang/Tooling/ArgumentsAdjusters.h"
#include <string>
#include <vector>

namespace clang::tooling {
class ClangTool;
}

namespace coro {

/// The directory of Clang's own headers, for `-resource-dir`.
std::string resourceDirectory();

/// Makes \p Tool turn every command into one that Clang understands and that
/// writes no file. What is left out is said in \p Remarks.
void adjustFlags(clang::tooling::ClangTool &Tool,
                 std::vector<std::string> &Remarks);

} // namespace coro

#endif
