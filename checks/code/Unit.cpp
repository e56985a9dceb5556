// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Answers what a call does by its facts, and what a function returns.
#include "code/Unit.h"
#include "code/Calls.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace coro {

Unit::Unit(ASTContext &Context, std::shared_ptr<const FactsBase> User)
    : Context(Context), User(std::move(User)), Facts(Context, this->User.get()),
      Types(Facts) {}

Unit::~Unit() = default;

const Fact *Unit::roleOfCall(Role R, const Expr *Call) const {
  const FunctionDecl *F = calleeOf(Call);
  const Fact *Found = Facts.roleOfFunction(R, F, objectOf(Call));
  // A function object such as std::ranges::for_each.
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Call);
      !Found && Operator && Operator->getOperator() == OO_Call)
    if (const auto *Ref =
            dyn_cast<DeclRefExpr>(Operator->getArg(0)->IgnoreParenImpCasts()))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
          V && V->hasGlobalStorage())
        Found = Facts.roleOfVariable(R, V);
  if (!Found)
    return nullptr;
  if (Found->UnlessCallback)
    for (unsigned I = 0; const Expr *Arg = argumentOf(Call, I); ++I)
      if (!isa<CXXDefaultArgExpr>(Arg) && isCallable(Arg))
        return nullptr;
  if (Found->UnlessLvalue)
    if (const auto *Method = dyn_cast<CXXMethodDecl>(F);
        Method && Method->getRefQualifier() == RQ_LValue)
      return nullptr;
  if (!Found->UnlessArg)
    return Found;
  const Expr *Arg = argumentOf(Call, Found->UnlessArg - 1);
  if (!Arg || Arg->isValueDependent())
    return Found;
  Expr::EvalResult Value;
  if (!Arg->EvaluateAsInt(Value, Context))
    return Found;
  int64_t V = Value.Val.getInt().getExtValue();
  // "Any of these bits".
  bool Off = Found->UnlessMask ? (V & Found->UnlessValue) != 0
                               : V == Found->UnlessValue;
  return Off ? nullptr : Found;
}

const TaskType &Unit::returned(const FunctionDecl *F) {
  const QualType T = F->getReturnType();
  return T->isDependentType() ? Types.ofPattern(T) : Types.of(T);
}

bool Unit::isAsyncCoroutine(const FunctionDecl *F) {
  if (!isCoroutine(F))
    return false;
  if (returned(F).Kind != AsyncKind::Generator)
    return true;
  bool Awaits = false;
  forEachEvaluated(ownBody(F), [&](const Stmt *S) {
    Awaits |= isa<CoawaitExpr>(S);
    return !Awaits;
  });
  return Awaits;
}

} // namespace coro
