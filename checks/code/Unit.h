// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One translation unit as every reader of code sees it: its AST, the facts that
// apply to it, and the asynchronous types in it.
#ifndef COROLINT_CHECKS_CODE_UNIT_H
#define COROLINT_CHECKS_CODE_UNIT_H

#include "code/Coroutine.h"
#include "code/TaskType.h"
#include "facts/FactLookup.h"

namespace coro {

/// What can be asked about one translation unit without following its control
/// flow.
///
/// **Thread safety**: none; one per translation unit.
class Unit {
public:
  /// \p User holds the user's facts and may be null.
  Unit(clang::ASTContext &Context, std::shared_ptr<const FactsBase> User);
  Unit(const Unit &) = delete;
  virtual ~Unit();

  clang::ASTContext &context() const { return Context; }
  const FactLookup &facts() const { return Facts; }
  TaskTypes &types() { return Types; }

  /// The fact that gives the callee of \p Call the role \p R, or null. Honours
  /// the `unless` conditions of the fact on the arguments of \p Call.
  const Fact *roleOfCall(Role R, const clang::Expr *Call) const;

  /// The facts of the type that \p F returns, for a coroutine or for a function
  /// that returns the task of another one.
  const TaskType &returned(const clang::FunctionDecl *F);

  /// Whether \p F is a coroutine that runs on an executor. A generator that
  /// awaits nothing runs on the stack of its consumer.
  bool isAsyncCoroutine(const clang::FunctionDecl *F);

private:
  clang::ASTContext &Context;
  std::shared_ptr<const FactsBase> User;
  FactLookup Facts;
  TaskTypes Types;
};

} // namespace coro

#endif
