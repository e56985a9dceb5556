// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of a translation unit and the lines that they cover: tells
// which function a finding is in.
#ifndef COROLINT_TOOL_ANALYSIS_ENTITIES_H
#define COROLINT_TOOL_ANALYSIS_ENTITIES_H

#include "Finding.h"
#include "clang/AST/ASTConsumer.h"
#include <map>

namespace coro {

/// Collects functions while Clang runs, and answers questions afterwards.
class Entities {
public:
  /// Relative file names start from \p Directory.
  explicit Entities(llvm::StringRef Directory) : Directory(Directory.str()) {}

  /// A consumer that fills this object at the end of the translation unit, and
  /// must not outlive it.
  std::unique_ptr<clang::ASTConsumer> collector();

  /// Writes into \p F the function that it is in, and marks the notes that lie
  /// in the same function.
  void describe(Finding &F) const;

private:
  class Collector;
  struct Extent {
    Place Begin;
    Place End;
    std::string Name;
  };
  const Extent *around(const Place &At) const;
  std::map<std::string, std::vector<Extent>> Extents; // by file
  std::string Directory;
};

} // namespace coro

#endif
