// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who awaits, spawns and offloads which coroutine, in one translation unit.
#ifndef COROLINT_CHECKS_MODEL_CALLGRAPH_H
#define COROLINT_CHECKS_MODEL_CALLGRAPH_H

#include "model/Model.h"
#include "llvm/ADT/DenseSet.h"

namespace coro {

/// Canonical declarations of functions, by what is done with the tasks they
/// make or with themselves as callables.
struct CallGraph {
  llvm::DenseSet<const clang::FunctionDecl *> Awaited, Spawned, Offloaded;
};

CallGraph readCalls(Model &M);

} // namespace coro

#endif
