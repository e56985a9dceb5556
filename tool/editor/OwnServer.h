// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A language server that shows only our findings, for editors that have another
// server for everything else.
#ifndef COROLINT_TOOL_EDITOR_OWNSERVER_H
#define COROLINT_TOOL_EDITOR_OWNSERVER_H

#include "project/Project.h"

namespace coro {

/// The options of the command line, which apply to every file.
struct ServerOptions {
  std::string BuildDir;
  CompilerFlags Flags;
  std::vector<std::string> Rules;      // globs
  std::vector<std::string> FactsFiles; // absolute
};

/// Serves a client on standard input and output until it sends `exit`. Returns
/// the exit code.
int serveFindings(const ServerOptions &Options);

} // namespace coro

#endif
