// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows awaits through awaiters, facts and the coroutines of this unit.
#include "code/Suspension.h"
#include "code/Awaiter.h"

using namespace clang;

namespace coro {

/// How many coroutines that await each other are looked into.
static constexpr unsigned MostNested = 4;

static bool maySuspend(Unit &U, const Expr *E, unsigned Depth) {
  const auto *Await = dyn_cast<CoroutineSuspendExpr>(E);
  if (!Await)
    return true; // of a type that is not known yet
  if (constantReady(Await) == Ready::Always)
    return false;
  auto IsImmediate = [&](const Expr *Part) {
    if (!Part)
      return false;
    QualType T = Part->IgnoreParenImpCasts()->getType().getNonReferenceType();
    if (!T->getPointeeType().isNull())
      T = T->getPointeeType();
    return U.facts().roleOfType(Role::Immediate, T->getAsCXXRecordDecl()) !=
           nullptr;
  };
  const Expr *Operand = awaitedOperand(E);
  if (IsImmediate(Operand) || IsImmediate(Await->getCommonExpr()))
    return false;
  const auto *Call = dyn_cast_or_null<CallExpr>(
      Operand ? Operand->IgnoreImplicit()->IgnoreParenImpCasts() : nullptr);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!isCoroutine(Callee) || Depth == MostNested)
    return true;
  bool May = false;
  forEachEvaluated(ownBody(Callee), [&](const Stmt *S) {
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S))
      May = May || maySuspend(U, cast<Expr>(S), Depth + 1);
    return !May;
  });
  return May;
}

bool maySuspend(Unit &U, const Expr *E) { return maySuspend(U, E, 0); }

} // namespace coro
