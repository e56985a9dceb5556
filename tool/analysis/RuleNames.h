// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The names of rules on the command line, with suggestions for misspelled ones.
#ifndef COROLINT_TOOL_ANALYSIS_RULENAMES_H
#define COROLINT_TOOL_ANALYSIS_RULENAMES_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace coro {

/// Turns \p List, names and globs separated by commas, into globs over full
/// names; false after a message.
bool findRules(llvm::StringRef List, std::vector<std::string> &Globs);

/// Prints that there is no rule \p Name, and the most similar name.
void noSuchRule(llvm::StringRef Name);

} // namespace coro

#endif
