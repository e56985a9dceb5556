// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises code in which the author asks whether something was cancelled.
#include "analyses/CancellationQuestions.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

bool soundsLikeCancellation(StringRef Name) {
  return Name.contains_insensitive("cancel") ||
         Name.contains_insensitive("abort") ||
         Name.contains_insensitive("stop_requested") ||
         Name.contains_insensitive("stopped") ||
         Name.contains_insensitive("interrupt");
}

bool testsCancellation(FlowContext &Flow, const Stmt *E,
                       const ValueDecl *Caught) {
  bool Found = false;
  forEachEvaluated(E, [&](const Stmt *S) {
    const NamedDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      D = Ref->getDecl();
    else if (const auto *Member = dyn_cast<MemberExpr>(S))
      D = Member->getMemberDecl();
    if (const auto *Call = dyn_cast<CallExpr>(S))
      Found |= Flow.roleOfCall(Role::TestsCancellation, Call) != nullptr;
    Found |= isa<CXXDynamicCastExpr>(S);
    Found |= D && (D == Caught || soundsLikeCancellation(identifier(D)));
    return !Found;
  });
  return Found;
}

const Expr *fiberWaitedFor(FlowContext &Flow, const Stmt *S) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
  if (!Call || !llvm::StringSwitch<bool>(identifier(Call->getMethodDecl()))
                    .Cases({"Get", "Wait", "WaitFor", "WaitUntil"}, true)
                    .Default(false))
    return nullptr;
  const Expr *Object = Call->getImplicitObjectArgument();
  const TaskType &T = Flow.types().of(Object->IgnoreParenImpCasts()->getType());
  // No coroutine returns it, and nothing awaits it.
  return T.isTask() && T.Lib && T.Lib->Cancels == Channel::Exception &&
                 T.Starts == Start::Eager && T.Record &&
                 !Flow.types().promiseOf(T.Record)
             ? Object
             : nullptr;
}

const Expr *waitedFor(FlowContext &Flow, const Stmt *S) {
  const Expr *Awaited = awaitedOperand(S);
  return Awaited ? Awaited : fiberWaitedFor(Flow, S);
}

} // namespace coro
