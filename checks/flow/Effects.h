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
  unsigned index() const {
    return (UnlessNonblocking ? 1 : 0) | (Briefly ? 2 : 0) | (Files ? 4 : 0);
  }
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

  /// How the end of \p V, a local variable of \p In, blocks the thread, if it
  /// does.
  std::optional<Blocking> blockingEnd(const clang::VarDecl *V,
                                      const clang::FunctionDecl *In);

  /// Whether some path through \p F rethrows the exception being handled.
  bool rethrows(const clang::FunctionDecl *F);

private:
  /// One thing that a function does and that may block.
  struct Step {
    const clang::Expr *Call = nullptr;
    const clang::FunctionDecl *Callee = nullptr; // null where it blocks itself
    std::optional<Blocking> Direct = std::nullopt;
  };
  using Steps = llvm::SmallVector<Step, 4>;
  /// The steps of one function, in source order up to the first that blocks by
  /// itself, and the one that makes the function block.
  struct Summary {
    Steps All;
    const Step *Blocks = nullptr;
    bool Solved = false;
    unsigned Index = 0, Low = 0, Next = 0; // of Tarjan's algorithm
  };
  using SummaryMap =
      llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Summary>>;

  Steps stepsOf(const clang::Expr *Call, const clang::FunctionDecl *In,
                BlockingTiers Tiers);
  Steps stepsIn(const clang::FunctionDecl *Def, BlockingTiers Tiers);
  std::optional<Blocking> directly(const clang::Expr *Call,
                                   const clang::FunctionDecl *In,
                                   BlockingTiers Tiers);
  const clang::FunctionDecl *readable(const clang::FunctionDecl *F) const;
  const Summary *solve(const clang::FunctionDecl *F, BlockingTiers Tiers);
  void solveComponent(llvm::ArrayRef<const clang::FunctionDecl *> Component,
                      SummaryMap &Known);
  Blocking chainFrom(const Step &First, BlockingTiers Tiers);
  bool waitsForTask(const clang::FunctionDecl *F);
  bool isKnownReady(const clang::CXXMemberCallExpr *Call,
                    const clang::FunctionDecl *In);

  FlowContext &Flow;
  enum class Dropping : uint8_t { Open, No, Yes };
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, Dropping>
      Drops;
  unsigned DropQuestions = 0;   // that are open
  bool MetOpenQuestion = false; // by one of these
  SummaryMap Summaries[8];      // by tiers
  llvm::DenseMap<const clang::FunctionDecl *, bool> Rethrows;
};

} // namespace coro

#endif
