// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which tasks does a function make and lose, and on which path.
#ifndef COROLINT_CHECKS_MODEL_FLOW_H
#define COROLINT_CHECKS_MODEL_FLOW_H

#include "model/Model.h"

namespace coro {

/// One task that is made and then lost.
struct LostTask {
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
  const clang::Expr *Origin = nullptr; // the expression that makes it
  const TaskType *Type = nullptr;
  bool Running = false; // made by a spawn function: it runs, whatever its type
  How Lost = Discarded;
  const clang::ValueDecl *Holder = nullptr;
  const clang::Stmt *Exit = nullptr;
  const clang::FunctionDecl *Callee = nullptr;
  unsigned Param = 0;

  /// Whether the task was running when it was lost.
  bool runs() const { return Running || Type->Starts == Start::Eager; }
};

/// Whether \p E makes a task: a prvalue of a type that is work. Describes it in
/// \p Out.
bool makesTask(Model &M, const clang::Expr *E, LostTask &Out);

std::vector<LostTask> findLostTasks(Model &M, const clang::FunctionDecl *F);

/// Lazy tasks stored in private members of \p C that no member function
/// consumes. Empty unless the whole class is visible.
std::vector<LostTask> findLostMembers(Model &M, const clang::CXXRecordDecl *C);

} // namespace coro

#endif
