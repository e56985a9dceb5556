// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How cancellation reaches a coroutine, and where the coroutine ends it without
// saying so.
#ifndef COROLINT_CHECKS_MODEL_CANCELLATION_H
#define COROLINT_CHECKS_MODEL_CANCELLATION_H

#include "model/Model.h"

namespace coro {

/// One handler that takes a cancellation and does not hand it on.
struct SwallowedCancellation {
  enum How : uint8_t {
    Ends,     // the coroutine returns as if nothing had happened
    GoesOn,   // the coroutine awaits again
    Replaced, // another exception leaves in its place
  };
  const clang::CXXCatchStmt *Handler = nullptr;
  const clang::CXXRecordDecl *Exception = nullptr; // what means: cancelled
  How Does = Ends;
  const clang::Stmt *Where = nullptr;      // null for the closing brace
  const clang::Expr *Suspension = nullptr; // where it is delivered
};

std::vector<SwallowedCancellation>
findSwallowedCancellations(Model &M, const clang::FunctionDecl *F);

/// An awaited operation that reports cancellation by an error code, in an
/// endless loop that goes on after the error.
struct IgnoredErrorCode {
  const clang::Expr *Await = nullptr;
  const clang::ValueDecl *Code = nullptr;
  const clang::Expr *Test = nullptr; // the condition that sees the error
};

std::vector<IgnoredErrorCode>
findIgnoredErrorCodes(Model &M, const clang::FunctionDecl *F);

} // namespace coro

#endif
