// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds tasks that are awaited, or given away, a second time.
#ifndef COROLINT_CHECKS_ANALYSES_REPEATEDAWAITS_H
#define COROLINT_CHECKS_ANALYSES_REPEATEDAWAITS_H

#include "flow/FlowContext.h"

namespace coro {

/// A task in a local variable that some path consumes twice.
struct RepeatedAwait {
  const clang::VarDecl *Task = nullptr;
  const clang::Stmt *First = nullptr;  // the await, or what it was moved into
  const clang::Stmt *Second = nullptr; // the same as `First` in a loop
  bool FirstIsAwait = false;
  bool SecondIsAwait = false;
};

/// The tasks of \p F that are consumed twice, one for each variable. Nothing is
/// said of tasks that may be awaited many times, of variables that something
/// else may fill in between, and of paths that ask whether the task is there.
std::vector<RepeatedAwait> repeatedAwaits(FlowContext &Flow,
                                          const clang::FunctionDecl *F);

} // namespace coro

#endif
