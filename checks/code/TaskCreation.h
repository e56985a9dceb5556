// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises the expressions that make a task.
#ifndef COROLINT_CHECKS_CODE_TASKCREATION_H
#define COROLINT_CHECKS_CODE_TASKCREATION_H

#include "code/Unit.h"

namespace coro {

/// An expression that makes a task.
struct MadeTask {
  const clang::Expr *Origin = nullptr;
  const TaskType *Type = nullptr;
  bool Running = false; // made by a spawn function: it runs, whatever its type

  /// Whether the task runs as soon as it is made.
  bool runs() const { return Running || Type->Starts == Start::Eager; }
};

/// Whether \p E makes a task: a prvalue of a type that is work. Describes the
/// task in \p Out.
bool makesTask(Unit &U, const clang::Expr *E, MadeTask &Out);

} // namespace coro

#endif
