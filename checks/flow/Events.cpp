// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the mentions of variables, and reads what becomes of each on demand.
#include "flow/Events.h"

using namespace clang;

namespace coro {

Events::Events(FlowContext &Flow, const FunctionDecl *F)
    : Flow(Flow), F(F), Body(ownBody(F)) {
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl())) {
        auto &Of = Mentions[V];
        if (Of.empty())
          Order.push_back(V);
        Of.push_back(Ref);
      }
    return true;
  });
}

/// Whether \p Ref is the operand of something that makes an rvalue of it.
static bool isGivenAsRvalue(const DeclRefExpr *Ref, const Parents &Up) {
  for (const Stmt *P = Up.of(Ref); P; P = Up.of(P)) {
    if (const auto *Call = dyn_cast<CallExpr>(P))
      return isMoveLike(Call) && Call->isXValue();
    if (const auto *Cast = dyn_cast<CXXStaticCastExpr>(P))
      return Cast->isXValue();
    if (!isa<ParenExpr>(P))
      return false;
  }
  return false;
}

llvm::ArrayRef<Event> Events::of(const VarDecl *V) {
  auto &Slot = Read[V];
  if (Slot)
    return *Slot;
  auto Found = std::make_unique<std::vector<Event>>();
  const Parents &Up = Flow.parents(F);
  UseReader Reader(Flow, Up, Body);
  for (const DeclRefExpr *Ref : Mentions.lookup(V))
    Found->push_back({Ref, Reader.of(Ref), isGivenAsRvalue(Ref, Up)});
  return *(Read[V] = std::move(Found));
}

} // namespace coro
