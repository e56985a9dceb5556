// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A handler takes the cancellation of its coroutine and does not hand it on.
#include "Check.h"
#include "analyses/IgnoredErrors.h"
#include "analyses/SwallowedCancellations.h"

using namespace clang;

namespace coro {
namespace {

class SwallowedCancellationRule : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;

private:
  Option<bool> Replaced{
      *this, "Replaced", true,
      "Also report a handler that throws another exception instead."};
  Option<bool> ErrorCodes{
      *this, "ErrorCodes", true,
      "Also report endless loops that go on after the error "
      "code of an awaited operation."};
};

void SwallowedCancellationRule::checkFunction(const FunctionDecl &F, Model &M) {
  for (const SwallowedCancellation &S : findSwallowedCancellations(M, &F)) {
    if ((S.Does == SwallowedHow::Replaced && !*Replaced) ||
        !firstReportAt(S.Handler->getBeginLoc()))
      continue;
    llvm::StringRef Does = S.Does == SwallowedHow::Replaced
                               ? "throws something else in its place"
                           : S.Does == SwallowedHow::GoesOn
                               ? "goes on as if nothing had happened"
                               : "ends the coroutine as if it had succeeded";
    diag(S.Handler->getBeginLoc(),
         "this handler catches the cancellation '%0' and %1")
        << S.Exception->getNameAsString() << Does;
    note(S.Suspension->getBeginLoc(), "the cancellation arrives here");
    if (S.Where)
      note(S.Where->getBeginLoc(),
           S.Does == SwallowedHow::Replaced ? "it is replaced here"
           : S.Does == SwallowedHow::GoesOn ? "the coroutine awaits again here"
                                            : "the coroutine returns here");
  }
  if (!*ErrorCodes)
    return;
  for (const IgnoredErrorCode &I : findIgnoredErrorCodes(M, &F)) {
    if (!firstReportAt(I.Await->getBeginLoc()))
      continue;
    diag(I.Await->getBeginLoc(),
         "this loop goes on after '%0', so a cancelled operation is started "
         "again for ever")
        << I.Code->getNameAsString();
    note(I.Test->getBeginLoc(),
         "the failing path returns to the loop from here");
  }
}

Register<SwallowedCancellationRule> R(pitfalls::SwallowedCancellation);

} // namespace
} // namespace coro
