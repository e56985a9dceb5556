// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the options of the gate for both commands, and reads them.
#include "commands/GateOptions.h"
#include "Console.h"
#include "Paths.h"
#include "commands/Command.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace coro {

namespace {

#define CHECK_AND_MERGE                                                        \
  cl::sub(cl::SubCommand::getTopLevel()), cl::sub(checkCommand()),             \
      cl::sub(mergeCommand()), cl::cat(category())

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

} // namespace coro
