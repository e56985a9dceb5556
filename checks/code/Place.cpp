// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads names, and looks through the expressions that keep or move an object.
#include "code/Place.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace coro {

static Place placeOfVariable(const DeclRefExpr *Ref, const VarDecl *V) {
  if (Ref->refersToEnclosingVariableOrCapture())
    return {Place::Captured, V};
  if (V->hasLocalStorage())
    return {Place::Local, V};
  return {V->isStaticLocal() ? Place::Static : Place::Global, V};
}

Place placeOf(const Expr *E) {
  if (!E)
    return {};
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      return placeOfVariable(Ref, V);
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()))
      if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        return {Place::Field, Field};
  return {};
}

Place holderOf(const Expr *E) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (Place Named = placeOf(E))
      return Named;
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      E = Temporary->getSubExpr();
    } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E)) {
      E = Cast->getSubExpr();
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E)) {
      E = Call->getNumArgs() > 0 ? Call->getArg(0) : nullptr;
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      E = Call->getImplicitObjectArgument(); // x.front(), x.value()
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *F = Call->getDirectCallee();
      E = F && F->isInStdNamespace() && Call->getNumArgs() == 1
              ? Call->getArg(0)
              : nullptr;
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      E = Member->getBase();
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *One = dyn_cast<BindingDecl>(Ref->getDecl());
      if (!One)
        return {};
      const auto *Whole = cast<VarDecl>(One->getDecomposedDecl());
      return {Whole->hasLocalStorage() ? Place::Local : Place::Global, Whole};
    } else {
      return {};
    }
  }
  return {};
}

} // namespace coro
