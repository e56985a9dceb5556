// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A typestate over the paths of one function: a task is made, kept, consumed,
// or lost.
#include "analyses/LostTasks.h"
#include "code/Calls.h"
#include "code/Containers.h"
#include "flow/Conditions.h"
#include "flow/Events.h"
#include "flow/Paths.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/MapVector.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {

/// `ready && work();` : the right side of a discarded `&&` or `||`.
bool isDiscardedOperand(const Parents &Up, const Stmt *Conversion) {
  const Stmt *Child = Conversion;
  while (const Stmt *P = Up.of(Child)) {
    const auto *Op = dyn_cast<BinaryOperator>(P);
    if (Op && Op->getOpcode() == BO_Comma)
      return Op->getLHS() == Child;
    bool Wraps = isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups,
                     CXXBindTemporaryExpr>(P);
    if (!Wraps && !(Op && Op->isLogicalOp() && Op->getRHS() == Child))
      return isa<CompoundStmt>(P) &&
             isa<BinaryOperator>(cast<Expr>(Child)->IgnoreParenImpCasts());
    Child = P;
  }
  return false;
}

class TaskFlow {
public:
  TaskFlow(FlowContext &Flow, const FunctionDecl *F)
      : Flow(Flow), F(F), Body(ownBody(F)), Up(Flow.parents(F)),
        Reader(Flow, Up, Body) {}

  std::vector<LostTask> run();

private:
  /// What one statement does to what the variable holds.
  struct Change {
    enum Kind : uint8_t { Birth, Consume, Reset } K;
    unsigned Task = 0;  // index into Made, for births
    bool First = false; // the variable begins with it
  };
  struct Variable {
    llvm::DenseMap<const Stmt *, llvm::SmallVector<Change, 2>> Changes;
    llvm::SmallVector<unsigned, 2> Births;
    bool Consumed = false; // anywhere
    bool Container = false;
  };
  class Walker;

  void make(const LostTask &T);
  void readUses(const VarDecl *V, Variable &Var);
  void follow(const VarDecl *V, Variable &Var);
  void lose(unsigned Task, LostTask::How How, const VarDecl *Holder,
            const Stmt *Exit);

  FlowContext &Flow;
  const FunctionDecl *F;
  const Stmt *Body;
  const Parents &Up;
  UseReader Reader;
  std::vector<LostTask> Made;
  llvm::MapVector<const VarDecl *, Variable> Variables;
  std::vector<LostTask> Lost;
};

/// `std::exchange(task, {});` empties a variable on purpose.
static bool isEmptying(const Expr *Origin, const Use &U) {
  const FunctionDecl *F = calleeOf(Origin);
  return F && F->isInStdNamespace() && identifier(F) == "exchange" &&
         (U.K == Use::Discarded || U.K == Use::VoidCast || U.K == Use::Ignored);
}

void TaskFlow::make(const LostTask &T) {
  Use U = Reader.of(T.Origin);
  if (isEmptying(T.Origin, U))
    return;
  auto Add = [&](LostTask::How How) {
    LostTask L = T;
    L.Lost = How;
    L.Exit = U.At;
    L.Callee = U.Callee;
    L.Param = U.Param;
    Lost.push_back(L);
  };
  switch (U.K) {
  case Use::Discarded:
    return Add(LostTask::Discarded);
  case Use::VoidCast:
    return Add(LostTask::VoidCast);
  case Use::Ignored:
    return Add(LostTask::Ignored);
  case Use::Queried:
    // What may be a resource or a value is looked at for its own sake.
    if (T.Type->Kind == AsyncKind::Awaitable)
      return;
    return Add(LostTask::QueriedOnly);
  case Use::Dropped:
    return Add(LostTask::CalleeDrops);
  case Use::Tested:
    return Add(isDiscardedOperand(Up, U.At) ? LostTask::Discarded
                                            : LostTask::Tested);
  case Use::Kept:
    // An object that is made by name may be kept for its own sake.
    if (T.Type->Kind == AsyncKind::Awaitable && !isa<CallExpr>(T.Origin))
      return;
    if (const auto *V = dyn_cast<VarDecl>(U.To)) {
      Variable &Var = Variables[V];
      Made.push_back(T);
      unsigned Index = Made.size() - 1;
      Var.Births.push_back(Index);
      // `auto t = b ? f() : g();` begins with what was called.
      const Stmt *At = U.At;
      for (const Stmt *P = Up.of(T.Origin); P && P != U.At; P = Up.of(P))
        if (isa<ConditionalOperator>(P) && isa<DeclStmt>(U.At))
          At = T.Origin;
      Var.Changes[At].push_back({Change::Birth, Index, isa<DeclStmt>(U.At)});
    }
    return;
  case Use::Neutral:
    // `[task = f()] { log(); }`
    if (isa_and_nonnull<LambdaExpr>(U.At) && T.Type->isTask())
      Add(LostTask::QueriedOnly);
    return;
  case Use::Awaited:
  case Use::Returned:
  case Use::Moved:
  case Use::Escaped:
  case Use::Assigned:
  case Use::Cleared:
    return;
  }
}

