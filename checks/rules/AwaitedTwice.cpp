// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task that can be awaited once is awaited, or given away, again.
#include "Check.h"
#include "analyses/RepeatedAwaits.h"

using namespace clang;

namespace coro {
namespace {

class AwaitedTwice : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
};

void AwaitedTwice::checkFunction(const FunctionDecl &F, Model &M) {
  for (const RepeatedAwait &R : repeatedAwaits(M, &F)) {
    const SourceLocation Loc = R.Second->getBeginLoc();
    if (!firstReportAt(Loc))
      continue;
    diag(Loc, "'%0' was %select{moved from|awaited}1 before, and is "
              "%select{moved|awaited}2 again")
        << nameOf(R.Task) << R.FirstIsAwait << R.SecondIsAwait;
    if (R.First == R.Second)
      note(Loc, "the loop around it runs it again");
    else
      note(R.First->getBeginLoc(), "it is %select{moved from|awaited}0 here")
          << R.FirstIsAwait;
  }
}

Register<AwaitedTwice> R(pitfalls::AwaitedTwice);

} // namespace
} // namespace coro
