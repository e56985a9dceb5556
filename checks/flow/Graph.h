// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The control-flow graph of one function, with what Clang's leaves out: where
// an exception goes, and which variables end on its way.
#ifndef COROLINT_CHECKS_FLOW_GRAPH_H
#define COROLINT_CHECKS_FLOW_GRAPH_H

#include "code/Coroutine.h"
#include "clang/Analysis/Analyses/Dominators.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>

namespace coro {

/// Where an exception goes from one statement.
struct Unwinding {
  /// The innermost `try` whose block contains the statement; null when the
  /// exception leaves the function.
  const clang::CXXTryStmt *Try = nullptr;
  /// The local variables that end between the statement and the handlers,
  /// innermost first.
  llvm::SmallVector<const clang::VarDecl *, 4> Ended;
};

/// The graph of one function, in which every expression is an element of its
/// own.
///
/// **Thread safety**: none; one per translation unit.
class Graph {
public:
  /// Null when Clang cannot build the CFG of \p F, as for a pattern. \p Up are
  /// the parents in its body.
  static std::unique_ptr<Graph> of(const clang::FunctionDecl *F,
                                   clang::ASTContext &Context,
                                   const Parents &Up);

  clang::ASTContext &context() const { return Context; }
  const clang::CFG &cfg() const { return *Blocks; }
  const clang::CFGBlock &entry() const { return Blocks->getEntry(); }
  const clang::CFGBlock &exit() const { return Blocks->getExit(); }
  /// Who contains whom in the body.
  const Parents &parents() const { return Up; }

  /// Where to begin a walk that is about the local variable \p V alone: at the
  /// entry, or in a large function at the block that declares \p V.
  const clang::CFGBlock *beginOf(const clang::VarDecl *V);

  /// The block that begins the handler \p Catch, or null.
  const clang::CFGBlock *handler(const clang::CXXCatchStmt *Catch) const;

  /// Where an exception that is thrown at \p S goes.
  const Unwinding &unwinding(const clang::Stmt *S);

  /// The variables that end on the edge from \p From to \p To because an
  /// exception takes it: from a `throw`, or from a `try` whose handlers do not
  /// match.
  llvm::ArrayRef<const clang::VarDecl *>
  endedByThrow(const clang::CFGBlock &From, const clang::CFGBlock &To);

  /// Whether every path to \p Second runs \p First before. A loop around
  /// \p First that does not contain \p Second is expected to run at least once.
  bool precedes(const clang::Stmt *First, const clang::Stmt *Second);

private:
  Graph(clang::ASTContext &Context, const Parents &Up)
      : Context(Context), Up(Up) {}
  void index();

  clang::ASTContext &Context;
  std::unique_ptr<clang::CFG> Blocks;
  const Parents &Up;
  llvm::DenseMap<const clang::Stmt *, Unwinding> Unwindings;
  /// Per statement: its block, and its place there. Filled on first use.
  llvm::DenseMap<const clang::Stmt *, std::pair<clang::CFGBlock *, unsigned>>
      Where;
  /// Per local variable: the block that declares it. Filled on first use.
  llvm::DenseMap<const clang::VarDecl *, const clang::CFGBlock *> Begins;
  std::unique_ptr<clang::CFGDomTree> Dominators;
};

/// The condition that decides between the two successors of \p B, or null.
const clang::Expr *branchCondition(const clang::CFGBlock &B);

} // namespace coro

#endif
