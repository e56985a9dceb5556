// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Decides whether an await suspends its coroutine.
#ifndef COROLINT_CHECKS_CODE_SUSPENSION_H
#define COROLINT_CHECKS_CODE_SUSPENSION_H

#include "code/Unit.h"

namespace coro {

/// Whether the `co_await` or `co_yield` \p E may suspend its coroutine: not
/// when its awaiter is always ready, when a fact says that awaiting it is
/// immediate, or when it awaits a coroutine of this translation unit that
/// never suspends.
bool maySuspend(Unit &U, const clang::Expr *E);

} // namespace coro

#endif
