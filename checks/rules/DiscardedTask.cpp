// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The handle of a task that runs is dropped: it detaches, is cancelled, blocks,
// or loses its exception.
#include "Check.h"
#include "analyses/LostMembers.h"
#include "analyses/LostTasks.h"
#include "code/Calls.h"
#include "code/Members.h"
#include "code/Place.h"

using namespace clang;

namespace coro {
namespace {

class DiscardedTask : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override {
    for (const LostTask &Lost : M.lostTasks(&F))
      if (Lost.runs() && Lost.Lost != LostTask::Tested)
        report(F, Lost, M);
  }

private:
  void report(const FunctionDecl &In, const LostTask &Lost, Model &M);
  Drop dropOf(const LostTask &Lost, Model &M);
  bool endsWithScope(const FunctionDecl &In, const LostTask &Lost, Model &M);
  bool startsOnTheSpot(const FunctionDecl &In, const LostTask &Lost, Model &M);

  Option<bool> VoidCasts{
      *this, "VoidCasts", true,
      "Also report a handle that is cast to void, unless that is the way its "
      "library detaches."};
  Option<bool> SomePaths{
      *this, "SomePaths", true,
      "Also report a handle that is lost on some path only."};
};

Drop DiscardedTask::dropOf(const LostTask &Lost, Model &M) {
  const Fact *F = M.facts().roleOfFunction(Role::OnDrop, calleeOf(Lost.Origin),
                                           objectOf(Lost.Origin));
  if (!F)
    return Lost.Running && Lost.Type->OnDrop == Drop::NeverRuns
               ? Drop::Unknown
               : Lost.Type->OnDrop;
  return dropNamed(F->Text);
}

/// Whether a variable holds the task for as long as its scope lasts, and its
/// end is the end of the task by design: it is joined, outside of coroutines,
/// or cancelled, as its library promises, after the function awaited others.
bool DiscardedTask::endsWithScope(const FunctionDecl &In, const LostTask &Lost,
                                  Model &M) {
  if (!Lost.Holder || Lost.Lost == LostTask::Overwritten)
    return false;
  Drop OnDrop = dropOf(Lost, M);
  if (OnDrop == Drop::Blocks)
    return !M.isAsyncCoroutine(&In);
  if (OnDrop != Drop::Cancels || !Lost.Type->Record ||
      !M.facts().roleOfType(Role::OnDrop, Lost.Type->Record))
    return false;
  // A fiber's function waits in plain calls, a plain function by running the
  // loop.
  const bool Fiber = !M.types().promiseOf(Lost.Type->Record);
  auto Waits = [&](const Stmt *S) {
    const auto *Call = dyn_cast<CallExpr>(S);
    return isa<CoawaitExpr>(S) ||
           (Call && (Fiber ? !M.roleOfCall(Role::Spawns, Call)
                           : M.roleOfCall(Role::SyncWait, Call) != nullptr));
  };
  bool Awaits = false;
  const SourceManager &SM = M.context().getSourceManager();
  forEachEvaluated(ownBody(&In), [&](const Stmt *S) {
    Awaits |= SM.isBeforeInTranslationUnit(Lost.Origin->getEndLoc(),
                                           S->getBeginLoc()) &&
              Waits(S);
    return !Awaits;
  });
  return Awaits;
}

/// Whether the lambda that \p Call calls is written in the same function: on
/// the spot, or in a variable all of whose calls drop what they return.
bool callsOwnLambda(const FunctionDecl &In, const Expr *Call, Model &M) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
  if (!Operator || Operator->getOperator() != OO_Call)
    return false;
  const Expr *Callee = Operator->getArg(0)->IgnoreParenImpCasts();
  if (isa<LambdaExpr>(Callee))
    return true;
  auto LambdaNamedBy = [](const Expr *E) -> const VarDecl * {
    const VarDecl *V = placeOf(E).variable();
    const CXXRecordDecl *R = V ? V->getType()->getAsCXXRecordDecl() : nullptr;
    return R && R->isLambda() && V->isLocalVarDecl() ? V : nullptr;
  };
  const VarDecl *V = LambdaNamedBy(Callee);
  if (!V)
    return false;
  bool AllDropped = true;
  forEachEvaluated(ownBody(&In), [&](const Stmt *S) {
    const auto *Other = dyn_cast<CXXOperatorCallExpr>(S);
    if (Other && Other->getOperator() == OO_Call &&
        LambdaNamedBy(Other->getArg(0)) == V)
      AllDropped &= llvm::any_of(M.lostTasks(&In), [&](const LostTask &L) {
        return L.Origin == Other && L.Lost == LostTask::Discarded;
      });
    return AllDropped;
  });
  return AllDropped;
}

