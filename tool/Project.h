// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is analysed: compile commands, files, rules and facts, as the command
// line names them.
#ifndef COROLINT_TOOL_PROJECT_H
#define COROLINT_TOOL_PROJECT_H

#include "Analysis.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace coro {

/// What the program answers with. Documented in docs/guide/checker.md.
enum ExitCode {
  Clean = 0,
  HasFindings = 1,
  BadUsage = 2,     // the command line, the configuration, or a facts file
  NotAnalysed = 3,  // some file could not be analysed
  NotWritten = 4,   // the output could not be written
  Interrupted = 130 // SIGINT, SIGTERM or SIGHUP
};

/// What stands behind `--` on the command line.
struct CompilerFlags {
  bool Given = false;
  std::vector<std::string> Flags;
};

/// Standard error, after "corolint: error: ".
llvm::raw_ostream &complain();

/// "1 file", "2 files".
std::string plural(size_t N, const char *Word);

/// The current directory, or "." when it has been deleted.
std::string currentDirectory();
std::string absolutePath(llvm::StringRef Path);
bool isBelow(llvm::StringRef File, llvm::StringRef Directory);

/// The directory that paths in outputs start from: the one above \p Sources
/// that holds `.git`, or else the current one.
std::string findRoot(llvm::ArrayRef<std::string> Sources);

/// The compile commands in \p BuildDir or above the sources, or made of
/// \p Flags. Null after a message.
std::unique_ptr<clang::tooling::CompilationDatabase>
findCommands(llvm::StringRef BuildDir, const CompilerFlags &Flags,
             llvm::ArrayRef<std::string> Sources);

/// The files to analyse, absolute; empty after a message.
std::vector<std::string>
findFiles(const clang::tooling::CompilationDatabase &Commands,
          llvm::ArrayRef<std::string> Wanted);

/// The rules of \p List, comma separated names and globs, as globs over full
/// names; false after a message.
bool findRules(llvm::StringRef List, std::vector<std::string> &Globs);

/// Says that there is no rule \p Name, and which one may be meant.
void noSuchRule(llvm::StringRef Name);

/// Reads the facts files once, for their errors; false after a message.
bool checkFactsFiles(llvm::ArrayRef<std::string> Files,
                     std::vector<std::string> &Absolute);

/// Says which entities of the user's facts exist nowhere. With \p Strict, every
/// one is an error; otherwise only one whose scope exists.
bool reportFacts(const FactsSeen &Seen, bool Strict);

/// Flushes standard output; `Clean` or, after a message, `NotWritten`.
int finishOutput();

} // namespace coro

#endif
