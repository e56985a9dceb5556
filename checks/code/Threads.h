// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// On which thread does a coroutine go on: does an await leave the one it is on.
#ifndef COROLINT_CHECKS_CODE_THREADS_H
#define COROLINT_CHECKS_CODE_THREADS_H

#include "code/Unit.h"

namespace coro {

/// Whether \p R is a thread pool: a fact says so, or it owns several threads.
bool isThreadPool(Unit &U, const clang::CXXRecordDecl *R);

/// Whether the coroutine may go on, after \p S, on a thread where blocking is
/// fine: \p S awaits a thread pool, or an awaiter that starts a thread.
bool leavesThread(Unit &U, const clang::Stmt *S);

} // namespace coro

#endif
