// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A lazy task that nobody consumes never runs.
#include "Check.h"
#include "analyses/LostMembers.h"
#include "analyses/LostTasks.h"
#include "code/Calls.h"

using namespace clang;

namespace coro {
namespace {

class UnawaitedTask : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override {
    for (const LostTask &Lost : M.lostTasks(&F))
      if (!Lost.runs() && Lost.Lost != LostTask::Tested)
        report(F, Lost, M);
  }
  void checkRecord(const CXXRecordDecl &C, Model &M) override {
    for (const LostTask &Lost : findLostMembers(M, &C))
      if (!Lost.runs())
        report(C, Lost, M);
  }

private:
  void report(const NamedDecl &In, const LostTask &Lost, Model &M);
  void explain(const LostTask &Lost, Model &M);

  Option<bool> SomePaths{*this, "SomePaths", true,
                         "Also report a task that is lost on some path only."};
  Option<bool> Awaiters{
      *this, "Awaiters", true,
      "Also report awaitable operations that are no coroutine's return type."};
};

void UnawaitedTask::report(const NamedDecl &In, const LostTask &Lost,
                           Model &M) {
  if (Lost.Lost == LostTask::SomePath && !*SomePaths)
    return;
  if (!Lost.Type->isTask() && !*Awaiters)
    return;
  SourceLocation Loc = Lost.Origin->getExprLoc();
  if (!isa<CXXOperatorCallExpr>(Lost.Origin) || Loc.isInvalid())
    Loc = Lost.Origin->getBeginLoc();
  if (!firstReportAt(Loc))
    return;
  const FunctionDecl *Callee = calleeOf(Lost.Origin);
  const auto *Call = dyn_cast<CallExpr>(Lost.Origin);
  std::string Name = shortCallee(Lost.Origin);
  std::string What = Lost.Type->isTask() ? "task" : "awaitable";
  if (isa<CoawaitExpr>(Lost.Origin))
    What += " that this 'co_await' yields";
  else if (!Call)
    What = "'" + Lost.Type->Record->getNameAsString() + "'";
  else
    What += " returned by '" + Name + "'";
  bool Lock = M.facts().roleOfFunction(Role::AsyncLock, Callee,
                                       objectOf(Lost.Origin)) ||
              M.facts().roleOfType(Role::AsyncLock, Lost.Type->Record);
  llvm::StringRef So = Lock ? ", so the lock is not taken"
                       : Lost.Type->Starts == Start::Lazy
                           ? (Lost.Type->isTask() ? ", so it never runs"
                                                  : ", so nothing happens")
                           : "";
  // Where the value is dropped on the spot in a coroutine of the same library,
  // awaiting it is what was meant, and compiles.
  const auto *F = dyn_cast<FunctionDecl>(&In);
  SourceLocation Begin = Lost.Origin->getBeginLoc();
  FixItHint Fix;
  bool Awaitable = Lost.Lost == LostTask::Discarded && F &&
                   M.isAsyncCoroutine(F) && canPrefix(Lost.Origin);
  if (Awaitable && Lost.Type->isTask() && M.returned(F).Record &&
      primary(M.returned(F).Record) == primary(Lost.Type->Record))
    Fix = FixItHint::CreateInsertion(Begin, "co_await ");
  switch (Lost.Lost) {
  case LostTask::SomePath:
    diag(Loc, "%0 is not awaited on every path") << What;
    break;
  case LostTask::Overwritten:
    diag(Loc, "%0 is overwritten before it is awaited%1") << What << So;
    break;
  case LostTask::Member:
    diag(Loc, "%0 is stored in '%1', which no member function of '%2' "
              "awaits%3")
        << What << Lost.Holder->getName() << In.getNameAsString() << So;
    break;
  default:
    diag(Loc, "%0 is never awaited%1") << What << So << SafeFix{Fix};
    break;
  }
  explain(Lost, M);
  if (Awaitable && Fix.isNull())
    suggest(Begin, "add 'co_await'",
            FixItHint::CreateInsertion(Begin, "co_await "));
}

void UnawaitedTask::explain(const LostTask &Lost, Model &M) {
  const SourceManager &SM = M.context().getSourceManager();
  switch (Lost.Lost) {
  case LostTask::NeverConsumed:
    note(Lost.Holder->getLocation(), "it is held by '%0', which nothing awaits")
        << nameOf(Lost.Holder);
    break;
  case LostTask::SomePath: {
    SourceLocation Where = Lost.Holder->getLocation();
    if (Lost.Exit)
      Where = isa<CompoundStmt>(Lost.Exit) ? Lost.Exit->getEndLoc()
                                           : Lost.Exit->getBeginLoc();
    note(Where, "the path that leaves here loses '%0'") << nameOf(Lost.Holder);
    break;
  }
  case LostTask::Overwritten:
    note(Lost.Exit->getBeginLoc(), "'%0' is overwritten here")
        << nameOf(Lost.Holder);
    break;
  case LostTask::CalleeDrops:
    note(Lost.Callee->getParamDecl(Lost.Param)->getLocation(),
         "'%0' does nothing with this parameter")
        << nameOf(Lost.Callee);
    break;
  default:
    break;
  }
  const FunctionDecl *Callee = calleeOf(Lost.Origin);
  if (Callee && Lost.Type->isTask() && Lost.Type->Starts == Start::Lazy &&
      !isa<CXXConstructorDecl>(Callee) &&
      !SM.isInSystemHeader(Callee->getLocation()))
    note(Callee->getLocation(),
         "'%0' returns a lazy task: it starts when it is awaited")
        << nameOf(Callee);
}

Register<UnawaitedTask> R(pitfalls::UnawaitedTask);

} // namespace
} // namespace coro
