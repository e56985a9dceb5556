// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a function does to its caller: may it block, does it drop what it is
// given, does it rethrow.
#ifndef COROLINT_CHECKS_MODEL_SUMMARY_H
#define COROLINT_CHECKS_MODEL_SUMMARY_H

#include "model/Model.h"

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

/// One place in a coroutine that blocks its thread.
struct BlockingPlace {
  const clang::Stmt *At = nullptr;
  clang::SourceLocation Loc;
  Blocking How;
};

/// Where \p F, a coroutine, blocks its thread: its own calls, what it calls in
/// this translation unit, and the ends of its variables. Calls made after the
/// coroutine moved to a thread where blocking is fine are left out.
std::vector<BlockingPlace>
blockingPlaces(Model &M, const clang::FunctionDecl *F, BlockingTiers Tiers);

/// The text after "=>" of the fact behind \p B, with a timer of the coroutine's
/// own library for a sleep; empty when nothing is known.
std::string replacementFor(Model &M, const clang::FunctionDecl *F,
                           const Blocking &B);

/// "; use X", or "; co_await X instead", for what `replacementFor` answers.
std::string insteadOf(llvm::StringRef Replacement);

/// Summaries of functions, computed from their bodies in this translation unit.
/// A function whose body is elsewhere is taken to do nothing to its caller.
///
/// **Thread safety**: none; one per translation unit.
class Summaries {
public:
  explicit Summaries(Model &M) : M(M) {}

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

  Model &M;
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, bool> Drops;
  llvm::DenseMap<const clang::FunctionDecl *, std::optional<Blocking>>
      BlockingFunctions;
  BlockingTiers CachedTiers;
  llvm::DenseMap<const clang::FunctionDecl *, bool> Rethrows;
};

} // namespace coro

#endif
