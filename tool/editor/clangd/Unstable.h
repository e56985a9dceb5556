// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The internal functions of clangd that we use. No header declares them, so a
// test looks for each of them in the archives of LLVM.
#ifndef COROLINT_TOOL_EDITOR_CLANGD_UNSTABLE_H
#define COROLINT_TOOL_EDITOR_CLANGD_UNSTABLE_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace coro {

/// The main function of clangd.
int clangdMain(int Count, char **Values);

/// The names of all checks in this program.
std::set<std::string> registeredChecks();

/// Makes clangd run \p Check. By default it runs only checks that were measured
/// to be fast, and ours.
void allowInEditor(llvm::StringRef Check);

} // namespace coro

#endif
