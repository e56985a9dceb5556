// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which conditions of a function agree: equal ones, opposites, comparisons of a
// variable that was set to a constant.
#ifndef COROLINT_CHECKS_FLOW_CORRELATION_H
#define COROLINT_CHECKS_FLOW_CORRELATION_H

#include "flow/Graph.h"
#include "llvm/ADT/APSInt.h"
#include <vector>

namespace coro {

/// The conditions of one function that can be known from others.
///
/// A condition that occurs twice with the same words, or as its opposite, or as
/// a case of a switch, has one value along a path, unless a variable in it is
/// written in between. A suspension writes everything that others reach:
/// members, globals, captures, and what references and pointers lead to. A
/// condition that compares a local variable with a constant is known where the
/// variable is set to one.
class Correlation {
public:
  /// How conditions turned out along a path, sorted by their keys.
  using Assumptions = std::vector<std::pair<int, bool>>;

  explicit Correlation(const Graph &G) : G(G), Context(G.context()) {
    number();
  }

  /// Applies what \p S does to \p Assumed: a write, a suspension, a constant.
  void after(const clang::Stmt *S, Assumptions &Assumed) const;

  /// Notes that \p Condition turned out \p Value; false if it cannot have.
  bool branches(const clang::Expr *Condition, bool Value,
                Assumptions &Assumed) const;

  /// Notes that the block \p B, if it ends with a switch, goes on at \p Label;
  /// false if it cannot.
  bool switches(const clang::CFGBlock &B, const clang::Stmt *Label,
                Assumptions &Assumed) const;

private:
  void number();
  void set(const clang::Stmt *S, Assumptions &Assumed) const;
  bool chooses(const clang::SwitchStmt &Switch, const clang::Stmt *Label,
               Assumptions &Assumed) const;

  const Graph &G;
  clang::ASTContext &Context;
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
  /// The conditions over storage that others may write during a suspension.
  std::vector<int> Shared;
};

} // namespace coro

#endif
