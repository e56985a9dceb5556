// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the program says on standard error, and the codes that it exits with.
#ifndef COROLINT_TOOL_CONSOLE_H
#define COROLINT_TOOL_CONSOLE_H

#include "llvm/Support/raw_ostream.h"
#include <string>

namespace coro {

/// The exit codes of the program. Documented in docs/guide/checker.md.
enum ExitCode {
  Clean = 0,
  HasFindings = 1,
  BadUsage = 2,     // the command line, the configuration, or a facts file
  NotAnalysed = 3,  // some file could not be analysed
  NotWritten = 4,   // the output could not be written
  Interrupted = 130 // SIGINT, SIGTERM or SIGHUP
};

/// Standard error, after "corolint: error: ".
llvm::raw_ostream &complain();

/// "1 file", "2 files".
std::string plural(size_t N, const char *Word);

/// Flushes standard output; `Clean` or, after a message, `NotWritten`.
int finishOutput();

} // namespace coro

#endif
