// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the readers of control flow share: the unit, and the flow facts of its
// functions, each computed once.
#ifndef COROLINT_CHECKS_FLOW_FLOWCONTEXT_H
#define COROLINT_CHECKS_FLOW_FLOWCONTEXT_H

#include "code/Unit.h"

namespace coro {

class Paths;
class Effects;
class Events;
struct SpawnSites;

/// A translation unit with the flow facts of its functions. The interface is
/// abstract so that `Uses` and `Effects`, which ask each other, do not include
/// each other; `Model` implements it.
class FlowContext : public Unit {
public:
  using Unit::Unit;

  /// The paths through \p F, or null when Clang cannot build its CFG.
  virtual Paths *paths(const clang::FunctionDecl *F) = 0;
  /// What the functions of this translation unit do to their callers.
  virtual Effects &effects() = 0;
  /// Which functions are awaited, spawned and offloaded. Made on first use.
  virtual const SpawnSites &spawnSites() = 0;

  /// Whether \p F ignores the task that it gets as parameter \p Index: its body
  /// is visible and no use of the parameter consumes the task.
  virtual bool dropsParameter(const clang::FunctionDecl *F, unsigned Index) = 0;

  /// What happens to the local variables of \p F. Made once per function.
  virtual Events &events(const clang::FunctionDecl *F) = 0;

  /// Who contains whom in the body of \p F. Made once per function.
  virtual const Parents &parents(const clang::FunctionDecl *F) = 0;
};

} // namespace coro

#endif
