// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules ask about one translation unit. It owns the caches of the
// rooms below.
#ifndef COROLINT_CHECKS_ANALYSES_MODEL_H
#define COROLINT_CHECKS_ANALYSES_MODEL_H

#include "flow/FlowContext.h"

namespace coro {

struct LostTask;

/// The semantic model of one translation unit.
///
/// **Thread safety**: none; one per translation unit.
class Model final : public FlowContext {
public:
  /// \p User holds the user's facts and may be null.
  Model(clang::ASTContext &Context, std::shared_ptr<const FactsBase> User);
  ~Model() override;

  Paths *paths(const clang::FunctionDecl *F) override;
  Effects &effects() override { return *Functions; }
  const SpawnSites &spawnSites() override;
  bool dropsParameter(const clang::FunctionDecl *F, unsigned Index) override;
  const Parents &parents(const clang::FunctionDecl *F) override;
  Events &events(const clang::FunctionDecl *F) override;

  /// The tasks that \p F makes and loses. Computed once per function.
  const std::vector<LostTask> &lostTasks(const clang::FunctionDecl *F);

private:
  std::unique_ptr<Effects> Functions;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Paths>> PathsOf;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Parents>>
      ParentsOf;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Events>> EventsOf;
  llvm::DenseMap<const clang::FunctionDecl *,
                 std::unique_ptr<std::vector<LostTask>>>
      Lost;
  std::unique_ptr<SpawnSites> Spawns;
};

} // namespace coro

#endif
