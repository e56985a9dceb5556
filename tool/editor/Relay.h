// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a language server in a child process, and passes messages between it and
// the editor through the filter.
#ifndef COROLINT_TOOL_EDITOR_RELAY_H
#define COROLINT_TOOL_EDITOR_RELAY_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>
#include <vector>

namespace coro {

/// Forks. The child runs \p Server on its standard input and output, and exits
/// with the value that it returns. This process passes messages through the
/// filter until both sides have ended. Returns the exit code of the program.
///
/// The child never outlives this process. Messages on standard error begin with
/// \p Name.
///
/// **Thread safety**: only for a program with one thread, because it forks.
int relay(llvm::StringRef Name, const std::vector<std::string> &RunLogs,
          const std::function<int()> &Server);

} // namespace coro

#endif
