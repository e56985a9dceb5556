// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which tasks does a function make and lose, and on which path.
#ifndef COROLINT_CHECKS_ANALYSES_LOSTTASKS_H
#define COROLINT_CHECKS_ANALYSES_LOSTTASKS_H

#include "code/TaskCreation.h"
#include "flow/FlowContext.h"

namespace coro {

/// One task that is made and then lost.
struct LostTask : MadeTask {
  enum How : uint8_t {
    Discarded,     // at the end of its full expression
    VoidCast,      // the same, with a cast to void
    Ignored,       // assigned to std::ignore or given to a no-op
    QueriedOnly,   // looked at, then dropped
    Tested,        // tested as a bool
    NeverConsumed, // held by `Holder`, which nothing consumes
    SomePath,      // held by `Holder`, and lost where the path `Exit` leaves
    Overwritten,   // held by `Holder` until `Exit` assigns another
    CalleeDrops,   // given to `Callee`, which drops its parameter `Param`
    Member,        // stored in a member that no member function consumes
  };
  How Lost = Discarded;
  const clang::ValueDecl *Holder = nullptr;
  const clang::Stmt *Exit = nullptr;
  const clang::FunctionDecl *Callee = nullptr;
  unsigned Param = 0;
};

/// The tasks that \p F makes and loses.
std::vector<LostTask> findLostTasks(FlowContext &Flow,
                                    const clang::FunctionDecl *F);

} // namespace coro

#endif
