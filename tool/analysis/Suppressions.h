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

/// Collects the NOLINT comments of one translation unit, and the diagnostics
/// that they silence.
class Suppressions {
public:
  void directory(llvm::StringRef Path) { Directory = Path.str(); }

  /// A consumer that reads the comments of the user's files into this object,
  /// and must not outlive it.
  std::unique_ptr<clang::ASTConsumer> collector();

  /// Notes that a NOLINT comment has silenced this diagnostic of \p Rule.
  void stopped(const clang::Diagnostic &Info, llvm::StringRef Rule);

  /// The suppressions of rules that are on, as \p Enabled answers.
  std::vector<Suppression>
  take(llvm::function_ref<bool(llvm::StringRef)> Enabled);

private:
  class Collector;
  struct Directive {
    Suppression What;
    unsigned First, Last; // the lines that it applies to
  };
  void read(llvm::StringRef File, llvm::StringRef Text);
  std::vector<Directive> Directives;
  std::set<std::tuple<std::string, unsigned, std::string>> Stopped;
  std::string Directory;
};

} // namespace coro

#endif
