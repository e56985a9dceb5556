// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The includes that several files begin with, parsed once for all of them.
#ifndef COROLINT_TOOL_ANALYSIS_SHAREDHEAD_H
#define COROLINT_TOOL_ANALYSIS_SHAREDHEAD_H

#include "analysis/Request.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace clang {
class CompilerInvocation;
class Preprocessor;
} // namespace clang

namespace coro {

/// The includes that a file begins with.
struct FileHead {
  std::string Includes; // one a line, without what stands between them
  size_t End = 0;       // where the rest of the file begins
};

/// The head of a file that holds \p Text; empty if it begins with something
/// else, or if the rest could tell where it is parsed.
FileHead readHead(llvm::StringRef Text);

/// The files of \p Indices in groups whose head Clang reads the same way, at
/// most \p Most in one.
std::vector<std::vector<size_t>>
groupByHead(const Request &R, llvm::ArrayRef<size_t> Indices, size_t Most);

/// A run of Clang over a file that is not there, which holds the head of
/// \p Files only. Where it ends, the process forks for each of them, and the
/// child goes on with the rest of its file as if it had parsed the head itself:
/// nothing is written and read back, and nothing is left out.
class SharedHead {
public:
  SharedHead(const Request &R, std::vector<std::string> Files);

  /// The file that is not there, and what it holds.
  const std::string &path() const { return Path; }
  const std::string &text() const { return Text; }

  /// Makes \p Invocation start with the head.
  void use(clang::CompilerInvocation &Invocation) const;
  /// Lets \p PP fork where the head ends. The parent waits for one child after
  /// the other, and exits.
  void attach(clang::Preprocessor &PP);

  /// Which of the files this process goes on with; none before the head ends,
  /// and if there is an error in it.
  std::optional<size_t> current() const { return Current; }

private:
  class Handler;
  std::vector<std::string> Files;
  std::vector<size_t> Ends;
  std::string Path;
  std::string Text;
  std::optional<size_t> Current;
};

} // namespace coro

#endif
