// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task tested as a bool says whether there is a task, not what it yields.
#include "Check.h"
#include "analyses/LostTasks.h"
#include "code/Callables.h"
#include "code/Calls.h"

using namespace clang;

namespace coro {
namespace {

class TaskInCondition : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
};

void TaskInCondition::checkFunction(const FunctionDecl &F, Model &M) {
  for (const LostTask &Lost : M.lostTasks(&F)) {
    SourceLocation Loc = Lost.Origin->getBeginLoc();
    if (Lost.Lost != LostTask::Tested || !firstReportAt(Loc))
      continue;
    diag(Loc, "this condition tests the task that '%0' returns, not its result")
        << shortCallee(Lost.Origin);
    if (M.isAsyncCoroutine(&F) && Loc.isFileID())
      suggest(Loc, "add 'co_await'",
              FixItHint::CreateInsertion(Loc, "co_await "));
  }
  forEachEvaluated(ownBody(&F), [&](const Stmt *S) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isa<CallExpr>(E) || !M.roleOfCall(Role::Predicate, E))
      return true;
    for (const Expr *Arg : cast<CallExpr>(E)->arguments()) {
      if (!isCallable(Arg))
        continue;
      // The predicate comes first; what follows may be the action.
      const TaskType &Result = asyncResultOf(M, Arg);
      if (!Result.isTask() || !firstReportAt(Arg->getBeginLoc()))
        break;
      diag(Arg->getBeginLoc(),
           "this predicate of '%0' returns a task, and a task is not its "
           "result")
          << calleeName(E);
      break;
    }
    return true;
  });
}

Register<TaskInCondition> R(pitfalls::TaskInCondition);

} // namespace
} // namespace coro
