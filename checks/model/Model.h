// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The semantic model of one translation unit: what things are, asked by all
// rules, never reporting.
#ifndef COROLINT_CHECKS_MODEL_MODEL_H
#define COROLINT_CHECKS_MODEL_MODEL_H

#include "model/Coroutine.h"
#include "model/Known.h"
#include "model/TaskType.h"

namespace coro {

class Paths;
struct CallGraph;
class Summaries;
struct LostTask;

/// Everything the rules ask about one translation unit.
///
/// **Thread safety**: none; one per translation unit.
class Model {
public:
  /// \p User holds the user's facts and may be null.
  Model(clang::ASTContext &Context, std::shared_ptr<const FactsBase> User);
  ~Model();

  clang::ASTContext &context() const { return Context; }
  const Known &facts() const { return Facts; }
  TaskTypes &types() { return Types; }
  Summaries &summaries() { return *Functions; }

  /// The tasks that \p F makes and loses. Computed once per function.
  const std::vector<LostTask> &lostTasks(const clang::FunctionDecl *F);

  /// The paths through \p F, or null when Clang cannot build its CFG.
  Paths *paths(const clang::FunctionDecl *F);

  /// The facts of the type \p F returns, for a coroutine or a function that
  /// hands on another's task.
  const TaskType &returned(const clang::FunctionDecl *F);

  /// Whether \p F runs where blocking is fine: it, or the coroutine it makes,
  /// is given to a function that offloads, or to a thread pool.
  bool isOffloaded(const clang::FunctionDecl *F);

  /// Whether \p F is a coroutine that runs on an executor: not a generator that
  /// awaits nothing.
  bool isAsyncCoroutine(const clang::FunctionDecl *F);

private:
  clang::ASTContext &Context;
  std::shared_ptr<const FactsBase> User;
  Known Facts;
  TaskTypes Types;
  std::unique_ptr<Summaries> Functions;
  llvm::DenseMap<const clang::FunctionDecl *,
                 std::unique_ptr<std::vector<LostTask>>>
      Lost;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Paths>> Flow;
  std::unique_ptr<CallGraph> Calls;

public:
  /// How the functions of this translation unit call each other. Made on first
  /// use.
  const CallGraph &calls();
};

} // namespace coro

#endif
