// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells calls that make a task from continuations, handles and values.
#include "code/TaskCreation.h"
#include "code/Calls.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace coro {

/// A call on a running task that takes a continuation: `f().then(g)`.
static bool isContinuation(Unit &U, const Expr *E) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  if (!Call || Call->getNumArgs() == 0)
    return false;
  const TaskType &On = U.types().of(
      Call->getImplicitObjectArgument()->IgnoreParenImpCasts()->getType());
  if (On.Kind == AsyncKind::None || On.Starts == Start::Lazy ||
      On.OnDrop == Drop::Cancels || On.OnDrop == Drop::Blocks ||
      On.OnDrop == Drop::Terminates)
    return false;
  // Where a cast lets a task go, one with a continuation is let go by it, too.
  if (On.Record && U.facts().roleOfType(Role::VoidCastDetaches, On.Record))
    return false;
  return llvm::any_of(Call->arguments(), [](const Expr *Arg) {
    const CXXRecordDecl *R =
        Arg->IgnoreParenImpCasts()->getType()->getAsCXXRecordDecl();
    return R && R->isLambda();
  });
}

/// Whether an object of \p R can do more than be awaited.
static bool isHandle(const CXXRecordDecl *R) {
  return R && R->hasDefinition() &&
         llvm::any_of(R->methods(), [](const CXXMethodDecl *Method) {
           return Method->getAccess() == AS_public && !Method->isImplicit() &&
                  !Method->isStatic() && Method->getDeclName().isIdentifier() &&
                  !Method->getName().starts_with("await_");
         });
}

/// Whether the body of \p F is seen to start something.
static bool starts(Unit &U, const FunctionDecl *F) {
  if (isCoroutine(F))
    return false;
  bool Found = false;
  forEachEvaluated(ownBody(F), [&](const Stmt *S) {
    if (const auto *Call = dyn_cast<CallExpr>(S))
      Found |= U.types().of(Call->getType()).Kind == AsyncKind::Detached;
    return !Found;
  });
  return Found;
}

/// Whether \p Call is given work, a task or something to call, and gives back a
/// handle of what it began: an awaiter that may be dropped.
static bool givesHandle(Unit &U, const CallExpr *Call, const TaskType &T) {
  const FunctionDecl *F = Call->getDirectCallee();
  if (T.isTask() || T.Lib || !T.Record || !F || U.facts().libraryOf(F) ||
      Call->hasUnusedResultAttr(U.context()))
    return false;
  const bool GivenWork = llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
    return !Arg->isLValue() &&
           (U.types().of(Arg->getType()).isTask() || isCallable(Arg));
  });
  return GivenWork && (isHandle(T.Record) || starts(U, F));
}

bool makesTask(Unit &U, const Expr *E, MadeTask &Out) {
  if (!E->isPRValue() || E->getType().isNull() || !E->getType()->isRecordType())
    return false;
  bool Constructs = false;
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (U.roleOfCall(Role::Detaches, Call))
      return false;
    if (isContinuation(U, Call))
      return false;
    // A lazy result of a spawn function is a start that waits to be awaited,
    // such as co_spawn(..., use_awaitable), unless a fact says what dropping
    // it does.
    Out.Running = U.roleOfCall(Role::Spawns, Call) &&
                  (U.types().of(E->getType()).Starts != Start::Lazy ||
                   U.facts().roleOfFunction(Role::OnDrop, calleeOf(Call),
                                            objectOf(Call)));
  } else if (isa<CXXTemporaryObjectExpr>(E)) {
    Constructs = true;
  } else if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E)) {
    Constructs = isa<InitListExpr>(Cast->getSubExpr()) ||
                 isa<CXXConstructExpr>(Cast->getSubExpr());
    if (!Constructs)
      return false;
  } else if (!isa<CoawaitExpr>(E)) {
    return false;
  }
  // A future that a spawn function returns is the handle of what it started.
  static const TaskType SpawnedFuture = {AsyncKind::Task, Start::Eager,
                                         Drop::LosesException};
  const TaskType *Type = &U.types().of(E->getType());
  if (Out.Running || (isa<CallExpr>(E) && U.roleOfCall(Role::Spawns, E)))
    if (const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl();
        Type->Kind == AsyncKind::None && R->isInStdNamespace() &&
        R->getIdentifier() && R->getName() == "future")
      Type = &SpawnedFuture;
  const TaskType &T = *Type;
  if (!T.isWork())
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(E);
      Call && !Out.Running && givesHandle(U, Call, T))
    return false;
  // What is made by name, as `task<>{}`, holds no coroutine.
  if (Constructs && T.isTask() && (!T.Record || U.types().promiseOf(T.Record)))
    return false;
  // What an await yields has run already, unless what is awaited starts it.
  if (const auto *Await = dyn_cast<CoawaitExpr>(E);
      Await && T.Starts != Start::Lazy) {
    Out.Running =
        T.Starts == Start::Eager &&
        U.roleOfCall(Role::Spawns, Await->getOperand()->IgnoreImplicit());
    if (!Out.Running)
      return false;
  }
  Out.Origin = E;
  Out.Type = &T;
  return true;
}

} // namespace coro
