// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a function does to its caller: may it block, does it drop what it is
// given, does it rethrow.
#ifndef COROLINT_CHECKS_FLOW_EFFECTS_H
#define COROLINT_CHECKS_FLOW_EFFECTS_H

#include "flow/FlowContext.h"

namespace coro {

/// How a call stops the thread.
struct Blocking {
  Role R = Role::Blocks; // one of the blocks roles, BlocksOnDrop, SyncWait
  const Fact *Why = nullptr;
  /// The name of what blocks, printable.
  std::string What;
  /// The calls from the function asked about down to the one that blocks; the
  /// last one is the blocking call itself.
  std::vector<const clang::Expr *> Chain;
};

/// Which blocking calls count.
struct BlockingTiers {
  bool UnlessNonblocking = false;
  bool Briefly = false;
  bool Files = true;
  bool operator==(const BlockingTiers &) const = default;
};

/// Effects of functions, computed from their bodies in this translation unit.
/// A function whose body is elsewhere is taken to do nothing to its caller.
///
/// **Thread safety**: none; one per translation unit.
class Effects {
public:
  explicit Effects(FlowContext &Flow) : Flow(Flow) {}

  /// Whether the callee does nothing with its task parameter \p Index: its body
  /// is visible and no use of the parameter consumes it.
  bool dropsParameter(const clang::FunctionDecl *F, unsigned Index);

  /// How \p Call, made in \p In, blocks the thread, if it does.
  std::optional<Blocking> blockingOf(const clang::Expr *Call,
                                     const clang::FunctionDecl *In,
                                     BlockingTiers Tiers);

  /// How the end of the local variable \p V blocks the thread, if it does.
  std::optional<Blocking> blockingEnd(const clang::VarDecl *V,
                                      const clang::Stmt *Body);

  /// Whether some path through \p F rethrows the exception being handled.
  bool rethrows(const clang::FunctionDecl *F);

private:
  std::optional<Blocking> blockingIn(const clang::FunctionDecl *F,
                                     BlockingTiers Tiers);

  FlowContext &Flow;
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, bool> Drops;
  llvm::DenseMap<const clang::FunctionDecl *, std::optional<Blocking>>
      BlockingFunctions;
  BlockingTiers CachedTiers;
  llvm::DenseMap<const clang::FunctionDecl *, bool> Rethrows;
};

} // namespace coro

#endif
