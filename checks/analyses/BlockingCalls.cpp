// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks a coroutine in source order until it leaves its thread, and asks the
// effects of what it calls.
#include "analyses/BlockingCalls.h"
#include "code/Calls.h"
#include "code/Threads.h"
#include "flow/SpawnSites.h"
#include "flow/Uses.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

std::vector<BlockingPlace>
blockingPlaces(FlowContext &Flow, const FunctionDecl *F, BlockingTiers Tiers) {
  std::vector<BlockingPlace> Places;
  if (!Flow.isAsyncCoroutine(F))
    return Places;
  const bool Pattern = F->isDependentContext();
  if (Pattern && !(isNeverInstantiated(F) && Flow.returned(F).isTask()))
    return Places;
  const Stmt *Body = ownBody(F);
  const SourceManager &SM = Flow.context().getSourceManager();
  Parents Up(Body);
  UseReader Reader(Flow, Up, Body);
  // On a thread where blocking is fine.
  bool Elsewhere = llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
    return Flow.facts().roleOfType(Role::SwitchesThread,
                                   P->getType()->getAsCXXRecordDecl());
  });
  forEachEvaluated(Body, [&](const Stmt *S) {
    // Where an await whose operand is not known yet leads to is open.
    if (Pattern)
      if (const Expr *Awaited = awaitedOperand(S))
        Elsewhere |= Awaited->isTypeDependent();
    Elsewhere = Elsewhere || leavesThread(Flow, S);
    if (Elsewhere || (Pattern && isChosenByArguments(S)))
      return false;
    const auto *E = dyn_cast<Expr>(S);
    if (E && isa<CallExpr, CXXConstructExpr>(E) &&
        inUserCode(E->getBeginLoc(), SM)) {
      if (auto B = Flow.effects().blockingOf(E, F, Tiers)) {
        Places.push_back({E, E->getExprLoc(), *B});
        return false;
      }
      // A temporary whose end blocks: `std::async(f);`
      const Fact *OnDrop = Flow.roleOfCall(Role::BlocksOnDrop, E);
      if (!OnDrop && isa<CXXTemporaryObjectExpr>(E))
        OnDrop = Flow.facts().roleOfType(Role::BlocksOnDrop,
                                         E->getType()->getAsCXXRecordDecl());
      if (OnDrop) {
        Use U = Reader.of(E);
        if (U.K == Use::Discarded || U.K == Use::VoidCast ||
            U.K == Use::Ignored) {
          Blocking B;
          B.R = Role::BlocksOnDrop;
          B.Why = OnDrop;
          B.What =
              isa<CallExpr>(E) ? calleeName(E) + "'s future" : calleeName(E);
          Places.push_back({E, E->getBeginLoc(), B});
        }
      }
    }
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One))
          if (auto B = Flow.effects().blockingEnd(V, Body))
            Places.push_back({S, V->getLocation(), *B});
    return true;
  });
  if (!Places.empty() &&
      Flow.spawnSites().Offloaded.contains(F->getCanonicalDecl()))
    Places.clear();
  return Places;
}

std::string replacementFor(FlowContext &Flow, const FunctionDecl *F,
                           const Blocking &B) {
  if (!B.Why)
    return {};
  StringRef Text = B.Why->Text;
  if (Text != "timer")
    return Text.str();
  const Library *Lib = Flow.returned(F).Lib;
  StringRef Timer = Flow.facts().timerOf(Lib);
  if (Timer.empty())
    forEachEvaluated(ownBody(F), [&](const Stmt *S) {
      if (const Expr *Awaited = awaitedOperand(S); Awaited && Timer.empty()) {
        if (const CXXRecordDecl *R =
                Awaited->getType().getNonReferenceType()->getAsCXXRecordDecl())
          Timer = Flow.facts().timerOf(Flow.facts().libraryOf(R));
      }
      return true;
    });
  return Timer.empty() ? "an asynchronous timer" : Timer.str();
}

std::string insteadOf(StringRef Replacement) {
  if (Replacement.starts_with("co_await"))
    return ("; " + Replacement + " instead").str();
  return ("; use " + Replacement).str();
}

} // namespace coro
