// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Many files in, findings out: what need not be parsed is not, and what was
// parsed before is remembered.
#ifndef COROLINT_TOOL_ANALYSIS_H
#define COROLINT_TOOL_ANALYSIS_H

#include "Finding.h"
#include "Suppressions.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace coro {

/// What to analyse, and how.
struct Request {
  std::vector<std::string> Files; // absolute
  const clang::tooling::CompilationDatabase *Commands = nullptr;
  std::vector<std::string> Rules;      // globs over rule names; empty: all
  std::vector<std::string> FactsFiles; // absolute
  unsigned Jobs = 1;
  unsigned Timeout = 0;              // seconds a file; 0: none
  bool SkipUnrelated = false;        // do not parse what reaches no coroutine
  std::set<std::string> AlwaysParse; // but these
  std::string CacheDirectory;        // empty: none
  /// Unless null: parse only what reads one of these, or lies below a changed
  /// `.clang-tidy`.
  const std::set<std::string> *Changed = nullptr;
  /// Where sources are read from; null: the disk.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Sources;
};

/// What became of one file.
struct FileResult {
  enum State { Analysed, Broken, Crashed, Skipped } Status = Analysed;
  std::string File;
  std::vector<Finding> Findings;
  std::vector<Suppression> Suppressions;
  std::vector<std::string> Errors;   // the compiler's, or how the crash went
  std::vector<std::string> Remarks;  // flags left out, and the like
  std::vector<std::string> Problems; // of configuration
  std::vector<std::string> Inputs;   // files it reads, where a scan told
  bool Remembered = false;           // the result is the cache's
  bool Unaffected = false;           // skipped: reads nothing that changed
};

/// What the user's facts named: by file and line.
struct FactsSeen {
  struct Entry {
    std::string Entity;
    bool Resolved = false;
    bool ScopeFound = false;
  };
  std::map<std::pair<std::string, unsigned>, Entry> Lines;
};

/// The result of a run, findings sorted and each reported once.
struct RunResult {
  std::vector<FileResult> Files; // in the order of the request
  std::vector<Finding> Findings;
  std::vector<Suppression> Suppressions;
  FactsSeen Facts;
  bool Interrupted = false;
  std::string CacheProblem; // why nothing was remembered, or empty
};

/// Analyses every file of \p R, each in a process of its own, so that a crash
/// of Clang costs one file. \p Done is called after each file.
RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done);

/// A result as text, and back; false if it is none.
std::string encode(const FileResult &F, const FactsSeen &Facts);
bool decode(llvm::StringRef Text, FileResult &F, FactsSeen &Facts);

} // namespace coro

#endif