/// Whether \p U asks about an element of the container that \p Ref names, not
/// about the container.
static bool asksElement(const Use &U, const DeclRefExpr *Ref) {
  if (U.K == Use::Tested)
    return true;
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(U.At);
  return U.K == Use::Queried && Call &&
         Call->getImplicitObjectArgument()->IgnoreParenImpCasts() != Ref;
}

void TaskFlow::readUses(const VarDecl *V, Variable &Var) {
  llvm::SmallVector<const DeclRefExpr *, 4> Elements;
  for (const Event &Each : Flow.events(F).of(V)) {
    const DeclRefExpr *Ref = Each.Mention;
    const Use &U = Each.Does;
    if (Var.Container && asksElement(U, Ref))
      Elements.push_back(Ref);
    switch (U.K) {
    case Use::Kept:
      if (U.To == V) // t = std::move(t)
        break;
      [[fallthrough]];
    case Use::Awaited:
    case Use::Returned:
    case Use::Moved:
    case Use::Escaped:
      Var.Consumed = true;
      // A loop that consumes it is not expected to run zero times.
      for (const Stmt *P = Up.of(Ref); P; P = Up.of(P)) {
        const SourceManager &SM = Flow.context().getSourceManager();
        const Expr *Condition = conditionOf(P);
        bool Always = false;
        if (Condition && !Condition->isValueDependent() &&
            Condition->EvaluateAsBooleanCondition(Always, Flow.context()) &&
            Always)
          continue; // `while (true)` runs at least once
        // Nor is an `if` that a macro writes around what it is given, as
        // EXPECT_THROW does.
        if (isa<DoStmt>(P))
          continue;
        if (isa<IfStmt>(P) && !(SM.isMacroBodyExpansion(P->getBeginLoc()) &&
                                !SM.isMacroBodyExpansion(Ref->getBeginLoc())))
          continue;
        if (Condition &&
            SM.isBeforeInTranslationUnit(V->getLocation(), P->getBeginLoc()))
          Var.Changes[Condition].push_back({Change::Consume});
      }
      // `b ? &t : &u` chooses between them: the one that is not taken is left
      // on purpose.
      for (const Stmt *P = Up.of(Ref); isa_and_nonnull<Expr>(P); P = Up.of(P))
        if (const auto *Choice = dyn_cast<ConditionalOperator>(P)) {
          QualType T = Choice->getType();
          if (taskIn(Flow, T->isPointerType() ? T->getPointeeType() : T)
                  .isWork())
            Var.Changes[Choice].push_back({Change::Consume});
        }
      Var.Changes[Ref].push_back({Change::Consume});
      if (U.At && U.At != Ref)
        Var.Changes[U.At].push_back({Change::Consume});
      break;
    case Use::Queried:
      if (llvm::all_of(Var.Births,
                       [&](unsigned Task) { return Made[Task].runs(); }) &&
          looksAtEnd(U.At, V, Up))
        Var.Changes[U.At].push_back({Change::Consume});
      break;
    case Use::Cleared:
      Var.Changes[Ref].push_back({Change::Consume});
      break;
    case Use::Assigned: {
      auto &Here = Var.Changes[U.At];
      if (llvm::none_of(Here,
                        [](const Change &E) { return E.K == Change::Birth; }))
        Here.push_back({Change::Reset});
      break;
    }
    default:
      break;
    }
  }
  // Who asks about one element and consumes elements does so where they are
  // there.
  if (Var.Consumed)
    for (const DeclRefExpr *Ref : Elements)
      Var.Changes[Ref].push_back({Change::Consume});
}

