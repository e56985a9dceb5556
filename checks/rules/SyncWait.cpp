// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waiting synchronously for asynchronous work from inside a coroutine: a
// deadlock or a nested loop.
#include "Check.h"
#include "analyses/BlockingCalls.h"
#include "code/Calls.h"

using namespace clang;

namespace coro {
namespace {

class SyncWait : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
};

bool suspends(const FunctionDecl &F) {
  bool Found = false;
  forEachEvaluated(ownBody(&F), [&](const Stmt *S) {
    Found |= isa<CoroutineSuspendExpr>(S);
    return !Found;
  });
  return Found;
}

/// A lambda that never suspends and runs somebody else's loop, as in
/// `sync_wait(when_all(work(), [&]() -> task<> { io.run(); co_return; }()))`,
/// is a function in a coroutine's clothes: no loop runs it.
bool drivesForOthers(const FunctionDecl &F, const Expr *Call, Model &M) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || !Method->getParent()->isLambda() || suspends(F))
    return false;
  for (unsigned I = 0; const Expr *Arg = argumentOf(Call, I); ++I)
    if (M.types().of(Arg->getType()).isTask())
      return false; // it is given work of its own
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  const auto *Loop =
      Member ? dyn_cast<DeclRefExpr>(
                   Member->getImplicitObjectArgument()->IgnoreParenImpCasts())
             : nullptr;
  return Loop && Loop->refersToEnclosingVariableOrCapture();
}

void SyncWait::checkFunction(const FunctionDecl &F, Model &M) {
  for (const BlockingPlace &Place : blockingPlaces(M, &F, {})) {
    const Blocking &B = Place.How;
    if (B.R != Role::SyncWait || !firstReportAt(Place.Loc))
      continue;
    // The fact says "deadlock: why" or "nested-loop: why".
    auto [Kind, Why] =
        (B.Why ? llvm::StringRef(B.Why->Text) : llvm::StringRef()).split(':');
    std::string Reason = Why.trim().str();
    if (Reason.empty() || B.Chain.size() > 1)
      Reason = "the work may need the thread that waits";
    bool Nested = Kind.starts_with("nested") && B.Chain.size() == 1;
    if (Nested && drivesForOthers(F, B.Chain.back(), M))
      continue;
    const FunctionDecl *Callee = calleeOf(B.Chain.front());
    std::string Name = B.Chain.size() > 1 ? nameOf(Callee) : B.What;
    diag(Place.Loc,
         Nested ? "'%0' runs an event loop inside this coroutine: %1"
                : "'%0' waits for asynchronous work inside this coroutine: %1")
        << Name << Reason;
    for (size_t I = 1; I < B.Chain.size(); ++I)
      note(B.Chain[I]->getExprLoc(), "'%0' is called here")
          << (I + 1 == B.Chain.size() ? B.What : nameOf(calleeOf(B.Chain[I])));
  }
}

Register<SyncWait> R(pitfalls::SyncWait);

} // namespace
} // namespace coro