/// A coroutine of one's own, without a result that somebody could miss.
bool isOwnProcedure(const Expr *Call, const CXXRecordDecl *Type, Model &M) {
  const FunctionDecl *Callee = calleeOf(Call);
  const CXXRecordDecl *Promise = Type ? M.types().promiseOf(Type) : nullptr;
  return Callee && !M.facts().libraryOf(Callee) && Promise &&
         membersNamed(Promise, &M.context().Idents.get("return_value")).empty();
}

/// Where nothing can be awaited, a coroutine that is called and dropped is
/// started by one who knows that it runs on: a lambda that stands there, as in
/// `[this]() -> task<> { ... }();`, or any procedure where the library lets
/// callbacks do the same.
bool DiscardedTask::startsOnTheSpot(const FunctionDecl &In,
                                    const LostTask &Lost, Model &M) {
  const CXXRecordDecl *Type = Lost.Type->Record;
  if (Lost.Lost != LostTask::Discarded || M.isAsyncCoroutine(&In) ||
      dropOf(Lost, M) != Drop::Detaches ||
      M.facts().roleOfType(Role::VoidCastDetaches, Type))
    return false;
  return (M.facts().roleOfType(Role::CallbackIdiom, Type) &&
          isOwnProcedure(Lost.Origin, Type, M)) ||
         callsOwnLambda(In, Lost.Origin, M);
}

void DiscardedTask::report(const FunctionDecl &In, const LostTask &Lost,
                           Model &M) {
  if (Lost.Lost == LostTask::VoidCast &&
      (!*VoidCasts ||
       M.facts().roleOfType(Role::VoidCastDetaches, Lost.Type->Record)))
    return;
  if (Lost.Lost == LostTask::SomePath && !*SomePaths)
    return;
  SourceLocation Loc = Lost.Origin->getBeginLoc();
  if (endsWithScope(In, Lost, M) || startsOnTheSpot(In, Lost, M) ||
      !firstReportAt(Loc))
    return;
  std::string What =
      isa<CallExpr>(Lost.Origin)
          ? "running task returned by '" + shortCallee(Lost.Origin) + "'"
      : isa<CoawaitExpr>(Lost.Origin)
          ? "running task that this 'co_await' yields"
          : "running task";
  llvm::StringRef Then = dropText(dropOf(Lost, M));
  switch (Lost.Lost) {
  case LostTask::SomePath:
    diag(Loc, "%0 is dropped on some path; %1") << What << Then;
    break;
  case LostTask::Overwritten:
    diag(Loc, "%0 is overwritten while it may still run; %1") << What << Then;
    break;
  default:
    diag(Loc, "%0 is dropped; %1") << What << Then;
    break;
  }
  if (Lost.Holder) {
    if (Lost.Lost == LostTask::NeverConsumed)
      note(Lost.Holder->getLocation(),
           "it is held by '%0', which nothing awaits")
          << nameOf(Lost.Holder);
    else if (Lost.Exit)
      note(isa<CompoundStmt>(Lost.Exit) ? Lost.Exit->getEndLoc()
                                        : Lost.Exit->getBeginLoc(),
           Lost.Lost == LostTask::Overwritten ? "'%0' is overwritten here"
                                              : "the path that leaves here "
                                                "loses '%0'")
          << nameOf(Lost.Holder);
  }
  if (Lost.Lost == LostTask::CalleeDrops)
    note(Lost.Callee->getParamDecl(Lost.Param)->getLocation(),
         "'%0' does nothing with this parameter")
        << nameOf(Lost.Callee);
  SourceLocation Begin = Lost.Origin->getBeginLoc();
  if (Lost.Lost == LostTask::Discarded && M.isAsyncCoroutine(&In) &&
      canPrefix(Lost.Origin) && Lost.Type->Record)
    suggest(Begin, "add 'co_await' to wait for it",
            FixItHint::CreateInsertion(Begin, "co_await "));
}

Register<DiscardedTask> R(pitfalls::DiscardedTask);

} // namespace
} // namespace coro
