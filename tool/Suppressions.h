// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NOLINT comments that name our rules, and whether they silence anything.
#ifndef COROLINT_TOOL_SUPPRESSIONS_H
#define COROLINT_TOOL_SUPPRESSIONS_H

#include "Finding.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include <set>

namespace coro {

/// What an editor writes where the user is to say why. It is no reason.
inline constexpr llvm::StringLiteral MissingReason = "why?";

/// One rule or glob in one NOLINT comment.
struct Suppression {
  Place At;
  std::string Rule;    // as written: "coro-sync-wait", "coro-*"
  bool Reason = false; // ": why" follows
  bool Known = true;   // there is such a rule
  bool Used = false;   // it silences a finding
  auto operator<=>(const Suppression &) const = default;
};

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
  std::string absolute(llvm::StringRef Path) const;
  std::vector<Directive> Directives;
  std::set<std::tuple<std::string, unsigned, std::string>> Stopped;
  std::string Directory;
};

/// What is wrong with suppressions, as findings of severity "note": those that
/// silence nothing in any translation unit, and those that name no rule. With
/// \p WantReasons, those without a reason too, as warnings.
std::vector<Finding> judge(std::vector<Suppression> All, bool WantReasons);

} // namespace coro

#endif
