// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks from a handler and remembers what it keeps of the cancellation:
// nothing, a flag, or the error itself.
#include "analyses/CaughtCancellation.h"
#include "analyses/CancellationQuestions.h"
#include "flow/Conditions.h"
#include "flow/Effects.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {

bool isCurrentException(const Stmt *S) {
  const auto *Call = dyn_cast<CallExpr>(S);
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  return F && identifier(F) == "current_exception";
}

/// Types that carry an error by value: what is stored in one is handed on.
bool carriesError(QualType T) {
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  return R && llvm::StringSwitch<bool>(identifier(R))
                  .Cases({"exception_ptr", "error_code", "error_condition",
                          "expected", "unexpected", "result", "Result",
                          "exception_wrapper", "Try", "outcome", "variant"},
                         true)
                  .Default(false);
}

class Walker : public PathWalker {
public:
  // Caught: nothing is kept. Flagged: a flag says so. Saved: the error itself
  // is kept.
  enum : unsigned { Caught, Flagged, Saved };
  Walker(FlowContext &Flow, const CXXTryStmt *Try, const CXXCatchStmt *Handler,
         llvm::ArrayRef<CancelType> Types, const Parents &Up, const Stmt *Body)
      : Flow(Flow), Try(Try), Handler(Handler), Types(Types), Up(Up) {
    // What the handler keeps for later.
    forEachEvaluated(Handler->getHandlerBlock(), [&](const Stmt *S) {
      auto [Left, Right] = assignment(S);
      const ValueDecl *V = Left ? namedBy(Left) : nullptr;
      if (!V || (isa<VarDecl>(V) && !isa<ParmVarDecl>(V) &&
                 !cast<VarDecl>(V)->isLocalVarDecl()))
        return true;
      const auto *Literal =
          dyn_cast<CXXBoolLiteralExpr>(Right->IgnoreParenImpCasts());
      if (Literal)
        Keeps[V] = {Flag, Literal->getValue()};
      else if (isa<FieldDecl>(V) && !isAsked(V, Body))
        return true; // for others to read
      else if (carriesError(V->getType()))
        Keeps[V] = {Error, true};
      else if (isAsked(V, Body))
        Keeps[V] = {Other, true};
      return true;
    });
  }

  CaughtCancellation Found;

