// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A language server that knows nothing but our findings, for those who have
// another one for everything else.
#ifndef COROLINT_TOOL_EDITOR_OWNSERVER_H
#define COROLINT_TOOL_EDITOR_OWNSERVER_H

#include "project/Project.h"

namespace coro {

/// What the command line says for every file.
struct ServerOptions {
  std::string BuildDir;
  CompilerFlags Flags;
  std::vector<std::string> Rules;      // globs
  std::vector<std::string> FactsFiles; // absolute
};

/// Serves on standard input and output until the client says `exit`; what to
/// exit with.
int serveFindings(const ServerOptions &Options);

} // namespace coro

#endif
