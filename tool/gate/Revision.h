// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares the work tree with a Git revision, and shows the earlier sources as
// a file system.
#ifndef COROLINT_TOOL_GATE_REVISION_H
#define COROLINT_TOOL_GATE_REVISION_H

#include "llvm/Support/Error.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <set>
#include <string>

namespace coro {

/// The changes since a revision.
struct Revision {
  std::set<std::string> Changed; // absolute; edited, added, deleted, untracked
  std::set<std::string> Added;   // those the revision does not have
  /// The disk, but with the changed files as they are in the revision.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Before;
};

/// Compares the work tree above \p Root with the last common ancestor of HEAD
/// and \p Name. Runs `git`.
llvm::Expected<Revision> compareWith(const std::string &Name,
                                     const std::string &Root);

} // namespace coro

#endif
