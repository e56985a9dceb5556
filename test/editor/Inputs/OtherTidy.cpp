// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A clang-tidy plugin that somebody else wrote: it counts the gotos.
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"

using namespace clang;

namespace {

class NoGoto : public tidy::ClangTidyCheck {
public:
  using ClangTidyCheck::ClangTidyCheck;
  void registerMatchers(ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(ast_matchers::gotoStmt().bind("goto"), this);
  }
  void check(const ast_matchers::MatchFinder::MatchResult &Result) override {
    diag(Result.Nodes.getNodeAs<GotoStmt>("goto")->getBeginLoc(), "goto considered harmful");
  }
};

class OtherModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    Factories.registerCheck<NoGoto>("other-goto");
  }
};

tidy::ClangTidyModuleRegistry::Add<OtherModule> module("other", "Somebody else's checks.");

} // namespace
