// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What `.clang-tidy` files and the command line say of the rules.
#ifndef COROLINT_TOOL_ANALYSIS_CONFIGURATION_H
#define COROLINT_TOOL_ANALYSIS_CONFIGURATION_H

#include "clang-tidy/ClangTidyOptions.h"
#include <set>
#include <string>
#include <vector>

namespace coro {

struct Request;

/// The options of the file's `.clang-tidy` chain; only its word on our rules
/// counts, and every rule is on unless it says otherwise.
clang::tidy::ClangTidyOptions optionsFor(const Request &R,
                                         llvm::StringRef File);

/// What is wrong with the `.clang-tidy` files that apply to \p File: one
/// message each, with file and line. \p Seen keeps what was looked at before.
std::vector<std::string> configurationErrors(llvm::StringRef File,
                                             std::set<std::string> &Seen);

/// One value of the effective configuration, and the file that says so.
struct Setting {
  std::string Name;
  std::string Value;
  std::string From; // a path, or "default"
};

/// Every setting that holds for \p File, sorted by name.
std::vector<Setting> effectiveSettings(llvm::StringRef File);

} // namespace coro

#endif