  bool statement(const Stmt *S, unsigned &State) override {
    if (const auto *Throw = dyn_cast<CXXThrowExpr>(S))
      return thrown(Throw, State);
    if (const Expr *Operand = waitedFor(Flow, S)) {
      const CXXRecordDecl *R = Operand->IgnoreParenImpCasts()
                                   ->getType()
                                   .getNonReferenceType()
                                   ->getAsCXXRecordDecl();
      if (Flow.facts().roleOfType(Role::TestsCancellation, R))
        return false;
      if (Flow.facts().roleOfType(Role::Immediate, R))
        return true;
      // Awaiting the cleanup is fine once the cancellation is kept; trying
      // again is not, when only a flag remembers it.
      bool Repeats = isBelow(S, Try->getTryBlock());
      if (State == Caught || (State == Flagged && Repeats)) {
        Found.Again |= Repeats;
        swallow(SwallowedHow::GoesOn, S);
        return false;
      }
      return !(State == Saved && Repeats);
    }
    if (isCurrentException(S)) {
      const ValueDecl *V = keptIn(cast<Expr>(S));
      if (!V)
        return false; // handed on at once
      Keeps[V] = {Error, true};
      State = Saved;
      return true;
    }
    // The saved error is put somewhere else: it is handed on.
    if (auto [Left, Right] = assignment(S); Left && State == Saved) {
      bool Moves = false;
      forEachEvaluated(Right, [&, From = Left](const Stmt *Part) {
        const auto *E = dyn_cast<Expr>(Part);
        auto It = E ? Keeps.find(namedBy(E)) : Keeps.end();
        Moves |= It != Keeps.end() && It->second.What == Error &&
                 namedBy(From) != namedBy(E);
        return !Moves;
      });
      if (Moves)
        return false;
    }
    // A flag or an error set in the handler.
    if (const Expr *Left = assignment(S).first; Left && inHandler(S))
      if (auto It = Keeps.find(namedBy(Left)); It != Keeps.end()) {
        State = std::max<unsigned>(State,
                                   It->second.What == Error ? Saved : Flagged);
        return true;
      }
    if (const auto *Return = dyn_cast<CoreturnStmt>(S)) {
      if (Return->getOperand() && handsOn(Return->getOperand()))
        return false;
      swallow(SwallowedHow::Ends, S);
      return false;
    }
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return called(Call);
    return true;
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    bool Negated = false;
    const Expr *E = stripCondition(Condition, Negated);
    // `if (saved)`, `if (saved.has_value())`
    const Expr *Inner = E;
    if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(E))
      Inner = Call->getImplicitObjectArgument();
    bool Truth = Value != Negated;
    if (auto It = Keeps.find(namedBy(Inner)); It != Keeps.end()) {
      if (State != Caught && It->second.What != Other)
        return Truth == It->second.Truth;
      // `if (!first) first = std::current_exception();`
      if (State == Caught && It->second.What == Error && Truth)
        State = Saved;
    }
    // A kept value that is asked about in any other way: its author handles it.
    if (State != Caught) {
      bool Asked = false;
      forEachEvaluated(Condition, [&](const Stmt *S) {
        const auto *Part = dyn_cast<Expr>(S);
        const ValueDecl *V = Part ? namedBy(Part) : nullptr;
        auto It = Keeps.find(V);
        Asked |= It != Keeps.end() && It->second.What != Flag;
        // `if (auto *error = std::get_if<1>(&kept))`
        if (const auto *Local = dyn_cast_or_null<VarDecl>(V);
            Local && Local->getInit())
          forEachEvaluated(Local->getInit(), [&](const Stmt *Inner) {
            const auto *E = dyn_cast<Expr>(Inner);
            Asked |= E && Keeps.contains(namedBy(E));
            return !Asked;
          });
        return !Asked;
      });
      if (Asked)
        return false;
    }
    // Where the cancellation lasts, a loop that asks others has another way to
    // say that it is the end.
    if (State == Caught && asksOthers(Condition) &&
        llvm::none_of(Types, [](const CancelType &T) { return T.Once; }))
      return false;
    // The author asks whether it is a cancellation.
    return !(inHandler(Condition) &&
             testsCancellation(Flow, Condition, Handler->getExceptionDecl()));
  }

  void leaves(const Stmt *Last, unsigned State) override {
    if (State != Saved || !rethrownInLoop())
      swallow(SwallowedHow::Ends, Last);
  }

