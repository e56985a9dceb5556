// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows a caught cancellation along the paths that leave its handler.
#include "model/Cancellation.h"
#include "model/CallGraph.h"
#include "model/CancellationTest.h"
#include "model/Paths.h"
#include "model/Summary.h"
#include "model/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {

struct CancelType {
  const CXXRecordDecl *Record;
  bool Dedicated; // means nothing but "cancelled"
  bool ByToken;   // thrown only by what was given a token
  bool Once;      // what is swallowed is not thrown again
};

/// Whether \p Catch rethrows on some path.
bool mayRethrow(const CXXCatchStmt *Catch) {
  bool Rethrows = false;
  forEachEvaluated(Catch->getHandlerBlock(), [&](const Stmt *S) {
    const auto *Throw = dyn_cast<CXXThrowExpr>(S);
    Rethrows |= Throw && !Throw->getSubExpr();
    return !Rethrows;
  });
  return Rethrows;
}

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

class HandlerReader {
public:
  HandlerReader(Model &M, const FunctionDecl *F)
      : M(M), F(F), Body(ownBody(F)), Up(Body) {}

  std::vector<SwallowedCancellation> run();

private:
  class Walker;

  std::vector<CancelType> typesFor(llvm::ArrayRef<const Expr *> Suspensions);
  void read(const CXXTryStmt *Try);
  bool isGrave(const CXXTryStmt *Try, const CXXCatchStmt *Catch,
               llvm::ArrayRef<CancelType> Here,
               llvm::ArrayRef<const Expr *> Suspensions, const Walker &W) const;
  bool catches(const CXXCatchStmt *Catch, const CXXRecordDecl *Type) const;
  bool mayDeliver(const Expr *Await) const;
  bool cancelledBefore(const CXXTryStmt *Try) const;
  bool mayEndHere(bool Rarely, bool UnlessAwaited) const;
  static bool names(const CXXCatchStmt *Catch, const CXXRecordDecl *Type);

  Model &M;
  const FunctionDecl *F;
  const Stmt *Body;
  Parents Up;
  std::vector<SwallowedCancellation> Found;
};

bool HandlerReader::mayDeliver(const Expr *Await) const {
  const Expr *Operand = awaitedOperand(Await);
  if (!Operand)
    return false;
  const CXXRecordDecl *R = Operand->IgnoreParenImpCasts()
                               ->getType()
                               .getNonReferenceType()
                               ->getAsCXXRecordDecl();
  if (!R)
    return true;
  if (M.facts().of(Role::Immediate, R))
    return false;
  return !(R->isInStdNamespace() && (identifier(R) == "suspend_always" ||
                                     identifier(R) == "suspend_never"));
}

std::vector<CancelType>
HandlerReader::typesFor(llvm::ArrayRef<const Expr *> Suspensions) {
  llvm::SmallPtrSet<const Library *, 4> Libraries;
  bool OwnLibrary = false; // a type nobody has described
  auto Add = [&](const CXXRecordDecl *R) {
    if (!R)
      return;
    const Library *L = M.facts().libraryOf(R);
    if (L)
      Libraries.insert(L);
    else
      OwnLibrary = true;
  };
  Add(F->getReturnType()->getAsCXXRecordDecl());
  for (const Expr *Await : Suspensions) {
    const Expr *Operand = awaitedOperand(Await)->IgnoreParenImpCasts();
    Add(Operand->getType().getNonReferenceType()->getAsCXXRecordDecl());
  }
  std::vector<CancelType> Types;
  auto Take = [&](Role R, bool Dedicated) {
    for (auto [Record, Why] : M.facts().classes(R)) {
      bool Applies;
      if (!Why->Lib)
        Applies = true; // the user's own word
      else if (Libraries.contains(Why->Lib))
        Applies = Why->Lib->Cancels == Channel::Exception ||
                  Why->Lib->Cancels == Channel::ExceptionOnce ||
                  Why->Lib->Cancels == Channel::ErrorCode ||
                  Why->Lib->Cancels == Channel::Unknown ||
                  Why->Lib->Cancels == Channel::Token;
      else
        Applies = Why->Lib->UserSupplied && OwnLibrary;
      if (Applies)
        Types.push_back(
            {Record, Dedicated, Why->Lib && Why->Lib->Cancels == Channel::Token,
             !Why->Lib || Why->Lib->Cancels == Channel::ExceptionOnce});
    }
  };
  Take(Role::Cancellation, true);
  Take(Role::CancellationCode, false);
  return Types;
}

