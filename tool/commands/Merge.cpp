// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint merge: joins the findings of earlier runs and puts them through the
// gate.
#include "Console.h"
#include "commands/Command.h"
#include "commands/GateOptions.h"

using namespace llvm;

namespace coro {

cl::SubCommand &mergeCommand() {
  static cl::SubCommand Command("merge",
                                "join the JSON outputs of several runs");
  return Command;
}

namespace {

cl::list<std::string> Merged(cl::Positional, cl::desc("FINDINGS.json..."),
                             cl::OneOrMore, cl::sub(mergeCommand()),
                             cl::cat(category()));

} // namespace

int merge(const CompilerFlags &) {
  GateOptions O;
  if (!gateOptions(O))
    return BadUsage;
  if (O.Root.empty())
    O.Root = findRoot({});
  GateInput Input;
  for (const std::string &File : Merged) {
    auto Stored = readFindings(File, O.Root);
    if (!Stored)
      return BadUsage;
    for (std::string &Error : Stored->Errors)
      if (!is_contained(Input.Errors, Error)) {
        errs() << Error << '\n';
        Input.Errors.push_back(std::move(Error));
      }
    for (Finding &F : Stored->Findings)
      if (none_of(Input.Findings, [&](const Finding &Other) {
            return Other.At == F.At && Other.Rule == F.Rule;
          }))
        Input.Findings.push_back(std::move(F));
  }
  Input.In = " in " + plural(Merged.size(), "run");
  const bool Whole = Input.Errors.empty();
  if (!Whole)
    Input.Also.emplace_back("not all files could be analysed");
  int Verdict = judge(std::move(Input), O);
  return Whole || Verdict == BadUsage || Verdict == NotWritten
             ? Verdict
             : int(NotAnalysed);
}

} // namespace coro
