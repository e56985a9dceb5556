// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The subcommands of the program. Each is a function that returns an exit code.
#ifndef COROLINT_TOOL_COMMANDS_COMMAND_H
#define COROLINT_TOOL_COMMANDS_COMMAND_H

#include "project/Project.h"
#include "llvm/Support/CommandLine.h"

namespace coro {

/// The category of all options. These are functions because the options are
/// constructed before `main`, in any order.
llvm::cl::OptionCategory &category();

llvm::cl::SubCommand &checkCommand();
llvm::cl::SubCommand &configCommand();
llvm::cl::SubCommand &explainCommand();
llvm::cl::SubCommand &factsCommand();
llvm::cl::SubCommand &listCommand();
llvm::cl::SubCommand &lspCommand();
llvm::cl::SubCommand &mergeCommand();
llvm::cl::SubCommand &psCommand();
llvm::cl::SubCommand &pstreeCommand();
llvm::cl::SubCommand &reportCommand();

int check(const CompilerFlags &Flags);
int config(const CompilerFlags &Flags);
int explain(const CompilerFlags &Flags);
int facts(const CompilerFlags &Flags);
int list(const CompilerFlags &Flags);
int lsp(const CompilerFlags &Flags);
int merge(const CompilerFlags &Flags);
int ps(const CompilerFlags &Flags);
int pstree(const CompilerFlags &Flags);
int report(const CompilerFlags &Flags);

/// A subcommand of the program.
struct Command {
  llvm::cl::SubCommand &(*Sub)();
  int (*Run)(const CompilerFlags &);
};

} // namespace coro

#endif
