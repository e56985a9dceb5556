// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Callee, object and arguments of any kind of call, and what a reader calls
// them.
#include "code/Calls.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

const FunctionDecl *calleeOf(const Expr *Call) {
  if (!Call)
    return nullptr;
  if (const auto *C = dyn_cast<CallExpr>(Call))
    return C->getDirectCallee();
  if (const auto *C = dyn_cast<CXXConstructExpr>(Call))
    return C->getConstructor();
  return nullptr;
}

const CXXRecordDecl *objectOf(const Expr *Call) {
  const auto *Member = dyn_cast_or_null<CXXMemberCallExpr>(Call);
  if (!Member)
    return nullptr;
  const Expr *Object = Member->getImplicitObjectArgument();
  if (!Object)
    return nullptr;
  QualType T = Object->IgnoreParenImpCasts()->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T->getAsCXXRecordDecl();
}

const Expr *argumentOf(const Expr *Call, unsigned Index) {
  if (const auto *C = dyn_cast<CXXConstructExpr>(Call))
    return Index < C->getNumArgs() ? C->getArg(Index) : nullptr;
  if (const auto *C = dyn_cast<CXXOperatorCallExpr>(Call))
    if (isa_and_nonnull<CXXMethodDecl>(C->getDirectCallee()))
      ++Index; // argument 0 is the object
  if (const auto *C = dyn_cast<CallExpr>(Call))
    return Index < C->getNumArgs() ? C->getArg(Index) : nullptr;
  return nullptr;
}

bool isCallable(const Expr *E) {
  QualType T = E->IgnoreParenImpCasts()->getType().getNonReferenceType();
  if (T->isFunctionType() || T->isFunctionPointerType() ||
      T->isMemberFunctionPointerType())
    return true;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return false;
  return !R->lookup(
               R->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call))
              .empty();
}

bool isOfStd(const Decl *D) {
  const DeclContext *C = D->getDeclContext();
  while (C && !C->isStdNamespace())
    C = C->getParent();
  return C;
}

std::string qualifiedName(const NamedDecl *D) {
  std::string Name;
  llvm::raw_string_ostream OS(Name);
  PrintingPolicy Policy(D->getASTContext().getLangOpts());
  Policy.SuppressUnwrittenScope = true;
  Policy.SuppressInlineNamespace =
      llvm::to_underlying(PrintingPolicy::SuppressInlineNamespaceMode::All);
  Policy.SuppressTemplateArgsInCXXConstructors = true;
  D->printQualifiedName(OS, Policy);
  return Name;
}

std::string shortCallee(const Expr *Call) {
  const FunctionDecl *F = calleeOf(Call);
  if (F && F->isOverloadedOperator() && F->getOverloadedOperator() != OO_Call)
    return F->getNameAsString();
  std::string Name = calleeName(Call);
  size_t Scope = StringRef(Name).rfind("::");
  return Scope == StringRef::npos ? Name : Name.substr(Scope + 2);
}

std::string calleeName(const Expr *Call) {
  const FunctionDecl *F = calleeOf(Call);
  // A callable object, or a pointer to a function.
  const Expr *Object = nullptr;
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Call);
      Operator && Operator->getOperator() == OO_Call)
    Object = Operator->getArg(0);
  else if (const auto *Indirect = dyn_cast_or_null<CallExpr>(Call);
           Indirect && !F)
    Object = Indirect->getCallee();
  if (Object) {
    Object = Object->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Object))
      return qualifiedName(Ref->getDecl());
    if (const auto *Member = dyn_cast<MemberExpr>(Object))
      return Member->getMemberDecl()->getNameAsString();
    return "lambda";
  }
  if (!F)
    return "call";
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(F))
    return qualifiedName(Constructor->getParent());
  if (const CXXRecordDecl *Owner = objectOf(Call))
    return qualifiedName(Owner) + "::" + F->getNameAsString();
  return qualifiedName(F);
}

} // namespace coro
