// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The paths through one function: its graph, walked with a small state and with
// what is known of its conditions.
#ifndef COROLINT_CHECKS_FLOW_PATHS_H
#define COROLINT_CHECKS_FLOW_PATHS_H

#include "flow/Correlation.h"
#include "flow/Graph.h"

namespace coro {

/// Watches a walk over paths. A state is a small number whose meaning is the
/// walker's own; two paths that meet in one block with one state are one path.
class PathWalker {
public:
  virtual ~PathWalker();
  /// \p S runs. Answer false to end this path here.
  virtual bool statement(const clang::Stmt *S, unsigned &State) = 0;
  /// The lifetime of \p V ends because of \p Trigger. Answer false to end this
  /// path here.
  virtual bool lifetimeEnds(const clang::VarDecl *V, const clang::Stmt *Trigger,
                            unsigned &State);
  /// \p Condition turned out \p Value. Answer false when that cannot be.
  virtual bool condition(const clang::Expr *Condition, bool Value,
                         unsigned &State);
  /// The path leaves the function; \p Last is the statement it leaves by, or
  /// null for its closing brace.
  virtual void leaves(const clang::Stmt *Last, unsigned State);
  /// Whether an exception that \p S, a call or a suspension, may throw is worth
  /// following into the handlers around it. \p State is that before \p S, and
  /// may be changed for the way there.
  virtual bool throws(const clang::Stmt *S, unsigned &State);
  /// Whether handlers are also entered with the state 0, which stands for
  /// knowing nothing. A walker that follows every exception needs no such path.
  virtual bool entersHandlers() const { return true; }
};

/// The paths through one function.
class Paths {
public:
  /// Null when Clang cannot build the CFG of \p F.
  static std::unique_ptr<Paths> of(const clang::FunctionDecl *F,
                                   clang::ASTContext &Context,
                                   const Parents &Up);

  /// Walks all paths from the entry, and from handlers where \p Walker wants
  /// that. Answers false when there were too many; what the walker saw is then
  /// incomplete.
  bool walk(unsigned State, PathWalker &Walker) {
    return walk(&G->entry(), State, Walker);
  }
  bool walk(const clang::CFGBlock *From, unsigned State, PathWalker &Walker);

  Graph &graph() { return *G; }

private:
  explicit Paths(std::unique_ptr<Graph> Of)
      : G(std::move(Of)), Conditions(*G) {}

  std::unique_ptr<Graph> G;
  Correlation Conditions;
};

} // namespace coro

#endif
