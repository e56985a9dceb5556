// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What does calling this callable give: the result of lambdas, functors and
// function pointers.
#ifndef COROLINT_CHECKS_CODE_CALLABLES_H
#define COROLINT_CHECKS_CODE_CALLABLES_H

#include "code/Unit.h"

namespace coro {

/// The asynchronous type that calling the value of \p E returns; `Kind` is
/// `None` when \p E is no callable, or returns something else.
const TaskType &asyncResultOf(Unit &U, const clang::Expr *E);

/// Whether \p T is a wrapper of callables, such as `std::function`, whose
/// signature returns void.
bool isVoidWrapper(clang::QualType T);

} // namespace coro

#endif