bool HandlerReader::catches(const CXXCatchStmt *Catch,
                            const CXXRecordDecl *Type) const {
  QualType T = Catch->getCaughtType();
  if (T.isNull())
    return true; // catch (...)
  const CXXRecordDecl *Caught = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Caught)
    return false;
  if (primary(Caught) == primary(Type))
    return true;
  const CXXRecordDecl *Definition = Type->getDefinition();
  return Definition && Caught->hasDefinition() && !Type->isDependentContext() &&
         Definition->isDerivedFrom(Caught);
}

bool HandlerReader::names(const CXXCatchStmt *Catch,
                          const CXXRecordDecl *Type) {
  QualType T = Catch->getCaughtType();
  const CXXRecordDecl *Caught =
      T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
  return Caught && primary(Caught) == primary(Type);
}

/// Cancelling something and then awaiting its end is how one joins it: the
/// cancellation that comes out is one's own.
bool HandlerReader::cancelledBefore(const CXXTryStmt *Try) const {
  bool Found = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (S == Try->getHandler(0))
      return false;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S))
      if (Call->getBeginLoc() < Try->getTryBlock()->getEndLoc())
        Found |= llvm::StringSwitch<bool>(identifier(Call->getMethodDecl()))
                     .Cases({"cancel", "request_cancellation", "request_stop",
                             "requestCancellation", "requestStop", "Cancel",
                             "request_abort"},
                            true)
                     .Default(false);
    return !Found;
  });
  return Found;
}

/// A coroutine at the root of its task has nobody above it to tell: ending the
/// cancellation there is what its end is for.
bool HandlerReader::mayEndHere(bool Rarely, bool UnlessAwaited) const {
  const FunctionDecl *Self = F->getCanonicalDecl();
  if (Rarely && M.calls().Spawned.contains(Self))
    return true; // made to be a root, though somebody awaits it too
  if (M.calls().Awaited.contains(Self))
    return false;
  // Otherwise only what is seen to be awaited counts, if anything speaks for
  // the handler.
  return UnlessAwaited || M.calls().Spawned.contains(Self);
}

/// Whether what \p Suspensions await is the end of something, whose failure
/// concerns nobody: `co_await socket.close()`.
bool isCleanup(llvm::ArrayRef<const Expr *> Suspensions) {
  return llvm::all_of(Suspensions, [](const Expr *Await) {
    bool Found = false;
    forEachEvaluated(awaitedOperand(Await), [&](const Stmt *S) {
      const auto *E = dyn_cast<Expr>(S);
      const FunctionDecl *F = E && isa<CallExpr>(E)
                                  ? cast<CallExpr>(E)->getDirectCallee()
                                  : nullptr;
      std::string Name = identifier(F).lower();
      for (StringRef Word :
           {"close", "shutdown", "stop", "cancel", "join", "cleanup",
            "clean_up", "flush", "disconnect", "abort", "quit", "drain",
            "release", "kill", "terminate", "teardown", "finish", "remove",
            "delete"})
        Found |= StringRef(Name).contains(Word);
      return !Found;
    });
    return Found;
  });
}

/// Whether something in \p Block has to do with cancellation by its name or its
/// type: a token that is handed on.
bool handsInToken(const Stmt *Block) {
  bool Found = false;
  forEachEvaluated(Block, [&](const Stmt *S) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E)
      return !Found;
    const CXXRecordDecl *R =
        E->getType().getNonReferenceType()->getAsCXXRecordDecl();
    StringRef Type = identifier(R);
    Found |= soundsLikeCancellation(Type) || Type.starts_with("stop_");
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      Found |= soundsLikeCancellation(identifier(Ref->getDecl()));
    return !Found;
  });
  return Found;
}

/// Whether the loop right around \p Try ends by itself: it goes over a range,
/// or counts.
bool isBounded(const CXXTryStmt *Try, const Parents &Up) {
  for (const Stmt *S = Up.of(Try); S; S = Up.of(S)) {
    if (isa<CXXForRangeStmt>(S))
      return true;
    if (const auto *For = dyn_cast<ForStmt>(S))
      return For->getCond() && For->getInc();
    const Expr *Condition = nullptr;
    if (const auto *While = dyn_cast<WhileStmt>(S))
      Condition = While->getCond();
    else if (const auto *Do = dyn_cast<DoStmt>(S))
      Condition = Do->getCond();
    else
      continue;
    bool Counts = false;
    forEachEvaluated(Condition, [&](const Stmt *Part) {
      const auto *Op = dyn_cast<UnaryOperator>(Part);
      Counts |= Op && Op->isIncrementDecrementOp();
      return !Counts;
    });
    return Counts;
  }
  return false;
}

