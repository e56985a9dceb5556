// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The NOLINT comments of one translation unit that name our rules, and which
// of them silence a finding.
#ifndef COROLINT_TOOL_ANALYSIS_SUPPRESSIONS_H
#define COROLINT_TOOL_ANALYSIS_SUPPRESSIONS_H

#include "analysis/Suppression.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include <set>
#include <vector>

namespace coro {

/// Collects what NOLINT comments say and stop in one translation unit.
class Suppressions {
public:
  void directory(llvm::StringRef Path) { Directory = Path.str(); }

  /// Reads the comments of the user's files. Must not outlive this.
  std::unique_ptr<clang::ASTConsumer> collector();

  /// A NOLINT comment has stopped this diagnostic of \p Rule.
  void stopped(const clang::Diagnostic &Info, llvm::StringRef Rule);

  /// Every suppression of a rule that is on, as \p Enabled answers.
  std::vector<Suppression>
  take(llvm::function_ref<bool(llvm::StringRef)> Enabled);

private:
  class Collector;
  struct Directive {
    Suppression What;
    unsigned First, Last; // the lines it is for
  };
  void read(llvm::StringRef File, llvm::StringRef Text);
  std::vector<Directive> Directives;
  std::set<std::tuple<std::string, unsigned, std::string>> Stopped;
  std::string Directory;
};

} // namespace coro

#endif
