// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine outlives an argument, its object or its lambda.
#include "Check.h"
#include "analyses/Borrows.h"

using namespace clang;

namespace coro {
namespace {

class DanglingArgument : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
};

void DanglingArgument::checkFunction(const FunctionDecl &F, Model &M) {
  for (const DanglingReference &R : danglingReferences(M, &F)) {
    if (!firstReportAt(R.Call->getBeginLoc()))
      continue;
    const std::string Name = nameOf(R.Callee);
    const std::string Local = R.Local ? R.Local->getNameAsString() : "";
    const unsigned Which = R.Local ? 1 : 0;
    switch (R.K) {
    case DanglingReference::Argument:
      diag(R.Call->getBeginLoc(),
           "'%0' runs with a reference to %select{a temporary|'%2'}1, which "
           "is gone by then (argument %3)")
          << Name << Which << Local << R.Index;
      break;
    case DanglingReference::Object:
      diag(R.Call->getBeginLoc(), "'%0' runs on %select{a temporary|'%2'}1, "
                                  "which is gone by then")
          << Name << Which << Local;
      break;
    case DanglingReference::Closure:
      diag(
          R.Call->getBeginLoc(),
          "the coroutine of %select{this lambda|'%1'}0 runs with its captures, "
          "which are gone by then")
          << Which << Local;
      break;
    }
    note(R.Where->getBeginLoc(),
         R.How == DanglingReference::Kept      ? "the task is kept here"
         : R.How == DanglingReference::Started ? "the task is started here"
                                               : "the task is returned here");
  }
}

Register<DanglingArgument> R(pitfalls::DanglingArgument);

} // namespace
} // namespace coro