class TaskFlow::Walker : public PathWalker {
public:
  /// From `Created` on, a state is a task that the variable holds, times two;
  /// plus one on the way of an exception that an await has thrown.
  enum : unsigned { None, Consumed, Created };
  static unsigned holding(unsigned Task) { return Created + 2 * Task; }
  static unsigned taskIn(unsigned State) { return (State - Created) / 2; }
  static bool isThrown(unsigned State) {
    return State >= Created && (State - Created) % 2 == 1;
  }
  using LoseFn = std::function<void(unsigned, LostTask::How, const Stmt *)>;
  Walker(const VarDecl *V, Variable &Var, const Parents &Up, LoseFn Lose)
      : V(V), Var(Var), Up(Up), Lose(std::move(Lose)) {}

  bool throws(const Stmt *S, unsigned &State) override {
    if (State < Created || isThrown(State) || !isa<CoawaitExpr>(S))
      return false;
    ++State;
    return true;
  }

  bool statement(const Stmt *S, unsigned &State) override {
    auto It = Var.Changes.find(S);
    if (It == Var.Changes.end())
      return true;
    bool Born = false; // `t = b ? f() : g();` has two births
    for (const Change &E : It->second) {
      switch (E.K) {
      case Change::Birth:
        if (State >= Created && !Born && !Var.Container && !E.First &&
            !(taskIn(State) == E.Task && isPerhapsOnce(S)))
          Lose(taskIn(State), LostTask::Overwritten, S);
        State = holding(E.Task);
        Born = true;
        break;
      case Change::Consume:
        State = Consumed;
        break;
      case Change::Reset:
        State = None;
        break;
      }
    }
    return true;
  }

  bool lifetimeEnds(const VarDecl *Ended, const Stmt *Trigger,
                    unsigned &State) override {
    if (Ended != V)
      return true;
    if (isThrown(State)) {
      // Only a handler that returns decides to leave the task alone.
      if (isa_and_nonnull<CoreturnStmt, ReturnStmt>(Trigger) &&
          isInHandler(Trigger))
        Lose(taskIn(State), LostTask::SomePath, Trigger);
      return false;
    }
    Ends = true;
    // What an exception passes was not awaited because of the exception.
    if (State >= Created && !isa_and_nonnull<CXXTryStmt>(Trigger))
      Lose(taskIn(State), LostTask::SomePath, Trigger);
    return false; // from here on it is another variable
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    bool FullWhen = true, Done = false;
    if (!asksAbout(Condition, V, FullWhen, Done))
      return true;
    if (Done) {
      if (Value == FullWhen && State >= Created)
        State = Consumed; // a task that has ended may be dropped
      return true;
    }
    if (Value != FullWhen)
      State = None;
    else if (State == None)
      return false;
    return true;
  }

  void leaves(const Stmt *Last, unsigned State) override {
    if (!Ends && State >= Created && !isThrown(State))
      AtExit.push_back({taskIn(State), Last});
  }

  /// For variables whose end Clang does not mark.
  void finish() {
    if (!Ends)
      for (auto [Task, Last] : AtExit)
        Lose(Task, LostTask::SomePath, Last);
  }

private:
  bool isInHandler(const Stmt *S) const {
    while (S && !isa<CXXCatchStmt>(S))
      S = Up.of(S);
    return S != nullptr;
  }

  /// Whether not each turn of the loop around \p S comes to it: it may be one
  /// turn that does.
  bool isPerhapsOnce(const Stmt *S) const {
    for (const Stmt *P = Up.of(S); P; P = Up.of(P)) {
      if (isa<IfStmt, SwitchStmt, ConditionalOperator>(P))
        return true;
      if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
        return false;
    }
    return false;
  }

  const VarDecl *V;
  Variable &Var;
  const Parents &Up;
  LoseFn Lose;
  bool Ends = false;
  std::vector<std::pair<unsigned, const Stmt *>> AtExit;
};

void TaskFlow::lose(unsigned Task, LostTask::How How, const VarDecl *Holder,
                    const Stmt *Exit) {
  if (How == LostTask::SomePath && isFailedAssertion(Exit, Flow.context()))
    return;
  LostTask L = Made[Task];
  L.Lost = How;
  L.Holder = Holder;
  L.Exit = Exit;
  // One report a task: the first path that loses it.
  for (const LostTask &Other : Lost)
    if (Other.Origin == L.Origin && Other.Holder)
      return;
  Lost.push_back(L);
}

