// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an awaiter says about suspension: is it always ready, never, or is that
// decided at run time.
#ifndef COROLINT_CHECKS_CODE_AWAITER_H
#define COROLINT_CHECKS_CODE_AWAITER_H

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include <cstdint>

namespace coro {

/// What an `await_ready` answers.
enum class Ready : uint8_t { Unknown, Always, Never };

/// The answer of the `await_ready` function \p F. It is constant only if every
/// `return` in its body is the same literal.
Ready constantReady(const clang::FunctionDecl *F);

/// The same for the awaiter type \p T, and for the standard's own awaiters.
Ready constantReady(clang::QualType T);

/// The same for the awaiter of one `co_await` or `co_yield`.
Ready constantReady(const clang::CoroutineSuspendExpr *Await);

} // namespace coro

#endif
