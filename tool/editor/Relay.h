// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a language server in a child process, with the filter between it and the
// editor.
#ifndef COROLINT_TOOL_EDITOR_RELAY_H
#define COROLINT_TOOL_EDITOR_RELAY_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>
#include <vector>

namespace coro {

/// Forks; the child runs \p Server on standard input and output and exits with
/// what it returns. Here messages are passed on through the filter until both
/// sides are done. Answers what the program is to exit with.
///
/// The child never outlives this process, however either of them ends. \p Name
/// opens every message on standard error.
///
/// **Thread safety**: call it from a program with one thread.
int relay(llvm::StringRef Name, const std::vector<std::string> &RunLogs,
          const std::function<int()> &Server);

} // namespace coro

#endif
