// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which locks of threads does a coroutine hold while it is suspended.
#ifndef COROLINT_CHECKS_ANALYSES_HELDLOCKS_H
#define COROLINT_CHECKS_ANALYSES_HELDLOCKS_H

#include "flow/FlowContext.h"

namespace coro {

/// A lock of threads that is held on some path to a suspension.
struct HeldLock {
  /// The guard, or null for a lock that is taken by hand.
  const clang::VarDecl *Guard = nullptr;
  /// The mutex that is locked by hand, as written; null for a guard.
  const clang::Expr *Mutex = nullptr;
  clang::SourceLocation Taken;
  const clang::Expr *Suspension = nullptr; // the first in the source
};

/// The locks that \p F, a coroutine, holds across a suspension, in the order of
/// the source. A lock whose state is not known is taken not to be held.
std::vector<HeldLock> locksAcrossSuspension(FlowContext &Flow,
                                            const clang::FunctionDecl *F);

} // namespace coro

#endif
