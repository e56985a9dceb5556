// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which handlers can take a cancellation, and whether what they do with it is
// worth a report.
#include "analyses/SwallowedCancellations.h"
#include "analyses/CancellationQuestions.h"
#include "analyses/CaughtCancellation.h"
#include "flow/SpawnSites.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {

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

class HandlerReader {
public:
  HandlerReader(FlowContext &Flow, const FunctionDecl *F)
      : Flow(Flow), F(F), Body(ownBody(F)), Up(Flow.parents(F)) {}

  std::vector<SwallowedCancellation> run();

private:
  std::vector<CancelType> typesFor(llvm::ArrayRef<const Expr *> Suspensions);
  void read(const CXXTryStmt *Try);
  bool isGrave(const CXXTryStmt *Try, const CXXCatchStmt *Catch,
               llvm::ArrayRef<CancelType> Here,
               llvm::ArrayRef<const Expr *> Suspensions,
               const CaughtCancellation &W) const;
  bool catches(const CXXCatchStmt *Catch, const CXXRecordDecl *Type) const;
  bool mayDeliver(const Expr *Await) const;
  bool cancelledBefore(const CXXTryStmt *Try) const;
  bool mayEndHere(bool Rarely, bool UnlessAwaited) const;
  static bool names(const CXXCatchStmt *Catch, const CXXRecordDecl *Type);

  FlowContext &Flow;
  const FunctionDecl *F;
  const Stmt *Body;
  const Parents &Up;
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
  if (Flow.facts().roleOfType(Role::Immediate, R))
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
    const Library *L = Flow.facts().libraryOf(R);
    if (L)
      Libraries.insert(L);
    else
      OwnLibrary = true;
  };
  Add(F->getReturnType()->getAsCXXRecordDecl());
  for (const Expr *Await : Suspensions) {
    const Expr *Operand = waitedFor(Flow, Await)->IgnoreParenImpCasts();
    Add(Operand->getType().getNonReferenceType()->getAsCXXRecordDecl());
  }
  std::vector<CancelType> Types;
  auto Take = [&](Role R, bool Dedicated) {
    for (auto [Record, Why] : Flow.facts().classes(R)) {
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
  const SourceManager &SM = Flow.context().getSourceManager();
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (S == Try->getHandler(0))
      return false;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S))
      if (SM.isBeforeInTranslationUnit(Call->getBeginLoc(),
                                       Try->getTryBlock()->getEndLoc()))
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
  if (Rarely && Flow.spawnSites().Spawned.contains(Self))
    return true; // made to be a root, though somebody awaits it too
  if (Flow.spawnSites().Awaited.contains(Self))
    return false;
  // Otherwise only what is seen to be awaited counts, if anything speaks for
  // the handler.
  return UnlessAwaited || Flow.spawnSites().Spawned.contains(Self);
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

/// Whether the loop right around \p Try has no end of its own: nothing leaves
/// it but what comes with the end of one of \p Waits.
bool isEndless(const CXXTryStmt *Try, const Parents &Up,
               llvm::ArrayRef<const Expr *> Waits) {
  const Stmt *Loop = Up.of(Try);
  while (Loop && !isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Loop))
    Loop = Up.of(Loop);
  const Expr *Condition = nullptr;
  if (const auto *For = dyn_cast_or_null<ForStmt>(Loop))
    Condition = For->getCond();
  else if (const auto *While = dyn_cast_or_null<WhileStmt>(Loop))
    Condition = While->getCond();
  else
    return false;
  if (const auto *Always =
          Condition ? dyn_cast<CXXBoolLiteralExpr>(Condition) : nullptr;
      Condition && (!Always || !Always->getValue()))
    return false;
  bool Leaves = false;
  forEachEvaluated(Loop, [&](const Stmt *S) {
    if (isa<BreakStmt, GotoStmt>(S))
      Leaves = true;
    if (isa<ReturnStmt>(S)) {
      bool Waited = false;
      forEachEvaluated(S, [&](const Stmt *Part) {
        Waited |= llvm::is_contained(Waits, Part);
        return !Waited;
      });
      Leaves |= !Waited;
    }
    return !Leaves;
  });
  return !Leaves;
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

/// Whether what \p Catch does with a cancellation is worth a report.
bool HandlerReader::isGrave(const CXXTryStmt *Try, const CXXCatchStmt *Catch,
                            llvm::ArrayRef<CancelType> Here,
                            llvm::ArrayRef<const Expr *> Suspensions,
                            const CaughtCancellation &W) const {
  // A general error is a cancellation only now and then, and so is what is
  // thrown only where a token was handed in.
  const bool Rarely = llvm::all_of(
      Here, [](const CancelType &T) { return !T.Dedicated || T.ByToken; });
  // Whoever names the cancellation knows what is caught: ending there is the
  // way to stop, unless somebody is seen to await the end.
  const bool Named = llvm::any_of(Here, [&](const CancelType &T) {
    return T.Dedicated && names(Catch, T.Record);
  });
  // A plain function that runs on a stack of its own may end in any way.
  if (!Flow.isAsyncCoroutine(F))
    return W.How == SwallowedHow::GoesOn && W.Again &&
           isEndless(Try, Up, Suspensions);
  const bool IsTask = Flow.returned(F).Kind != AsyncKind::None;
  if (llvm::any_of(Here, [](const CancelType &T) { return T.Once; }))
    return W.How != SwallowedHow::Ends ||
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
  case SwallowedHow::GoesOn:
    return W.Again ? !isBounded(Try, Up) : Hides;
  case SwallowedHow::Replaced:
    return Named || (!Rarely && Catch->getCaughtType().isNull());
  case SwallowedHow::Ends:
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
    else if (fiberWaitedFor(Flow, S))
      Suspensions.push_back(cast<Expr>(S));
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
  Paths *P = Flow.paths(F);
  if (!P)
    return;
  const SourceManager &SM = Flow.context().getSourceManager();
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
    const CaughtCancellation W =
        followCaught(Flow, *P, Try, Catch, Types, Up, Body);
    if (!W.Swallows)
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
findSwallowedCancellations(FlowContext &Flow, const FunctionDecl *F) {
  if (F->isDependentContext())
    return {};
  // Fibers wait in plain functions, where a library is at hand whose waits
  // throw.
  if (!Flow.isAsyncCoroutine(F) &&
      llvm::none_of(Flow.facts().classes(Role::Cancellation),
                    [](const auto &C) {
                      return C.second->Lib &&
                             C.second->Lib->Cancels == Channel::Exception;
                    }))
    return {};
  return HandlerReader(Flow, F).run();
}

} // namespace coro
