// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint list and corolint explain: print the rules and their pages.
#include "Check.h"
#include "Console.h"
#include "Pages.h"
#include "analysis/RuleNames.h"
#include "commands/Command.h"

using namespace llvm;

namespace coro {

cl::SubCommand &listCommand() {
  static cl::SubCommand Command("list", "list the rules and their options");
  return Command;
}

cl::SubCommand &explainCommand() {
  static cl::SubCommand Command("explain", "show the page of a rule");
  return Command;
}

static cl::opt<std::string> ExplainId(cl::Positional, cl::desc("ID"),
                                      cl::Required, cl::sub(explainCommand()),
                                      cl::cat(category()));

int list(const CompilerFlags &) {
  clang::tidy::ClangTidyContext Context(
      std::make_unique<clang::tidy::DefaultOptionsProvider>(
          clang::tidy::ClangTidyGlobalOptions(),
          clang::tidy::ClangTidyOptions()));
  for (const Registration &R : registrations()) {
    outs() << StringRef(R.What->Rule.data(), R.What->Rule.size()) << " ("
           << (R.What->Level == Severity::Error ? "error" : "warning")
           << "): " << StringRef(R.What->Summary.data(), R.What->Summary.size())
           << '\n';
    auto Rule = R.Make(&Context);
    for (const OptionBase *O : Rule->options())
      outs() << "    " << O->Name << " = " << O->defaultText() << ": " << O->Doc
             << '\n';
  }
  return finishOutput();
}

int explain(const CompilerFlags &) {
  StringRef Id = ExplainId;
  Id.consume_front("coro-");
  for (size_t I = 0; I < PageCount; ++I)
    if (Id == Pages[I].Id) {
      outs() << Pages[I].Text;
      return finishOutput();
    }
  noSuchRule(ExplainId);
  return BadUsage;
}

} // namespace coro
