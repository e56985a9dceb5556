// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises code in which the author asks whether something was cancelled.
#ifndef COROLINT_CHECKS_ANALYSES_CANCELLATIONQUESTIONS_H
#define COROLINT_CHECKS_ANALYSES_CANCELLATIONQUESTIONS_H

#include "flow/FlowContext.h"

namespace coro {

/// Whether \p Name is what people call things that have to do with
/// cancellation.
bool soundsLikeCancellation(llvm::StringRef Name);

/// Whether \p S mentions \p Caught (which may be null), or something named
/// after cancellation.
bool testsCancellation(FlowContext &Flow, const clang::Stmt *S,
                       const clang::ValueDecl *Caught);

/// What \p S waits for when it is a wait of a task with a stack of its own,
/// which suspends in a plain call: `task.Get()`. Null otherwise.
const clang::Expr *fiberWaitedFor(FlowContext &Flow, const clang::Stmt *S);

/// What \p S awaits, or waits for in that way; null if it does neither.
const clang::Expr *waitedFor(FlowContext &Flow, const clang::Stmt *S);

} // namespace coro

#endif
