// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of a translation unit and where they stand, so that a finding
// can say which one it is in.
#ifndef COROLINT_TOOL_ANALYSIS_ENTITIES_H
#define COROLINT_TOOL_ANALYSIS_ENTITIES_H

#include "Finding.h"
#include "clang/AST/ASTConsumer.h"
#include <map>

namespace coro {

/// Collects while Clang runs, and answers afterwards.
class Entities {
public:
  /// \p Directory is what relative file names start from.
  explicit Entities(llvm::StringRef Directory) : Directory(Directory.str()) {}

  /// Collects at the end of the translation unit. Must not outlive this.
  std::unique_ptr<clang::ASTConsumer> collector();

  /// Names the function \p F is in, and marks its notes that are in it too.
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