private:
  enum Kept : uint8_t { Flag, Error, Other };
  struct Memory {
    Kept What = Other;
    bool Truth = true;
  };

  bool isBelow(const Stmt *S, const Stmt *Top) const {
    for (; S; S = Up.of(S))
      if (S == Top)
        return true;
    return false;
  }
  bool inHandler(const Stmt *S) const { return isBelow(S, Handler); }

  /// Whether \p Condition decides on leaving a loop or the function, and reads
  /// a flag that others set: a member, a global, or a captured variable.
  bool asksOthers(const Expr *Condition) const {
    const Stmt *Decides = Condition;
    while (isa_and_nonnull<Expr>(Decides))
      Decides = Up.of(Decides);
    bool Leaves = isa_and_nonnull<ForStmt, WhileStmt, DoStmt>(Decides);
    if (const auto *If = dyn_cast_or_null<IfStmt>(Decides))
      forEachEvaluated(If, [&](const Stmt *S) {
        Leaves |= isa<BreakStmt, CoreturnStmt, CXXThrowExpr>(S);
        return !Leaves;
      });
    if (!Leaves)
      return false;
    bool Found = false;
    forEachEvaluated(Condition, [&](const Stmt *S) {
      const auto *E = dyn_cast<Expr>(S);
      QualType T = E ? E->getType().getNonReferenceType() : QualType();
      const CXXRecordDecl *R = E ? T->getAsCXXRecordDecl() : nullptr;
      bool IsFlag =
          E && (T->isBooleanType() || (R && R->isInStdNamespace() &&
                                       identifier(R).starts_with("atomic")));
      if (!IsFlag)
        return !Found;
      if (const auto *Member = dyn_cast<MemberExpr>(E))
        Found |= isa<FieldDecl>(Member->getMemberDecl());
      else if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          Found |= V->hasGlobalStorage() || V->getType()->isReferenceType() ||
                   Ref->refersToEnclosingVariableOrCapture();
      return !Found;
    });
    return Found;
  }

  /// Whether what is kept is rethrown in the loop around the handler, as after
  /// the last of some retries.
  bool rethrownInLoop() const {
    const Stmt *Loop = Up.of(Try);
    while (Loop && !isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Loop))
      Loop = Up.of(Loop);
    bool Found = false;
    forEachEvaluated(Loop, [&](const Stmt *S) {
      const auto *Call = dyn_cast<CallExpr>(S);
      Found |=
          Call && identifier(Call->getDirectCallee()) == "rethrow_exception";
      return !Found;
    });
    return Found;
  }

  /// The two sides of `a = b`, or nulls.
  static std::pair<const Expr *, const Expr *> assignment(const Stmt *S) {
    if (const auto *Op = dyn_cast<BinaryOperator>(S);
        Op && Op->getOpcode() == BO_Assign)
      return {Op->getLHS(), Op->getRHS()};
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
        Call && Call->getOperator() == OO_Equal && Call->getNumArgs() == 2)
      return {Call->getArg(0), Call->getArg(1)};
    return {nullptr, nullptr};
  }

  /// Whether a condition in \p Body asks about \p V.
  static bool isAsked(const ValueDecl *V, const Stmt *Body) {
    bool Asked = false;
    forEachEvaluated(Body, [&](const Stmt *S) {
      const Stmt *Condition = nullptr;
      if (const auto *If = dyn_cast<IfStmt>(S)) {
        Condition = If->getCond();
        if (const Stmt *Variable = If->getConditionVariableDeclStmt())
          Condition = Variable;
      } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
        Condition = While->getCond();
      } else if (const auto *Switch = dyn_cast<SwitchStmt>(S)) {
        Condition = Switch->getCond();
      } else if (const auto *Op = dyn_cast<ConditionalOperator>(S)) {
        Condition = Op->getCond();
      }
      if (Condition)
        forEachEvaluated(Condition, [&](const Stmt *Part) {
          const auto *E = dyn_cast<Expr>(Part);
          Asked |= E && namedBy(E) == V;
          return !Asked;
        });
      return !Asked;
    });
    return Asked;
  }

  void swallow(SwallowedHow Does, const Stmt *At) {
    // Going on is the gravest, so it is the one to show.
    if (Found.Swallows && Does <= Found.How)
      return;
    Found.Swallows = true;
    Found.How = Does;
    Found.Where = At;
  }

  bool thrown(const CXXThrowExpr *Throw, unsigned State) {
    if (!Throw->getSubExpr() || State != Caught)
      return false;
    const Expr *What = Throw->getSubExpr();
    const CXXRecordDecl *R =
        What->getType().getNonReferenceType()->getAsCXXRecordDecl();
    bool SameVariable = false;
    forEachEvaluated(What, [&](const Stmt *S) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      SameVariable |= Ref && Handler->getExceptionDecl() &&
                      Ref->getDecl() == Handler->getExceptionDecl() &&
                      R == Ref->getDecl()
                               ->getType()
                               .getNonReferenceType()
                               ->getAsCXXRecordDecl();
      return true;
    });
    if (SameVariable)
      return false;
    for (const CancelType &T : Types)
      if (R &&
          (primary(R) == primary(T.Record) ||
           (R->hasDefinition() && T.Record->hasDefinition() &&
            !T.Record->isDependentContext() && R->isDerivedFrom(T.Record))))
        return false;
    swallow(SwallowedHow::Replaced, Throw);
    return false;
  }

  /// The variable or member that receives \p E, or null.
  const ValueDecl *keptIn(const Expr *E) const {
    for (const Stmt *S = Up.of(E); S; S = Up.of(S)) {
      if (const auto *D = dyn_cast<DeclStmt>(S))
        return D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl())
                                 : nullptr;
      if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
          Call && Call->getOperator() == OO_Equal) {
        const ValueDecl *V = namedBy(Call->getArg(0));
        if (!V || (isa<VarDecl>(V) && !cast<VarDecl>(V)->isLocalVarDecl()))
          return nullptr;
        // A member that this function never asks about is for others to read.
        return isa<VarDecl>(V) || Keeps.contains(V) ? V : nullptr;
      }
      if (isa<CallExpr, CompoundStmt>(S))
        return nullptr;
    }
    return nullptr;
  }

  /// Whether \p Result carries the cancellation out by value.
  bool handsOn(const Expr *Result) const {
    bool Hands = false;
    forEachEvaluated(Result, [&](const Stmt *S) {
      if (isCurrentException(S))
        Hands = true;
      if (const auto *Member = dyn_cast<MemberExpr>(S))
        if (identifier(Member->getMemberDecl()) == "what")
          return false;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        const ValueDecl *D = Ref->getDecl();
        Hands |=
            D == Handler->getExceptionDecl() ||
            (isa<EnumConstantDecl>(D) && soundsLikeCancellation(identifier(D)));
        if (auto It = Keeps.find(D); It != Keeps.end())
          Hands |= It->second.What == Error;
      }
      return !Hands;
    });
    return Hands;
  }

  bool called(const CallExpr *Call) {
    const FunctionDecl *F = Call->getDirectCallee();
    StringRef Name = identifier(F);
    if (Name == "rethrow_exception" || Name == "throw_with_nested" ||
        Name == "rethrow_if_nested")
      return false;
    if (Flow.roleOfCall(Role::TestsCancellation, Call))
      return false;
    if (llvm::StringSwitch<bool>(Name)
            .Cases({"set_exception", "setException", "set_error", "set_stopped",
                    "unhandled_stopped", "set_cancelled", "stop", "terminate",
                    "exit", "abort", "quick_exit"},
                   true)
            .Default(false))
      return false;
    for (const Expr *Arg : Call->arguments()) {
      const Expr *Given = Arg->IgnoreImplicit();
      if (const auto *Made = dyn_cast<CXXConstructExpr>(Given);
          Made && Made->getNumArgs() == 1)
        Given = Made->getArg(0)->IgnoreImplicit();
      if (const auto *Moved = dyn_cast<CallExpr>(Given);
          Moved && Moved->getNumArgs() == 1)
        Given = Moved->getArg(0);
      const ValueDecl *V = namedBy(Given);
      if (auto It = V ? Keeps.find(V) : Keeps.end();
          It != Keeps.end() && It->second.What == Error &&
          !isa<CXXOperatorCallExpr>(Call))
        return false; // the saved exception is given to somebody
    }
    return !(inHandler(Call) && Flow.effects().rethrows(F));
  }

  FlowContext &Flow;
  const CXXTryStmt *Try;
  const CXXCatchStmt *Handler;
  llvm::ArrayRef<CancelType> Types;
  const Parents &Up;
  llvm::SmallDenseMap<const ValueDecl *, Memory, 4> Keeps;
};

} // namespace

CaughtCancellation followCaught(FlowContext &Flow, Paths &P,
                                const CXXTryStmt *Try,
                                const CXXCatchStmt *Handler,
                                llvm::ArrayRef<CancelType> Types,
                                const Parents &Up, const Stmt *Body) {
  const CFGBlock *Begin = P.graph().handler(Handler);
  Walker W(Flow, Try, Handler, Types, Up, Body);
  if (!Begin || !P.walk(Begin, Walker::Caught, W))
    return {};
  return W.Found;
}

} // namespace coro
