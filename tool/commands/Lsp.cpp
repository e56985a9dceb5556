// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint lsp: a language server with our findings only, for an editor that
// has another server for everything else.
#include "Console.h"
#include "Paths.h"
#include "analysis/FactsFiles.h"
#include "analysis/RuleNames.h"
#include "commands/Command.h"
#include "editor/OwnServer.h"
#include "editor/Relay.h"

using namespace llvm;

namespace coro {

cl::SubCommand &lspCommand() {
  static cl::SubCommand Command(
      "lsp", "serve an editor with findings, beside its own language server");
  return Command;
}

static cl::opt<std::string>
    BuildDir("p", cl::desc("Directory with compile_commands.json"),
             cl::value_desc("BUILD_DIR"), cl::sub(lspCommand()),
             cl::cat(category()));
static cl::list<std::string>
    FactsFiles("facts", cl::desc("Facts about a library of yours"),
               cl::value_desc("FILE"), cl::sub(lspCommand()),
               cl::cat(category()));
static cl::opt<std::string>
    Rules("rules", cl::desc("Rules to run: names or globs, comma separated"),
          cl::value_desc("LIST"), cl::sub(lspCommand()), cl::cat(category()));
static cl::list<std::string>
    RunLogs("run-log",
            cl::desc("Show what a program wrote to AIO_DEBUG_LOG=FILE, and "
                     "watch the file"),
            cl::value_desc("FILE"), cl::sub(lspCommand()), cl::cat(category()));

int lsp(const CompilerFlags &Flags) {
  ServerOptions Options;
  Options.Flags = Flags;
  if (!BuildDir.empty())
    Options.BuildDir = absolutePath(BuildDir);
  if (!findRules(Rules, Options.Rules) ||
      !checkFactsFiles(FactsFiles, Options.FactsFiles))
    return BadUsage;
  std::vector<std::string> Logs;
  for (const std::string &Log : RunLogs)
    Logs.push_back(absolutePath(Log));
  return relay("corolint lsp", Logs, [&] { return serveFindings(Options); });
}

} // namespace coro
