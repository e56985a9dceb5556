// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What we use of clangd that no header declares and no one promises. A test
// looks for each of these names in LLVM's archives.
#ifndef COROLINT_TOOL_EDITOR_CLANGD_UNSTABLE_H
#define COROLINT_TOOL_EDITOR_CLANGD_UNSTABLE_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace coro {

/// All of clangd.
int clangdMain(int Count, char **Values);

/// The names of all checks in this program.
std::set<std::string> registeredChecks();

/// clangd runs only checks it has measured to be fast. \p Check is run as well,
/// as ours are.
void allowInEditor(llvm::StringRef Check);

} // namespace coro

#endif
