// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A request to analyse files: which files, with which commands, rules and
// options.
#ifndef COROLINT_TOOL_ANALYSIS_REQUEST_H
#define COROLINT_TOOL_ANALYSIS_REQUEST_H

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <set>
#include <string>
#include <vector>

namespace coro {

struct Request {
  std::vector<std::string> Files; // absolute
  const clang::tooling::CompilationDatabase *Commands = nullptr;
  std::vector<std::string> Rules;      // globs over rule names; empty: all
  std::vector<std::string> FactsFiles; // absolute
  unsigned Jobs = 1;
  unsigned Timeout = 0;              // seconds for a file; 0: no limit
  bool SkipUnrelated = false;        // skip files that reach no coroutine
  std::set<std::string> AlwaysParse; // except these
  std::string CacheDirectory;        // empty: no cache
  /// Unless null: parse only what reads one of these, or lies below a changed
  /// `.clang-tidy`.
  const std::set<std::string> *Changed = nullptr;
  /// The file system that sources are read from; null: the disk.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Sources;
};

} // namespace coro

#endif