/// Whether \p Where tells the caller by value that it did not work: any value
/// but `true`.
bool returnsFailure(const Stmt *Where) {
  const auto *Return = dyn_cast_or_null<CoreturnStmt>(Where);
  const Expr *Value = Return ? Return->getOperand() : nullptr;
  if (!Value || Value->getType()->isVoidType())
    return false;
  const auto *Literal =
      dyn_cast<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts());
  return !Literal || !Literal->getValue();
}

class HandlerReader::Walker : public PathWalker {
public:
  // Caught: nothing is kept. Flagged: a flag says so. Saved: the error itself
  // is kept.
  enum : unsigned { Caught, Flagged, Saved };
  Walker(Model &M, const CXXTryStmt *Try, const CXXCatchStmt *Handler,
         llvm::ArrayRef<CancelType> Types, const Parents &Up, const Stmt *Body)
      : M(M), Try(Try), Handler(Handler), Types(Types), Up(Up) {
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

  bool Swallows = false;
  bool Again = false; // awaits once more what was cancelled
  SwallowedCancellation::How How = SwallowedCancellation::Ends;
  const Stmt *Where = nullptr;

  bool statement(const Stmt *S, unsigned &State) override {
    if (const auto *Throw = dyn_cast<CXXThrowExpr>(S))
      return thrown(Throw, State);
    if (const Expr *Operand = awaitedOperand(S)) {
      const CXXRecordDecl *R = Operand->IgnoreParenImpCasts()
                                   ->getType()
                                   .getNonReferenceType()
                                   ->getAsCXXRecordDecl();
      if (M.facts().of(Role::TestsCancellation, R))
        return false;
      if (M.facts().of(Role::Immediate, R))
        return true;
      // Awaiting the cleanup is fine once the cancellation is kept; trying
      // again is not, when only a flag remembers it.
      bool Repeats = isBelow(S, Try->getTryBlock());
      if (State == Caught || (State == Flagged && Repeats)) {
        Again |= Repeats;
        swallow(SwallowedCancellation::GoesOn, S);
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
      swallow(SwallowedCancellation::Ends, S);
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
             testsCancellation(M, Condition, Handler->getExceptionDecl()));
  }

  void leaves(const Stmt *Last, unsigned State) override {
    if (State != Saved || !rethrownInLoop())
      swallow(SwallowedCancellation::Ends, Last);
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

  void swallow(SwallowedCancellation::How Does, const Stmt *At) {
    // Going on is the gravest, so it is the one to show.
    if (Swallows && Does <= How)
      return;
    Swallows = true;
    How = Does;
    Where = At;
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
    swallow(SwallowedCancellation::Replaced, Throw);
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
    if (M.facts().of(Role::TestsCancellation, Call))
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
    return !(inHandler(Call) && M.summaries().rethrows(F));
  }

  Model &M;
  const CXXTryStmt *Try;
  const CXXCatchStmt *Handler;
  llvm::ArrayRef<CancelType> Types;
  const Parents &Up;
  llvm::SmallDenseMap<const ValueDecl *, Memory, 4> Keeps;
};

/// Whether what \p Catch does with a cancellation is worth a report.
bool HandlerReader::isGrave(const CXXTryStmt *Try, const CXXCatchStmt *Catch,
                            llvm::ArrayRef<CancelType> Here,
                            llvm::ArrayRef<const Expr *> Suspensions,
                            const Walker &W) const {
  // A general error is a cancellation only now and then, and so is what is
  // thrown only where a token was handed in.
  const bool Rarely = llvm::all_of(
      Here, [](const CancelType &T) { return !T.Dedicated || T.ByToken; });
  // Whoever names the cancellation knows what is caught: ending there is the
  // way to stop, unless somebody is seen to await the end.
  const bool Named = llvm::any_of(Here, [&](const CancelType &T) {
    return T.Dedicated && names(Catch, T.Record);
  });
  const bool IsTask = M.returned(F).Kind != AsyncKind::None;
  if (llvm::any_of(Here, [](const CancelType &T) { return T.Once; }))
    return W.How != SwallowedCancellation::Ends ||
           !((Rarely && Named) ||
             (IsTask && mayEndHere(Rarely, Rarely || Named)));
  // Where the cancellation lasts, the next await throws it again: what fails
  // here is one step, and its handler sees to the errors that it is written
  // for. What never ends, what names the cancellation, and what hides
  // everything from everybody, is odd even so.
  const bool Hides =
      !Rarely && Catch->getCaughtType().isNull() &&
      cast<CompoundStmt>(Catch->getHandlerBlock())->body_empty() &&
      !isCleanup(Suspensions);
  switch (W.How) {
  case SwallowedCancellation::GoesOn:
    return W.Again ? !isBounded(Try, Up) : Hides;
  case SwallowedCancellation::Replaced:
    return Named || (!Rarely && Catch->getCaughtType().isNull());
  case SwallowedCancellation::Ends:
    break;
  }
  if (Named)
    return !Rarely && !(IsTask && mayEndHere(false, true));
  if (returnsFailure(W.Where))
    return false;
  if (!Rarely)
    return Hides && !(IsTask && mayEndHere(false, false));
  return llvm::all_of(Here, [](const CancelType &T) { return T.ByToken; }) &&
         handsInToken(Try->getTryBlock()) && IsTask && !mayEndHere(true, true);
}

void HandlerReader::read(const CXXTryStmt *Try) {
  // Suspensions whose cancellation can reach these handlers.
  llvm::SmallVector<const Expr *, 8> Suspensions;
  forEachEvaluated(Try->getTryBlock(), [&](const Stmt *S) {
    if (const auto *E = dyn_cast<CoawaitExpr>(S); E && mayDeliver(E))
      Suspensions.push_back(E);
    // A try inside with a handler for everything lets nothing through but
    // what it rethrows, which is its own concern.
    if (const auto *Inner = dyn_cast<CXXTryStmt>(S))
      for (unsigned I = 0; I < Inner->getNumHandlers(); ++I)
        if (Inner->getHandler(I)->getCaughtType().isNull()) {
          bool Rethrows = false;
          forEachEvaluated(Inner->getHandler(I), [&](const Stmt *H) {
            Rethrows |= isa<CXXThrowExpr>(H);
            return !Rethrows;
          });
          return Rethrows;
        }
    return true;
  });
  if (Suspensions.empty())
    return;
  std::vector<CancelType> Types = typesFor(Suspensions);
  if (Types.empty())
    return;
  Paths *P = M.paths(F);
  if (!P)
    return;
  const SourceManager &SM = M.context().getSourceManager();
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> Taken;
  bool DedicatedTaken = false;
  for (unsigned I = 0; I < Try->getNumHandlers(); ++I) {
    const CXXCatchStmt *Catch = Try->getHandler(I);
    std::vector<CancelType> Here;
    for (const CancelType &T : Types)
      if (!Taken.contains(T.Record) && catches(Catch, T.Record)) {
        Taken.insert(T.Record);
        Here.push_back(T);
      }
    // Who has seen to the cancellation in an earlier handler has seen to it.
    if (DedicatedTaken)
      break;
    DedicatedTaken =
        llvm::any_of(Here, [](const CancelType &T) { return T.Dedicated; });
    if (Here.empty())
      continue;
    // A handler that a macro writes, such as a test framework's, is not the
    // author's.
    if (SM.isMacroBodyExpansion(Catch->getBeginLoc()))
      continue;
    const CFGBlock *Begin = P->handler(Catch);
    if (!Begin)
      continue;
    Walker W(M, Try, Catch, Types, Up, Body);
    if (!P->walk(Begin, Walker::Caught, W) || !W.Swallows)
      continue;
    if (cancelledBefore(Try))
      continue;
    // A general error that is rethrown in the end, as after some retries.
    if (llvm::none_of(Here, [](const CancelType &T) { return T.Dedicated; }) &&
        mayRethrow(Catch))
      continue;
    if (!isGrave(Try, Catch, Here, Suspensions, W))
      continue;
    SwallowedCancellation S;
    S.Handler = Catch;
    S.Exception = Here.front().Record;
    S.Does = W.How;
    S.Where = W.Where;
    S.Suspension = Suspensions.front();
    Found.push_back(S);
  }
}

std::vector<SwallowedCancellation> HandlerReader::run() {
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (const auto *Try = dyn_cast<CXXTryStmt>(S))
      read(Try);
    return true;
  });
  return std::move(Found);
}

} // namespace

std::vector<SwallowedCancellation>
findSwallowedCancellations(Model &M, const FunctionDecl *F) {
  if (!M.isAsyncCoroutine(F) || F->isDependentContext())
    return {};
  return HandlerReader(M, F).run();
}

} // namespace coro
