// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds what a coroutine runs before it leaves its thread, and asks the effects
// of what is called there.
#include "analyses/BlockingCalls.h"
#include "code/Calls.h"
#include "code/Threads.h"
#include "flow/Paths.h"
#include "flow/SpawnSites.h"
#include "flow/Uses.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {
/// Collects what runs, on some path, while the coroutine is still on the thread
/// it began on: statements, and declarations of variables.
class OnLoop : public PathWalker {
public:
  enum : unsigned { Here, Elsewhere };
  explicit OnLoop(FlowContext &Flow) : Flow(Flow) {}
  llvm::DenseSet<const void *> Seen;

  bool statement(const Stmt *S, unsigned &State) override {
    if (State == Elsewhere)
      return true;
    Seen.insert(S);
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        Seen.insert(One);
    if (leavesThread(Flow, S))
      State = Elsewhere;
    return true;
  }
  bool throws(const Stmt *S, unsigned &State) override {
    if (State == Here && leavesThread(Flow, S))
      State = Elsewhere;
    return true;
  }
  bool entersHandlers() const override { return false; }

private:
  FlowContext &Flow;
};
} // namespace

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
  UseReader Reader(Flow, Flow.parents(F), Body);
  // A parameter such as a scheduler says that the coroutine begins on a thread
  // where blocking is fine.
  const bool BeginsElsewhere =
      llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
        return Flow.facts().roleOfType(Role::SwitchesThread,
                                       P->getType()->getAsCXXRecordDecl());
      });
  if (BeginsElsewhere)
    return Places;
  OnLoop Reached(Flow);
  Paths *P = Pattern ? nullptr : Flow.paths(F);
  const bool Followed = P && P->walk(OnLoop::Here, Reached);
  // Where there are no paths, the order of the source stands for them.
  bool Elsewhere = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (!Followed) {
      // Where an await whose operand is not known yet leads to is open.
      if (const Expr *Awaited = Pattern ? awaitedOperand(S) : nullptr)
        Elsewhere |= Awaited->isTypeDependent();
      Elsewhere = Elsewhere || leavesThread(Flow, S);
      if (Elsewhere || (Pattern && isChosenByArguments(S)))
        return false;
    }
    auto Runs = [&](const void *What) {
      return !Followed || Reached.Seen.contains(What);
    };
    const auto *E = dyn_cast<Expr>(S);
    if (E && isa<CallExpr, CXXConstructExpr>(E) && Runs(E) &&
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
        if (const auto *V = dyn_cast<VarDecl>(One); V && Runs(V))
          if (auto B = Flow.effects().blockingEnd(V, F))
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
