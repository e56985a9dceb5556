// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The headers of a file, parsed once and kept while the file is edited.
#ifndef COROLINT_TOOL_ANALYSIS_PREAMBLE_H
#define COROLINT_TOOL_ANALYSIS_PREAMBLE_H

#include "clang/Frontend/PrecompiledPreamble.h"
#include <memory>
#include <optional>

namespace coro {

/// The includes at the head of one file as Clang has parsed them.
class Preamble {
public:
  /// Makes \p Invocation start behind the head of its file, reading \p Files;
  /// parses the head if it has changed, or what it includes. Where that cannot
  /// be done, the whole file is parsed.
  ///
  /// **Lifetime**: must outlive the run of \p Invocation.
  void use(clang::CompilerInvocation &Invocation,
           llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> &Files,
           std::shared_ptr<clang::PCHContainerOperations> Containers);

  /// How often the head was parsed.
  unsigned parses() const { return Parses; }

private:
  std::optional<clang::PrecompiledPreamble> Kept;
  unsigned Parses = 0;
};

} // namespace coro

#endif
