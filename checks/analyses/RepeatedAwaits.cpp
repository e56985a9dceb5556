// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A typestate over the events of one variable: fresh, or consumed by one of
// them.
#include "analyses/RepeatedAwaits.h"
#include "flow/Conditions.h"
#include "flow/Events.h"
#include "flow/Paths.h"

using namespace clang;

namespace coro {

namespace {

class Walker : public PathWalker {
public:
  /// A state above `Fresh` is one more than the index of the event that
  /// consumed the task.
  enum : unsigned { Fresh };

  Walker(const VarDecl *V, llvm::ArrayRef<Event> All, const TaskType &Type)
      : V(V), All(All) {
    for (unsigned I = 0; I < All.size(); ++I)
      if (consumes(All[I], Type))
        Consumes[All[I].at()] = I;
      else if (fills(All[I]))
        Fills.insert(All[I].at());
  }

  std::optional<std::pair<unsigned, unsigned>> Found;
  bool isEmpty() const { return Consumes.empty(); }

  bool statement(const Stmt *S, unsigned &State) override {
    if (Found)
      return false;
    if (const auto *D = dyn_cast<DeclStmt>(S);
        D && llvm::is_contained(D->decls(), V))
      State = Fresh;
    if (Fills.contains(S))
      State = Fresh;
    auto It = Consumes.find(S);
    if (It == Consumes.end())
      return true;
    if (State != Fresh) {
      Found = {State - 1, It->second};
      return false;
    }
    State = It->second + 1;
    return true;
  }

  bool lifetimeEnds(const VarDecl *Ended, const Stmt *, unsigned &) override {
    return Ended != V;
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    bool FullWhen = true, Done = false;
    if (State == Fresh || !asksAbout(Condition, V, FullWhen, Done))
      return true;
    return !Done && Value != FullWhen; // what was consumed is empty
  }

private:
  static bool consumes(const Event &E, const TaskType &Type) {
    if (E.Does.K == Use::Awaited)
      return E.AsRvalue || Type.SingleShot;
    return E.AsRvalue && E.Does.K == Use::Moved;
  }
  /// Whether something else may be in the variable afterwards.
  static bool fills(const Event &E) {
    return E.Does.K == Use::Assigned || E.Does.K == Use::Cleared ||
           E.Does.K == Use::Escaped || E.Does.K == Use::Kept ||
           E.Does.K == Use::Moved;
  }

  const VarDecl *V;
  llvm::ArrayRef<Event> All;
  llvm::DenseMap<const Stmt *, unsigned> Consumes;
  llvm::SmallPtrSet<const Stmt *, 4> Fills;
};

/// Whether an object of \p T is empty after it was moved from: it cannot be
/// copied.
bool isMoveOnly(const CXXRecordDecl *R) {
  return R && R->hasDefinition() &&
         llvm::none_of(R->ctors(),
                       [](const CXXConstructorDecl *C) {
                         return C->isCopyConstructor() && !C->isDeleted();
                       }) &&
         !R->needsImplicitCopyConstructor();
}

/// Whether a lambda refers to \p V: it may fill or empty it at any time.
bool isCapturedByReference(const VarDecl *V, const Stmt *Body) {
  bool Found = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      for (const LambdaCapture &Capture : Lambda->captures())
        Found |= Capture.capturesVariable() && Capture.getCapturedVar() == V &&
                 Capture.getCaptureKind() == LCK_ByRef;
    return !Found;
  });
  return Found;
}

} // namespace

std::vector<RepeatedAwait> repeatedAwaits(FlowContext &Flow,
                                          const FunctionDecl *F) {
  std::vector<RepeatedAwait> Found;
  if (F->isDependentContext() ||
      Flow.context().getDiagnostics().hasUncompilableErrorOccurred())
    return Found;
  Events &All = Flow.events(F);
  for (const VarDecl *V : All.variables()) {
    const TaskType &Type = Flow.types().of(V->getType());
    if (!Type.isTask() || Type.Shared || !V->hasLocalStorage() ||
        V->getType()->isReferenceType() ||
        !(Type.SingleShot || isMoveOnly(Type.Record)) ||
        V->getDeclContext() != F)
      continue;
    Walker W(V, All.of(V), Type);
    Paths *P = W.isEmpty() || isCapturedByReference(V, ownBody(F))
                   ? nullptr
                   : Flow.paths(F);
    if (!P || !P->walk(P->graph().beginOf(V), Walker::Fresh, W) || !W.Found)
      continue;
    const Event &First = All.of(V)[W.Found->first];
    const Event &Second = All.of(V)[W.Found->second];
    Found.push_back({V, First.at(), Second.at(), First.Does.K == Use::Awaited,
                     Second.Does.K == Use::Awaited});
  }
  return Found;
}

} // namespace coro
