// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What becomes of a cancellation along the paths that leave the handler which
// has caught it.
#ifndef COROLINT_CHECKS_ANALYSES_CAUGHTCANCELLATION_H
#define COROLINT_CHECKS_ANALYSES_CAUGHTCANCELLATION_H

#include "flow/FlowContext.h"
#include "flow/Paths.h"

namespace coro {

/// How a handler swallows a cancellation.
enum class SwallowedHow : uint8_t {
  Ends,     // the coroutine returns as if nothing had happened
  GoesOn,   // the coroutine awaits again
  Replaced, // another exception leaves in its place
};

/// An exception that means: cancelled.
struct CancelType {
  const clang::CXXRecordDecl *Record;
  bool Dedicated; // means nothing but "cancelled"
  bool ByToken;   // thrown only by what was given a token
  bool Once;      // what is swallowed is not thrown again
};

/// What a handler does with it.
struct CaughtCancellation {
  bool Swallows = false; // on some path nobody hears of it
  bool Again = false;    // and awaits once more what was cancelled
  SwallowedHow How = SwallowedHow::Ends;
  const clang::Stmt *Where = nullptr;
};

/// Follows one of \p Types, caught by \p Handler of \p Try in \p Body, along \p
/// P; swallows nothing when the paths are too many.
CaughtCancellation followCaught(FlowContext &Flow, Paths &P,
                                const clang::CXXTryStmt *Try,
                                const clang::CXXCatchStmt *Handler,
                                llvm::ArrayRef<CancelType> Types,
                                const Parents &Up, const clang::Stmt *Body);

} // namespace coro

#endif
