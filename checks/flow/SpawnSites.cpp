// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the user's functions once for what they do with coroutines.
#include "flow/SpawnSites.h"
#include "code/Calls.h"
#include "code/Threads.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;

namespace coro {
namespace {

struct Reader : RecursiveASTVisitor<Reader> {
  FlowContext &Flow;
  SpawnSites Out;
  explicit Reader(FlowContext &Flow) : Flow(Flow) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(Decl *D) {
    if (D && !isa<TranslationUnitDecl>(D) &&
        Flow.context().getSourceManager().isInSystemHeader(D->getLocation()))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }

  /// The function whose task, or which itself, \p E is.
  static const FunctionDecl *given(const Expr *E) {
    while (E) {
      E = E->IgnoreImplicit()->IgnoreParens();
      if (const auto *Call = dyn_cast<CallExpr>(E)) {
        const FunctionDecl *F = Call->getDirectCallee();
        if (!F || !F->isInStdNamespace() || Call->getNumArgs() != 1)
          return F ? F->getCanonicalDecl() : nullptr;
        E = Call->getArg(0); // std::move
      } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
                 Construct && Construct->getNumArgs() == 1) {
        E = Construct->getArg(0);
      } else {
        break;
      }
    }
    if (!E)
      return nullptr;
    const CXXRecordDecl *R =
        E->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (R && R->isLambda())
      if (const CXXMethodDecl *Operator = R->getLambdaCallOperator())
        return Operator->getCanonicalDecl();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreImpCasts()))
      if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
        return F->getCanonicalDecl();
    return nullptr;
  }

  /// A thread pool, or an executor of one.
  bool isPool(const Expr *E) const {
    const CXXRecordDecl *R =
        E->getType().getNonReferenceType()->getAsCXXRecordDecl();
    for (; R; R = dyn_cast<CXXRecordDecl>(R->getDeclContext()))
      if (isThreadPool(Flow, R))
        return true;
    return false;
  }

  void call(const Expr *E, llvm::ArrayRef<const Expr *> Arguments) {
    bool Offloads =
        Flow.roleOfCall(Role::Offloads, E) || isThreadPool(Flow, objectOf(E)) ||
        llvm::any_of(Arguments, [&](const Expr *Arg) { return isPool(Arg); });
    // `spawn(f())`, and `sync_wait(f())` too: nobody is above f.
    bool Spawns =
        Flow.roleOfCall(Role::Spawns, E) || Flow.roleOfCall(Role::SyncWait, E);
    if (!Offloads && !Spawns)
      return;
    for (const Expr *Arg : Arguments)
      for (const FunctionDecl *F : allGiven(Arg)) {
        if (Offloads)
          Out.Offloaded.insert(F);
        if (Spawns)
          Out.Spawned.insert(F);
      }
  }

  /// What \p E gives, and what it is made of: `on(executor, f())` is f too, and
  /// so is `f().on(executor)`.
  llvm::SmallVector<const FunctionDecl *, 4> allGiven(const Expr *E) {
    llvm::SmallVector<const FunctionDecl *, 4> Found;
    llvm::SmallVector<const Expr *, 4> Todo = {E};
    while (!Todo.empty()) {
      const Expr *Next = Todo.pop_back_val();
      if (const FunctionDecl *F = given(Next))
        Found.push_back(F);
      const auto *Call = dyn_cast<CallExpr>(stripped(Next));
      if (!Call || !Flow.types().of(Call->getType()).isTask())
        continue;
      auto Add = [&](const Expr *Part) {
        if (Flow.types().of(stripped(Part)->getType()).isTask())
          Todo.push_back(Part);
      };
      for (const Expr *Arg : Call->arguments())
        Add(Arg);
      if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
        Add(Member->getImplicitObjectArgument());
    }
    return Found;
  }

  /// \p E without conversions and copies.
  static const Expr *stripped(const Expr *E) {
    while (true) {
      E = E->IgnoreImplicit()->IgnoreParens();
      const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      if (!Construct || Construct->getNumArgs() != 1)
        return E;
      E = Construct->getArg(0);
    }
  }

  bool VisitCoawaitExpr(CoawaitExpr *E) {
    if (const FunctionDecl *F = given(E->getOperand()))
      Out.Awaited.insert(F);
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    call(E, llvm::ArrayRef(E->getArgs(), E->getNumArgs()));
    // `f().start()`
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E))
      call(E, Member->getImplicitObjectArgument());
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    call(E, llvm::ArrayRef(E->getArgs(), E->getNumArgs()));
    return true;
  }
};

} // namespace

SpawnSites readSpawnSites(FlowContext &Flow) {
  Reader R(Flow);
  R.TraverseAST(Flow.context());
  return std::move(R.Out);
}

} // namespace coro
