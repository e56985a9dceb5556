// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the bodies of `await_ready` functions.
#include "code/Awaiter.h"
#include "code/Coroutine.h"
#include "code/Members.h"

using namespace clang;

namespace coro {

Ready constantReady(const FunctionDecl *F) {
  const Stmt *Body = F ? bodyOrPattern(F) : nullptr;
  bool Always = false, Never = false, Unknown = Body == nullptr;
  forEachEvaluated(Body, [&](const Stmt *S) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return)
      return !Unknown;
    const Expr *Value = Return->getRetValue();
    const auto *Literal =
        Value ? dyn_cast<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts())
              : nullptr;
    Unknown |= !Literal;
    (Literal && Literal->getValue() ? Always : Never) = true;
    return !Unknown;
  });
  if (Unknown || Always == Never)
    return Ready::Unknown;
  return Always ? Ready::Always : Ready::Never;
}

Ready constantReady(QualType T) {
  if (isStd(T, "suspend_always"))
    return Ready::Never;
  if (isStd(T, "suspend_never"))
    return Ready::Always;
  const CXXRecordDecl *R = classOrPattern(T);
  if (!R)
    return Ready::Unknown;
  for (const NamedDecl *D :
       membersNamed(R, &R->getASTContext().Idents.get("await_ready")))
    if (const FunctionDecl *F = D->getAsFunction())
      if (Ready Answer = constantReady(F); Answer != Ready::Unknown)
        return Answer;
  return Ready::Unknown;
}

Ready constantReady(const CoroutineSuspendExpr *Await) {
  const Expr *Asked = Await->getReadyExpr();
  const auto *Call = dyn_cast_or_null<CallExpr>(
      Asked ? Asked->IgnoreImplicit()->IgnoreParenImpCasts() : nullptr);
  return Call ? constantReady(Call->getDirectCallee()) : Ready::Unknown;
}

} // namespace coro
