// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Searches all functions of a class for one that consumes the tasks in its
// private members.
#include "analyses/LostMembers.h"
#include "code/Containers.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace coro {

std::vector<LostTask> findLostMembers(FlowContext &Flow,
                                      const CXXRecordDecl *C) {
  C = C->getDefinition();
  if (Flow.context().getDiagnostics().hasUncompilableErrorOccurred())
    return {};
  if (!C || C->isDependentContext() || C->isLambda() || C->isUnion() ||
      C->hasFriends())
    return {};
  llvm::SmallVector<const FieldDecl *, 4> Fields;
  for (const FieldDecl *Field : C->fields())
    if (Field->getAccess() == AS_private &&
        !Field->getType()->isReferenceType() &&
        taskIn(Flow, Field->getType()).isTask())
      Fields.push_back(Field);
  if (Fields.empty())
    return {};
  // All the code that may touch a private member.
  llvm::SmallVector<const FunctionDecl *, 16> Functions;
  llvm::SmallVector<const DeclContext *, 4> Scopes = {C};
  while (!Scopes.empty()) {
    for (const Decl *D : Scopes.pop_back_val()->decls()) {
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
        (void)Template;
        return {}; // its instantiations elsewhere are out of sight
      }
      if (isa<ClassTemplateDecl>(D))
        return {};
      if (const auto *Nested = dyn_cast<CXXRecordDecl>(D)) {
        if (!Nested->isInjectedClassName() &&
            Nested->isThisDeclarationADefinition())
          Scopes.push_back(Nested);
        continue;
      }
      const auto *Method = dyn_cast<FunctionDecl>(D);
      if (!Method || Method->isDeleted() || Method->isDefaulted() ||
          Method->isPureVirtual())
        continue;
      if (!ownBody(Method))
        return {};
      Functions.push_back(Method);
    }
  }
  std::vector<LostTask> Lost;
  for (const FieldDecl *Field : Fields) {
    std::vector<LostTask> Births;
    bool Consumed = false;
    auto ReadInit = [&](const Expr *Init) {
      forEachEvaluated(Init, [&](const Stmt *S) {
        LostTask T;
        if (const auto *E = dyn_cast<Expr>(S))
          if (makesTask(Flow, E, T) &&
              Flow.types().of(E->getType()).Record == T.Type->Record) {
            Births.push_back(T);
            return false;
          }
        return true;
      });
    };
    if (const Expr *Init = Field->getInClassInitializer())
      ReadInit(Init);
    auto ReadBody = [&](const Stmt *Body, auto &&Self) -> void {
      Parents Up(Body);
      UseReader Reader(Flow, Up, Body);
      forEachEvaluated(Body, [&](const Stmt *S) {
        if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
          if (const Stmt *Inner = ownBody(Lambda->getCallOperator()))
            Self(Inner, Self);
        LostTask T;
        if (const auto *E = dyn_cast<Expr>(S)) {
          if (makesTask(Flow, E, T)) {
            Use U = Reader.of(E);
            if (U.K == Use::Kept && U.To == Field)
              Births.push_back(T);
          }
          if (const auto *Member = dyn_cast<MemberExpr>(E);
              Member && Member->getMemberDecl() == Field) {
            Use U = Reader.of(E);
            // Moved on by another route, or handed in from outside.
            Consumed |= U.consumes() || U.K == Use::Kept || U.K == Use::Dropped;
          }
        }
        return true;
      });
    };
    for (const FunctionDecl *Method : Functions) {
      if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Method))
        for (const CXXCtorInitializer *Init : Constructor->inits()) {
          if (Init->getMember() == Field)
            ReadInit(Init->getInit());
          else if (Init->getInit() && isMentioned(Field, Init->getInit()))
            Consumed = true;
        }
      ReadBody(ownBody(Method), ReadBody);
    }
    if (Consumed)
      continue;
    for (LostTask &T : Births) {
      T.Lost = LostTask::Member;
      T.Holder = Field;
      Lost.push_back(T);
    }
  }
  return Lost;
}

} // namespace coro
