// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the call operator or the function behind a callable expression.
#include "code/Callables.h"
#include "code/Members.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace coro {

static const TaskType &nothing() {
  static const TaskType Nothing;
  return Nothing;
}

/// A reference to a task is somebody else's task.
static const TaskType &valueOf(Unit &U, QualType Returned) {
  return Returned->isReferenceType() ? nothing() : U.types().of(Returned);
}

static const TaskType &resultOfFunctionType(Unit &U, QualType T) {
  if (T->isPointerType() || T->isMemberFunctionPointerType())
    T = T->getPointeeType();
  const auto *Function = T->getAs<FunctionType>();
  if (!Function)
    return nothing();
  return valueOf(U, Function->getReturnType());
}

/// The signature that \p R is made for, as `std::function<void()>` is, or null.
static const FunctionProtoType *signatureOf(const CXXRecordDecl *R) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(R);
  llvm::ArrayRef<TemplateArgument> Args;
  if (Spec)
    Args = Spec->getTemplateArgs().asArray();
  // libstdc++'s move_only_function has it in a pack.
  if (!Args.empty() && Args[0].getKind() == TemplateArgument::Pack)
    Args = Args[0].getPackAsArray();
  if (Args.empty() || Args[0].getKind() != TemplateArgument::Type)
    return nullptr;
  return Args[0].getAsType()->getAs<FunctionProtoType>();
}

static const TaskType &resultOfRecord(Unit &U, const CXXRecordDecl *R) {
  if (!R || !R->hasDefinition())
    return nothing();
  // A wrapper says it in its signature: std::function<task<>()>.
  if (const FunctionProtoType *Signature = signatureOf(R)) {
    // What std::bind returns names the callable in that place.
    QualType Bound = Signature->getReturnType();
    if (Bound->isFunctionPointerType() || Bound->isMemberFunctionPointerType())
      return resultOfFunctionType(U, Bound);
    if (const CXXRecordDecl *Inner = Bound->getAsCXXRecordDecl();
        Inner && Inner->isLambda())
      return resultOfRecord(U, Inner);
    return valueOf(U, Signature->getReturnType());
  }
  ASTContext &Context = U.context();
  DeclarationName Call = Context.DeclarationNames.getCXXOperatorName(OO_Call);
  const TaskType *Found = nullptr;
  auto Take = [&](const FunctionDecl *F) {
    const TaskType &T = valueOf(U, F->getReturnType());
    if (T.Kind != AsyncKind::None)
      Found = &T;
  };
  for (const NamedDecl *D : R->lookup(Call)) {
    if (const auto *Template =
            dyn_cast<FunctionTemplateDecl>(D->getUnderlyingDecl())) {
      // A generic lambda is what its instantiations are.
      for (const FunctionDecl *Spec : Template->specializations())
        Take(Spec);
      Take(Template->getTemplatedDecl());
    } else if (const FunctionDecl *F = D->getAsFunction()) {
      Take(F);
    }
  }
  return Found ? *Found : nothing();
}

const TaskType &asyncResultOf(Unit &U, const Expr *E) {
  if (!E)
    return nothing();
  E = E->IgnoreParenImpCasts();
  while (true) {
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temporary->getSubExpr()->IgnoreParenImpCasts();
    else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bound->getSubExpr()->IgnoreParenImpCasts();
    else if (const auto *Address = dyn_cast<UnaryOperator>(E);
             Address && Address->getOpcode() == UO_AddrOf)
      E = Address->getSubExpr()->IgnoreParenImpCasts();
    else
      break;
  }
  QualType T = E->getType().getNonReferenceType();
  if (T.isNull() || T->isDependentType())
    return nothing();
  if (const CXXRecordDecl *R = T->getAsCXXRecordDecl())
    return resultOfRecord(U, R);
  // An overloaded or bound-member name has no type of its own here.
  if (T->isFunctionType() || T->isFunctionPointerType() ||
      T->isMemberFunctionPointerType())
    return resultOfFunctionType(U, T);
  return nothing();
}

bool isVoidWrapper(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  const FunctionProtoType *Signature = signatureOf(R);
  if (!Signature || !Signature->getReturnType()->isVoidType())
    return false;
  // `async_function<void(int)>` names what its task yields: calling it gives
  // the task.
  DeclarationName Call =
      R->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call);
  return llvm::none_of(membersNamed(R, Call), [](const NamedDecl *D) {
    const FunctionDecl *F = D->getAsFunction();
    return F && !F->getReturnType()->isVoidType() &&
           !F->getReturnType()->isDependentType();
  });
}

} // namespace coro
