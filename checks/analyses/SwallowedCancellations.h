// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How cancellation reaches a coroutine, and where the coroutine ends it without
// saying so.
#ifndef COROLINT_CHECKS_ANALYSES_SWALLOWEDCANCELLATIONS_H
#define COROLINT_CHECKS_ANALYSES_SWALLOWEDCANCELLATIONS_H

#include "analyses/CaughtCancellation.h"

namespace coro {

/// One handler that takes a cancellation and does not hand it on.
struct SwallowedCancellation {
  const clang::CXXCatchStmt *Handler = nullptr;
  const clang::CXXRecordDecl *Exception = nullptr; // what means: cancelled
  SwallowedHow Does = SwallowedHow::Ends;
  const clang::Stmt *Where = nullptr;      // null for the closing brace
  const clang::Expr *Suspension = nullptr; // where it is delivered
};

/// The handlers of \p F that swallow a cancellation.
std::vector<SwallowedCancellation>
findSwallowedCancellations(FlowContext &Flow, const clang::FunctionDecl *F);

} // namespace coro

#endif
