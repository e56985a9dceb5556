// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A call that blocks the thread, in a coroutine or in a function it calls.
#include "Check.h"
#include "analyses/BlockingCalls.h"
#include "code/Calls.h"

using namespace clang;

namespace coro {
namespace {

class BlockingCall : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;

private:
  void report(const FunctionDecl &F, const BlockingPlace &Place, Model &M);

  Option<bool> Files{*this, "Files", true,
                     "Also report calls that open, copy or flush files."};
  Option<bool> UnlessNonblocking{
      *this, "UnlessNonblocking", false,
      "Also report calls that block unless their object is non-blocking, such "
      "as read()."};
  Option<bool> Briefly{*this, "Briefly", false,
                       "Also report calls that block for a short time, such as "
                       "locking a mutex."};
};

void BlockingCall::checkFunction(const FunctionDecl &F, Model &M) {
  BlockingTiers Tiers{*UnlessNonblocking, *Briefly, *Files};
  for (const BlockingPlace &Place : blockingPlaces(M, &F, Tiers))
    if (Place.How.R != Role::SyncWait)
      report(F, Place, M);
}

void BlockingCall::report(const FunctionDecl &F, const BlockingPlace &Place,
                          Model &M) {
  if (!firstReportAt(Place.Loc))
    return;
  const Blocking &B = Place.How;
  if (B.R == Role::BlocksOnDrop && B.Chain.empty()) {
    diag(Place.Loc, "the destructor of '%0' blocks the thread that runs this "
                    "coroutine")
        << B.What;
    if (!B.Why->Text.empty())
      note(Place.Loc, "%0") << B.Why->Text;
    return;
  }
  std::string Instead =
      B.R == Role::BlocksOnDrop ? "" : replacementFor(M, &F, B);
  if (!Instead.empty())
    Instead = insteadOf(Instead);
  if (B.Chain.size() <= 1) {
    diag(Place.Loc, "'%0' blocks the thread that runs this coroutine%1")
        << B.What << Instead;
    return;
  }
  const FunctionDecl *Callee = calleeOf(B.Chain.front());
  diag(Place.Loc,
       "'%0' calls '%1', which blocks the thread that runs this coroutine%2")
      << nameOf(Callee) << B.What << Instead;
  for (size_t I = 1; I < B.Chain.size(); ++I)
    note(B.Chain[I]->getExprLoc(), "'%0' is called here")
        << (I + 1 == B.Chain.size() ? B.What : nameOf(calleeOf(B.Chain[I])));
  if (B.R == Role::BlocksOnDrop)
    note(B.Chain.back()->getExprLoc(), "the destructor of '%0' blocks")
        << B.What;
}

Register<BlockingCall> R(pitfalls::BlockingCall);

} // namespace
} // namespace coro
