// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint merge: the findings of earlier runs through the gate; and the
// options of the gate, which check has too.
#include "GateCommand.h"

using namespace llvm;

namespace coro {

cl::SubCommand &mergeCommand() {
  static cl::SubCommand Command("merge",
                                "join the JSON outputs of several runs");
  return Command;
}

namespace {

#define CHECK_AND_MERGE                                                        \
  cl::sub(cl::SubCommand::getTopLevel()), cl::sub(checkCommand()),             \
      cl::sub(mergeCommand()), cl::cat(category())

cl::list<std::string> Merged(cl::Positional, cl::desc("FINDINGS.json..."),
                             cl::OneOrMore, cl::sub(mergeCommand()),
                             cl::cat(category()));

cl::opt<std::string> FormatName(
    "format",
    cl::desc("What goes to standard output: text, json, sarif, gitlab, github, "
             "rdjson, junit, html"),
    cl::value_desc("FORMAT"), cl::init("text"), CHECK_AND_MERGE);
cl::list<std::string> OutputFiles("output",
                                  cl::desc("Also write a file (repeatable)"),
                                  cl::value_desc("FORMAT:PATH"),
                                  CHECK_AND_MERGE);
cl::opt<std::string> FailOn("fail-on",
                            cl::desc("Least level that fails: error, warning "
                                     "(default), note, never"),
                            cl::value_desc("LEVEL"), cl::init("warning"),
                            CHECK_AND_MERGE);
cl::opt<std::string>
    Level("level",
          cl::desc("Least level that is reported: error, warning, note "
                   "(default)"),
          cl::value_desc("LEVEL"), cl::init("note"), CHECK_AND_MERGE);
cl::opt<std::string> BaselineFile("baseline",
                                  cl::desc("Findings that are known"),
                                  cl::value_desc("FILE"), CHECK_AND_MERGE);
cl::opt<bool> UpdateBaseline("update-baseline",
                             cl::desc("Write the baseline anew"),
                             CHECK_AND_MERGE);
cl::opt<std::string>
    Root("root", cl::desc("Directory that paths in outputs start from"),
         cl::value_desc("DIR"), CHECK_AND_MERGE);

} // namespace

bool gateOptions(GateOptions &O) {
  O.FormatGiven = FormatName.getNumOccurrences() != 0;
  O.FailOn = FailOn;
  O.Level = Level;
  O.BaselineFile = BaselineFile;
  O.UpdateBaseline = UpdateBaseline;
  O.RootGiven = !Root.empty();
  if (O.RootGiven) {
    O.Root = absolutePath(Root);
    if (!sys::fs::is_directory(O.Root)) {
      complain() << "'--root=" << Root << "': no such directory\n";
      return false;
    }
  }
  return readGateOptions(
      O, std::vector<std::string>(OutputFiles.begin(), OutputFiles.end()),
      FormatName);
}

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
