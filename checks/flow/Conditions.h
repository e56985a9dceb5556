// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What conditions ask about a task, and which exits say that an answer was no.
#ifndef COROLINT_CHECKS_FLOW_CONDITIONS_H
#define COROLINT_CHECKS_FLOW_CONDITIONS_H

#include "code/Coroutine.h"

namespace coro {

/// \p Condition without parentheses, conversions that keep its truth, and
/// negations; \p Negated is toggled per negation.
const clang::Expr *stripCondition(const clang::Expr *Condition, bool &Negated);

/// What \p S asks before it runs its body; null for what asks nothing.
const clang::Expr *conditionOf(const clang::Stmt *S);

/// Whether \p Condition asks if \p V holds something; sets \p FullWhen to the
/// outcome that says yes, or \p Done when it asks whether the task has ended.
bool asksAbout(const clang::Expr *Condition, const clang::VarDecl *V,
               bool &FullWhen, bool &Done);

/// Whether \p Query, what `t.done()` or `t.status()` says of the running task
/// \p V, is looked at in a way that the walk over the paths does not follow: an
/// assertion, a comparison, a switch.
bool looksAtEnd(const clang::Stmt *Query, const clang::VarDecl *V,
                const Parents &Up);

/// Whether \p Exit is how an assertion that fails, or a test that ends itself,
/// leaves the function: `ASSERT_TRUE(task.valid());`
bool isFailedAssertion(const clang::Stmt *Exit,
                       const clang::ASTContext &Context);

} // namespace coro

#endif
