// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only caller of Clang's front end: files in, findings out.
#ifndef COROLINT_TOOL_ANALYSIS_H
#define COROLINT_TOOL_ANALYSIS_H

#include "Finding.h"
#include "clang/Tooling/CompilationDatabase.h"
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
};

/// What became of one file.
struct FileResult {
  enum State { Analysed, Broken, Crashed } Status = Analysed;
  std::string File;
  std::vector<Finding> Findings;
  std::vector<std::string> Errors;   // the compiler's, or how the crash went
  std::vector<std::string> Remarks;  // flags left out, and the like
  std::vector<std::string> Problems; // of configuration
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
  FactsSeen Facts;
  bool Interrupted = false;
};

/// Analyses every file of \p R, each in a process of its own, so that a crash
/// of Clang costs one file. \p Done is called after each file.
RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done);

/// What is wrong with the `.clang-tidy` files that apply to \p File: one
/// message each, with file and line. \p Seen keeps what was looked at before.
std::vector<std::string> configurationErrors(llvm::StringRef File,
                                             std::set<std::string> &Seen);

/// Clang's own headers: what `-resource-dir` must be.
std::string resourceDirectory();

} // namespace coro

#endif
