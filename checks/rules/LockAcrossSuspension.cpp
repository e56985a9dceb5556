// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mutex of threads is held where its coroutine is suspended.
#include "Check.h"
#include "analyses/HeldLocks.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace coro {
namespace {

class LockAcrossSuspension : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
};

void LockAcrossSuspension::checkFunction(const FunctionDecl &F, Model &M) {
  for (const HeldLock &Lock : locksAcrossSuspension(M, &F)) {
    if (!firstReportAt(Lock.Taken))
      continue;
    std::string Name =
        Lock.Guard
            ? Lock.Guard->getNameAsString()
            : Lexer::getSourceText(
                  CharSourceRange::getTokenRange(Lock.Mutex->getSourceRange()),
                  M.context().getSourceManager(), M.context().getLangOpts())
                  .str();
    diag(Lock.Taken,
         "%select{'%1' holds its mutex|'%1' is held}0 while '%2' is suspended")
        << (Lock.Guard ? 0 : 1) << Name << nameOf(&F);
    note(Lock.Suspension->getBeginLoc(), "it is suspended here");
  }
}

Register<LockAcrossSuspension> R(pitfalls::LockAcrossSuspension);

} // namespace
} // namespace coro
