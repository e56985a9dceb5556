// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows the paths through one function, remembering how its conditions turned
// out.
#ifndef COROLINT_CHECKS_FLOW_PATHS_H
#define COROLINT_CHECKS_FLOW_PATHS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/FoldingSet.h"
#include <memory>
#include <vector>

namespace coro {

/// Watches a walk over paths. A state is a small number whose meaning is the
/// walker's own; two paths that meet in one block with one state are one path.
class PathWalker {
public:
  virtual ~PathWalker();
  /// \p S runs. Answer false to end this path here.
  virtual bool statement(const clang::Stmt *S, unsigned &State) = 0;
  /// The lifetime of \p V ends because of \p Trigger.
  virtual bool lifetimeEnds(const clang::VarDecl *V, const clang::Stmt *Trigger,
                            unsigned &State);
  /// \p Condition turned out \p Value. Answer false when that cannot be.
  virtual bool condition(const clang::Expr *Condition, bool Value,
                         unsigned &State);
  /// The path leaves the function; \p Last is the statement it leaves by, or
  /// null for its closing brace.
  virtual void leaves(const clang::Stmt *Last, unsigned State);
};

/// The paths through one function.
///
/// A condition that occurs twice with the same words, or as its opposite, or as
/// a case of a switch, is taken to have one value along a path, unless a
/// variable in it is written in between; one that compares a local variable
/// with a constant is known where the variable is set to one.
class Paths {
public:
  /// Null when Clang cannot build the CFG of \p F.
  static std::unique_ptr<Paths> of(const clang::FunctionDecl *F,
                                   clang::ASTContext &Context);

  /// Walks all paths from the entry, and from handlers with the state 0, which
  /// stands for knowing nothing. Answers false when there were too many; what
  /// the walker saw is then incomplete.
  bool walk(unsigned State, PathWalker &Walker) {
    return walk(&Graph->getEntry(), State, Walker);
  }
  bool walk(const clang::CFGBlock *From, unsigned State, PathWalker &Walker);

  /// Where to begin a walk that is about the local variable \p V alone: at the
  /// entry, or in a large function at the block that declares it.
  const clang::CFGBlock *beginOf(const clang::VarDecl *V);

  /// The block that begins the handler \p Catch, or null.
  const clang::CFGBlock *handler(const clang::CXXCatchStmt *Catch) const;

  const clang::CFG &graph() const { return *Graph; }

  /// How conditions turned out along a path, sorted by their keys.
  using Assumptions = std::vector<std::pair<int, bool>>;

private:
  Paths(clang::ASTContext &Context) : Context(Context) {}
  void numberConditions();
  /// Notes what follows for conditions when \p S sets a variable to a constant.
  void set(const clang::Stmt *S, Assumptions &Assumed) const;
  /// Notes that \p Switch goes to \p Label, if that is one of its cases, and to
  /// none of the others; false if it cannot.
  bool chooses(const clang::SwitchStmt &Switch, const clang::Stmt *Label,
               Assumptions &Assumed) const;

  clang::ASTContext &Context;
  std::unique_ptr<clang::CFG> Graph;
  llvm::DenseMap<const clang::Expr *, std::pair<int, bool>> Keys;
  /// Per case of a switch: the key of "it is this value".
  llvm::DenseMap<const clang::SwitchCase *, int> Cases;
  /// Per local variable that is compared with constants: these, and the keys of
  /// the comparisons.
  llvm::DenseMap<const clang::VarDecl *,
                 std::vector<std::pair<int, llvm::APSInt>>>
      Values;
  /// Per variable: the conditions that mention it.
  llvm::DenseMap<const clang::ValueDecl *, std::vector<int>> Mentions;
  /// Per local variable of a large function: the block that declares it.
  llvm::DenseMap<const clang::VarDecl *, const clang::CFGBlock *> Begins;
};

/// \p Condition without parentheses, conversions that keep its truth, and
/// negations; \p Negated is toggled per negation.
const clang::Expr *stripCondition(const clang::Expr *Condition, bool &Negated);

} // namespace coro

#endif
