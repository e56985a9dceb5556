// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The configuration of the rules: `.clang-tidy` files and the command line.
#ifndef COROLINT_TOOL_ANALYSIS_CONFIGURATION_H
#define COROLINT_TOOL_ANALYSIS_CONFIGURATION_H

#include "clang-tidy/ClangTidyOptions.h"
#include <set>
#include <string>
#include <vector>

namespace coro {

struct Request;

/// The options from the `.clang-tidy` files that apply to \p File. Only what
/// they say about our rules counts; a rule that they do not mention is on.
clang::tidy::ClangTidyOptions optionsFor(const Request &R,
                                         llvm::StringRef File);

/// The mistakes in the `.clang-tidy` files that apply to \p File, one message
/// each, with file and line. Skips the directories in \p Seen, and adds to
/// them.
std::vector<std::string> configurationErrors(llvm::StringRef File,
                                             std::set<std::string> &Seen);

/// One value of the effective configuration, and the file that sets it.
struct Setting {
  std::string Name;
  std::string Value;
  std::string From; // a path, or "default"
};

/// Every setting that applies to \p File, sorted by name.
std::vector<Setting> effectiveSettings(llvm::StringRef File);

} // namespace coro

#endif
