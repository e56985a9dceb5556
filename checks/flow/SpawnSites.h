// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who awaits, spawns and offloads which coroutine, in one translation unit.
#ifndef COROLINT_CHECKS_FLOW_SPAWNSITES_H
#define COROLINT_CHECKS_FLOW_SPAWNSITES_H

#include "flow/FlowContext.h"
#include "llvm/ADT/DenseSet.h"

namespace coro {

/// Canonical declarations of functions, by what is done with the tasks they
/// make or with themselves as callables.
struct SpawnSites {
  llvm::DenseSet<const clang::FunctionDecl *> Awaited, Spawned, Offloaded;
};

SpawnSites readSpawnSites(FlowContext &Flow);

} // namespace coro

#endif
