// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fills the caches of the model on demand.
#include "analyses/Model.h"
#include "analyses/LostTasks.h"
#include "flow/Effects.h"
#include "flow/Events.h"
#include "flow/Paths.h"
#include "flow/SpawnSites.h"

using namespace clang;

namespace coro {

Model::Model(ASTContext &Context, std::shared_ptr<const FactsBase> User)
    : FlowContext(Context, std::move(User)),
      Functions(std::make_unique<Effects>(*this)) {}

Model::~Model() = default;

const std::vector<LostTask> &Model::lostTasks(const FunctionDecl *F) {
  auto &Slot = Lost[F];
  if (!Slot) {
    auto Found =
        std::make_unique<std::vector<LostTask>>(findLostTasks(*this, F));
    return *(Lost[F] = std::move(Found));
  }
  return *Slot;
}

Paths *Model::paths(const FunctionDecl *F) {
  if (auto It = PathsOf.find(F); It != PathsOf.end())
    return It->second.get();
  return (PathsOf[F] = Paths::of(F, context(), parents(F))).get();
}

const Parents &Model::parents(const FunctionDecl *F) {
  const FunctionDecl *Def = F->getDefinition();
  auto &Slot = ParentsOf[Def ? Def : F];
  if (!Slot)
    Slot = std::make_unique<Parents>(ownBody(F));
  return *Slot;
}

Events &Model::events(const FunctionDecl *F) {
  auto &Slot = EventsOf[F];
  if (!Slot)
    Slot = std::make_unique<Events>(*this, F);
  return *Slot;
}

const SpawnSites &Model::spawnSites() {
  if (!Spawns)
    Spawns = std::make_unique<SpawnSites>(readSpawnSites(*this));
  return *Spawns;
}

bool Model::dropsParameter(const FunctionDecl *F, unsigned Index) {
  return Functions->dropsParameter(F, Index);
}

} // namespace coro
