// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds loops that ignore a cancellation which an error code reports.
#ifndef COROLINT_CHECKS_ANALYSES_IGNOREDERRORS_H
#define COROLINT_CHECKS_ANALYSES_IGNOREDERRORS_H

#include "flow/FlowContext.h"

namespace coro {

/// An awaited operation that reports cancellation by an error code, in an
/// endless loop that goes on after the error.
struct IgnoredErrorCode {
  const clang::Expr *Await = nullptr;
  const clang::ValueDecl *Code = nullptr;
  const clang::Expr *Test = nullptr; // the condition that sees the error
};

std::vector<IgnoredErrorCode>
findIgnoredErrorCodes(FlowContext &Flow, const clang::FunctionDecl *F);

} // namespace coro

#endif
