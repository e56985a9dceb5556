// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses the command line, and runs the subcommand that it names.
#include "Console.h"
#include "commands/Command.h"
#include "clang/Basic/Version.h"

using namespace llvm;

namespace coro {

cl::OptionCategory &category() {
  static cl::OptionCategory Category("corolint");
  return Category;
}

namespace {

constexpr Command Commands[] = {
    {checkCommand, check},   {configCommand, config}, {explainCommand, explain},
    {factsCommand, facts},   {listCommand, list},     {lspCommand, lsp},
    {mergeCommand, merge},   {psCommand, ps},         {pstreeCommand, pstree},
    {reportCommand, report},
};

int run(int Count, const char **Arguments) {
  // Everything after "--" is for the compiler.
  std::vector<const char *> Own;
  CompilerFlags Flags;
  for (int I = 0; I < Count; ++I) {
    if (!Flags.Given && StringRef(Arguments[I]) == "--")
      Flags.Given = true;
    else if (Flags.Given)
      Flags.Flags.push_back(Arguments[I]);
    else
      Own.push_back(Arguments[I]);
  }
  cl::HideUnrelatedOptions(category());
  for (const Command &C : Commands)
    cl::HideUnrelatedOptions(category(), C.Sub());
  cl::SetVersionPrinter([](raw_ostream &OS) {
    OS << "corolint " COROLINT_VERSION " (Clang " CLANG_VERSION_STRING ")\n";
  });
  std::string Message;
  raw_string_ostream Errors(Message);
  if (!cl::ParseCommandLineOptions(
          static_cast<int>(Own.size()), Own.data(),
          "corolint finds the pitfalls of C++20 coroutines.\n", &Errors)) {
    errs() << Message;
    return BadUsage;
  }
  for (const Command &C : Commands)
    if (C.Sub())
      return C.Run(Flags);
  return check(Flags);
}

} // namespace
} // namespace coro

int main(int Count, const char **Arguments) {
  return coro::run(Count, Arguments);
}
