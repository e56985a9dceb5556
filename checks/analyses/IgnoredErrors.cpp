// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds endless loops that go on after an awaited operation has reported its
// cancellation by an error code.
#include "analyses/IgnoredErrors.h"
#include "analyses/CancellationQuestions.h"
#include "flow/Conditions.h"
#include "flow/Paths.h"
#include "flow/Uses.h"

using namespace clang;

namespace coro {

namespace {

bool isErrorCode(QualType T) {
  if (T.isNull())
    return false; // a binding that does not compile
  const CXXRecordDecl *R = T.getNonReferenceType()->getAsCXXRecordDecl();
  return identifier(R) == "error_code";
}

/// The variable through which \p Await reports its error, or null.
const ValueDecl *errorOf(const Expr *Await, const Parents &Up) {
  // redirect_error(token, ec), or an error_code argument.
  const ValueDecl *Code = nullptr;
  forEachEvaluated(awaitedOperand(Await), [&](const Stmt *S) {
    if (const auto *Call = dyn_cast<CallExpr>(S))
      for (const Expr *Arg : Call->arguments())
        if (const ValueDecl *V = namedBy(Arg);
            V && isErrorCode(V->getType()) && Arg->isLValue())
          Code = V;
    return !Code;
  });
  if (Code)
    return Code;
  // auto [ec, n] = co_await ...; error_code ec = co_await ...;
  for (const Stmt *S = Up.of(Await); S; S = Up.of(S)) {
    if (isa<CompoundStmt>(S))
      break;
    const auto *D = dyn_cast<DeclStmt>(S);
    if (!D || !D->isSingleDecl())
      continue;
    if (const auto *Many = dyn_cast<DecompositionDecl>(D->getSingleDecl())) {
      if (Many->bindings().empty())
        return nullptr;
      const BindingDecl *First = Many->bindings().front();
      return isErrorCode(First->getType()) ? First : nullptr;
    }
    const auto *V = dyn_cast<VarDecl>(D->getSingleDecl());
    return V && isErrorCode(V->getType()) ? V : nullptr;
  }
  return nullptr;
}

const Stmt *endlessLoopAround(const Stmt *S, const Parents &Up) {
  for (S = Up.of(S); S; S = Up.of(S)) {
    const Expr *Condition = nullptr;
    if (const auto *For = dyn_cast<ForStmt>(S))
      Condition = For->getCond();
    else if (const auto *While = dyn_cast<WhileStmt>(S))
      Condition = While->getCond();
    else if (const auto *Do = dyn_cast<DoStmt>(S))
      Condition = Do->getCond();
    else
      continue;
    if (!Condition)
      return S;
    Condition = Condition->IgnoreParenImpCasts();
    if (const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(Condition))
      return Literal->getValue() ? S : nullptr;
    if (const auto *Literal = dyn_cast<IntegerLiteral>(Condition))
      return Literal->getValue() != 0 ? S : nullptr;
    return nullptr;
  }
  return nullptr;
}

bool mentions(const Expr *E, const ValueDecl *V) {
  bool Found = false;
  forEachEvaluated(E, [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    Found |= Ref && Ref->getDecl() == V;
    return !Found;
  });
  return Found;
}

class ErrorWalker : public PathWalker {
public:
  enum : unsigned { Before, Awaited, Failed };
  ErrorWalker(FlowContext &Flow, const Expr *Await, const ValueDecl *Code)
      : Flow(Flow), Await(Await), Code(Code) {}

  const Expr *Test = nullptr;
  bool Ignored = false;

  bool statement(const Stmt *S, unsigned &State) override {
    if (S == Await) {
      if (State == Failed) {
        Ignored = true;
        return false;
      }
      State = Awaited;
      return true;
    }
    if (State != Failed)
      return true;
    if (isa<CXXThrowExpr>(S))
      return false;
    if (const auto *Other = dyn_cast<CoawaitExpr>(S)) {
      // Awaiting without an error code throws the cancellation.
      Parents None;
      return errorOf(Other, None) != nullptr;
    }
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return !Flow.roleOfCall(Role::TestsCancellation, Call);
    return true;
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    if (State == Before)
      return true;
    if (testsCancellation(Flow, Condition, nullptr))
      return false; // the author looks at it
    if (State != Awaited || !mentions(Condition, Code))
      return true;
    bool Negated = false;
    const Expr *E = stripCondition(Condition, Negated);
    // Only `ec`, `!ec`, `ec.failed()`: a comparison with a certain error says
    // nothing about the others.
    if (isa_and_nonnull<CXXOperatorCallExpr>(E))
      return true;
    if (Value != Negated) {
      State = Failed;
      Test = Condition;
    } else {
      State = Before;
    }
    return true;
  }

private:
  FlowContext &Flow;
  const Expr *Await;
  const ValueDecl *Code;
};

} // namespace

std::vector<IgnoredErrorCode> findIgnoredErrorCodes(FlowContext &Flow,
                                                    const FunctionDecl *F) {
  std::vector<IgnoredErrorCode> Found;
  if (!Flow.isAsyncCoroutine(F) || F->isDependentContext())
    return Found;
  const Stmt *Body = ownBody(F);
  const Parents &Up = Flow.parents(F);
  forEachEvaluated(Body, [&](const Stmt *S) {
    const auto *Await = dyn_cast<CoawaitExpr>(S);
    if (!Await)
      return true;
    const ValueDecl *Code = errorOf(Await, Up);
    if (!Code)
      return true;
    const CXXRecordDecl *R = F->getReturnType()->getAsCXXRecordDecl();
    const Library *L = Flow.facts().libraryOf(R);
    if (!L || L->Cancels != Channel::ErrorCode || !endlessLoopAround(Await, Up))
      return true;
    Paths *P = Flow.paths(F);
    if (!P)
      return true;
    ErrorWalker W(Flow, Await, Code);
    if (P->walk(ErrorWalker::Before, W) && W.Ignored)
      Found.push_back({Await, Code, W.Test});
    return true;
  });
  return Found;
}

} // namespace coro
