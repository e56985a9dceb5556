// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts the parts of the semantic model together.
#include "model/Model.h"
#include "model/CallGraph.h"
#include "model/Flow.h"
#include "model/Paths.h"
#include "model/Summary.h"

using namespace clang;

namespace coro {

Model::Model(ASTContext &Context, std::shared_ptr<const FactsBase> User)
    : Context(Context), User(std::move(User)), Facts(Context, this->User.get()),
      Types(Facts), Functions(std::make_unique<Summaries>(*this)) {}

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
  auto [It, New] = Flow.try_emplace(F, nullptr);
  if (New)
    It->second = Paths::of(F, Context);
  return It->second.get();
}

const TaskType &Model::returned(const FunctionDecl *F) {
  return Types.of(F->getReturnType());
}

const CallGraph &Model::calls() {
  if (!Calls)
    Calls = std::make_unique<CallGraph>(readCalls(*this));
  return *Calls;
}

bool Model::isOffloaded(const FunctionDecl *F) {
  return calls().Offloaded.contains(F->getCanonicalDecl());
}

bool Model::isAsyncCoroutine(const FunctionDecl *F) {
  if (!isCoroutine(F))
    return false;
  if (returned(F).Kind != AsyncKind::Generator)
    return true;
  bool Awaits = false;
  forEachEvaluated(ownBody(F), [&](const Stmt *S) {
    Awaits |= isa<CoawaitExpr>(S);
    return !Awaits;
  });
  return Awaits;
}

} // namespace coro
