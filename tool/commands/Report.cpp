// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint report: shows the reports of debug mode, alone or compared with the
// findings of the checker.
#include "Console.h"
#include "Paths.h"
#include "RunLog.h"
#include "commands/Command.h"
#include "gate/Gate.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace coro {

cl::SubCommand &reportCommand() {
  static cl::SubCommand Command("report",
                                "show what debug mode wrote to AIO_DEBUG_LOG");
  return Command;
}

static cl::list<std::string> RunLogs(cl::Positional, cl::desc("RUNLOG..."),
                                     cl::OneOrMore, cl::sub(reportCommand()),
                                     cl::cat(category()));
static cl::opt<std::string>
    With("with", cl::desc("Findings of 'corolint --format=json' to compare"),
         cl::value_desc("STATIC.json"), cl::sub(reportCommand()),
         cl::cat(category()));
static cl::opt<std::string>
    FormatName("format", cl::desc("How findings are written"),
               cl::value_desc("FORMAT"), cl::init("text"),
               cl::sub(reportCommand()), cl::cat(category()));

static void writeFindings(const Format &F, const std::vector<Finding> &All) {
  F.Write(outs(),
          {All, {}, F.Name == "text" ? currentDirectory() : findRoot({})});
}

int report(const CompilerFlags &) {
  const Format *OutputFormat = findFormat(FormatName);
  if (!OutputFormat) {
    complain() << unknownFormat(FormatName) << '\n';
    return BadUsage;
  }
  RunLogReader Reader;
  for (const std::string &File : RunLogs) {
    auto Buffer = MemoryBuffer::getFileOrSTDIN(File, /*IsText=*/true);
    if (!Buffer) {
      complain() << "cannot read run log '" << File
                 << "': " << Buffer.getError().message() << '\n';
      return BadUsage;
    }
    Reader.read(File, (*Buffer)->getBuffer());
  }
  RunLog Log = Reader.take();
  size_t Total = Log.Findings.size();
  std::string Summary;
  if (With.empty()) {
    writeFindings(*OutputFormat, Log.Findings);
    Summary = plural(Log.Reports, "report");
  } else {
    auto Static = readFindings(With, findRoot({}));
    if (!Static)
      return BadUsage;
    if (!Static->Errors.empty())
      errs() << "corolint: '" << With
             << "' is of a run that could not analyse every file\n";
    Joined J = join(std::move(Static->Findings), std::move(Log.Findings));
    std::vector<Finding> All;
    for (auto [Words, Part] :
         {std::pair("confirmed at run time", &J.Both),
          std::pair("seen only statically", &J.StaticOnly),
          std::pair("seen only at run time", &J.RunOnly)}) {
      std::string Head = std::to_string(Part->size()) + " " + Words;
      Summary += (Summary.empty() ? "" : ", ") + Head;
      if (OutputFormat->Name == "text" && !Part->empty()) {
        outs() << "-- " << Head << '\n';
        writeFindings(*OutputFormat, *Part);
      }
      All.insert(All.end(), Part->begin(), Part->end());
    }
    llvm::sort(All);
    Total = All.size();
    if (OutputFormat->Name != "text")
      writeFindings(*OutputFormat, All);
  }
  if (int Failed = finishOutput())
    return Failed;
  errs() << "corolint: " << plural(Total, "finding") << ": " << Summary << '\n';
  for (const auto &[What, Places] : Log.Allowed)
    errs() << What.first << " is allowed at " << plural(Places, "place") << ": "
           << What.second << '\n';
  for (const std::string &Problem : Log.Problems)
    errs() << Problem << '\n';
  if (!Log.Problems.empty()) {
    complain() << plural(Log.Problems.size(), "line") << " could not be read\n";
    return NotAnalysed;
  }
  return Total == 0 ? Clean : HasFindings;
}

} // namespace coro
