// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which files are analysed, and with which compile commands.
#ifndef COROLINT_TOOL_PROJECT_PROJECT_H
#define COROLINT_TOOL_PROJECT_PROJECT_H

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <string>
#include <vector>

namespace coro {

/// The arguments after `--` on the command line.
struct CompilerFlags {
  bool Given = false;
  std::vector<std::string> Flags;
};

/// The root that paths in outputs are relative to: the directory above \p
/// Sources that holds `.git`, or else the current directory.
std::string findRoot(llvm::ArrayRef<std::string> Sources);

/// The compile commands: \p Flags if given, or else those of \p BuildDir, or
/// else the nearest above the sources. Null after a message.
std::unique_ptr<clang::tooling::CompilationDatabase>
findCommands(llvm::StringRef BuildDir, const CompilerFlags &Flags,
             llvm::ArrayRef<std::string> Sources);

/// The files to analyse, absolute; empty after a message.
std::vector<std::string>
findFiles(const clang::tooling::CompilationDatabase &Commands,
          llvm::ArrayRef<std::string> Wanted);

} // namespace coro

#endif
