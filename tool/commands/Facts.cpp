// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint facts: checks that every entity of facts files exists.
#include "Console.h"
#include "analysis/FactsFiles.h"
#include "commands/Command.h"
#include "project/Analysis.h"

using namespace llvm;

namespace coro {

cl::SubCommand &factsCommand() {
  static cl::SubCommand Command(
      "facts",
      "check that every entity of facts files exists in a source file");
  return Command;
}

static cl::opt<std::string>
    BuildDir("p", cl::desc("Directory with compile_commands.json"),
             cl::value_desc("BUILD_DIR"), cl::sub(factsCommand()),
             cl::cat(category()));
static cl::list<std::string>
    FactsPositional(cl::Positional, cl::desc("FACTS..."), cl::OneOrMore,
                    cl::sub(factsCommand()), cl::cat(category()));
static cl::list<std::string>
    FactsIn("in", cl::desc("The source that uses the library"),
            cl::value_desc("SOURCE"), cl::OneOrMore, cl::sub(factsCommand()),
            cl::cat(category()));

int facts(const CompilerFlags &Flags) {
  Request R;
  if (!checkFactsFiles(std::vector<std::string>(FactsPositional.begin(),
                                                FactsPositional.end()),
                       R.FactsFiles))
    return BadUsage;
  std::vector<std::string> Sources(FactsIn.begin(), FactsIn.end());
  auto Commands = findCommands(BuildDir, Flags, Sources);
  if (!Commands)
    return BadUsage;
  R.Commands = Commands.get();
  R.Files = findFiles(*Commands, Sources);
  if (R.Files.empty())
    return BadUsage;
  bool Broken = false;
  RunResult Run = analyse(R, [&](const FileResult &F) {
    for (const std::string &Error : F.Errors)
      errs() << Error << '\n';
    Broken |= F.Status != FileResult::Analysed;
  });
  if (Run.Interrupted)
    return Interrupted;
  if (Broken)
    return NotAnalysed;
  if (!reportFacts(Run.Facts, /*Strict=*/true))
    return BadUsage;
  outs() << plural(Run.Facts.Lines.size(), "fact") << ", all of them exist\n";
  return finishOutput();
}

} // namespace coro
