// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses the includes that several files begin with once for all of them, and
// forks a process for the rest of each file.
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
  std::string Includes; // one on each line, without comments between them
  size_t End = 0;       // the offset at which the rest of the file begins
};

/// The head of a file with this \p Text. Empty if the file begins with anything
/// else than an include, or if it uses a macro that names the main file.
FileHead readHead(llvm::StringRef Text);

/// Puts the files of \p Indices into groups of at most \p Most, such that the
/// files of a group have the same head and the same compile flags.
std::vector<std::vector<size_t>>
groupByHead(const Request &R, llvm::ArrayRef<size_t> Indices, size_t Most);

/// Runs Clang over a virtual file that holds only the head of \p Files. At its
/// end the process forks once for each file. The child continues with the rest
/// of its file, as if it had parsed the head itself. Unlike a precompiled
/// header, the head is not written, read back or cut down.
class SharedHead {
public:
  SharedHead(const Request &R, std::vector<std::string> Files);

  /// The virtual file, and its text.
  const std::string &path() const { return Path; }
  const std::string &text() const { return Text; }

  /// Makes the virtual file the main file of \p Invocation.
  void use(clang::CompilerInvocation &Invocation) const;
  /// Makes \p PP fork at the end of the head. The parent runs one child after
  /// the other, and then exits.
  void attach(clang::Preprocessor &PP);

  /// The file that this process continues with. None before the end of the
  /// head, and none if the head has an error.
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
