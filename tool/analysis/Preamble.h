// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The preamble of a file, the includes at its top: parsed once, and kept while
// the rest of the file is edited.
#ifndef COROLINT_TOOL_ANALYSIS_PREAMBLE_H
#define COROLINT_TOOL_ANALYSIS_PREAMBLE_H

#include "clang/Frontend/PrecompiledPreamble.h"
#include <memory>
#include <optional>

namespace coro {

/// The precompiled preamble of one file, in memory.
class Preamble {
public:
  /// Makes \p Invocation load the preamble of its file and parse only the rest.
  /// Parses the preamble first if its text or a file that it includes has
  /// changed in \p Files. If that fails, \p Invocation parses the whole file.
  ///
  /// **Lifetime**: must outlive the run of \p Invocation.
  void use(clang::CompilerInvocation &Invocation,
           llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> &Files,
           std::shared_ptr<clang::PCHContainerOperations> Containers);

  /// How often the preamble was parsed.
  unsigned parses() const { return Parses; }

private:
  std::optional<clang::PrecompiledPreamble> Kept;
  unsigned Parses = 0;
};

} // namespace coro

#endif