void TaskFlow::follow(const VarDecl *V, Variable &Var) {
  Var.Container = holdsTasks(Flow, V->getType());
  if (Var.Container)
    if (const CXXRecordDecl *R = V->getType()->getAsCXXRecordDecl())
      if (R->getIdentifier() && R->getName() == "optional")
        Var.Container = false;
  readUses(V, Var);
  if (!Var.Consumed && llvm::none_of(Var.Changes, [](const auto &Entry) {
        return llvm::any_of(Entry.second, [](const Change &E) {
          return E.K == Change::Consume;
        });
      })) {
    // An awaitable that is more than one operation may be kept for its own
    // sake: only one that nobody ever mentions is lost.
    for (unsigned Task : Var.Births) {
      const LostTask &T = Made[Task];
      if (T.Type->isTask() || !isMentioned(V, Body)) {
        bool Loops = false;
        // Polled to its end: `while (!t.done()) step();`
        if (Paths *P = T.runs() ? Flow.paths(F) : nullptr) {
          struct Ended : PathWalker {
            const VarDecl *V;
            bool Asked = false;
            bool statement(const Stmt *, unsigned &) override { return true; }
            bool condition(const Expr *C, bool, unsigned &) override {
              bool Full, Done;
              Asked |= asksAbout(C, V, Full, Done) && Done;
              return true;
            }
          } Look;
          Look.V = V;
          P->walk(0, Look);
          Loops = Look.Asked;
        }
        if (!Loops)
          lose(Task, LostTask::NeverConsumed, V, nullptr);
      }
    }
    return;
  }
  Paths *P = Flow.paths(F);
  if (!P)
    return;
  std::vector<std::tuple<unsigned, LostTask::How, const Stmt *>> Found;
  Walker W(V, Var, Up, [&](unsigned Task, LostTask::How How, const Stmt *Exit) {
    Found.push_back({Task, How, Exit});
  });
  if (!P->walk(P->graph().beginOf(V), Walker::None, W))
    return;
  W.finish();
  for (auto [Task, How, Exit] : Found)
    if (Made[Task].Type->isTask())
      lose(Task, How, V, Exit);
}

std::vector<LostTask> TaskFlow::run() {
  if (!Body)
    return {};
  const SourceManager &SM = Flow.context().getSourceManager();
  std::vector<LostTask> Births;
  forEachEvaluated(Body, [&](const Stmt *S) {
    LostTask T;
    if (const auto *E = dyn_cast<Expr>(S))
      if (makesTask(Flow, E, T) && inUserCode(E->getBeginLoc(), SM))
        Births.push_back(T);
    return true;
  });
  for (const LostTask &T : Births)
    make(T);
  if (F->isDependentContext() || F->isTemplated()) {
    // In a pattern, only what does not depend on the arguments is certain, and
    // that nobody ever mentions a variable.
    llvm::erase_if(Lost, [](const LostTask &L) {
      return L.Lost != LostTask::Discarded && L.Lost != LostTask::VoidCast;
    });
    for (const auto &[V, Var] : Variables)
      if (!isa<DecompositionDecl>(V) && !isMentioned(V, Body))
        for (unsigned Task : Var.Births)
          if (Made[Task].Type->isTask())
            lose(Task, LostTask::NeverConsumed, V, nullptr);
    return std::move(Lost);
  }
  // A statement that does not compile is not in the tree: what it would have
  // consumed looks lost.
  if (Flow.context().getDiagnostics().hasUncompilableErrorOccurred()) {
    llvm::erase_if(Lost, [](const LostTask &L) {
      return L.Lost == LostTask::CalleeDrops;
    });
    return std::move(Lost);
  }
  // `auto u = std::move(t);` makes u responsible for what t held. The list
  // grows while it is read.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (size_t I = 0; I < Variables.size(); ++I) {
      const VarDecl *From = (Variables.begin() + I)->first;
      for (const Event &Each : Flow.events(F).of(From)) {
        const Use &U = Each.Does;
        const auto *To = dyn_cast_or_null<VarDecl>(U.To);
        if (U.K != Use::Kept || !To || To == From)
          continue;
        unsigned Task = Variables[From].Births.front();
        Variable &Var = Variables[To];
        if (llvm::is_contained(Var.Births, Task))
          continue;
        Var.Births.push_back(Task);
        Var.Changes[U.At].push_back({Change::Birth, Task, isa<DeclStmt>(U.At)});
        Changed = true;
      }
    }
  }
  for (auto &[V, Var] : Variables)
    follow(V, Var);
  return std::move(Lost);
}

} // namespace

std::vector<LostTask> findLostTasks(FlowContext &Flow, const FunctionDecl *F) {
  return TaskFlow(Flow, F).run();
}

} // namespace coro
