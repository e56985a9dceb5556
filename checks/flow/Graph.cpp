// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds the graph, and follows exceptions through the scopes they leave.
#include "flow/Graph.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace coro {

std::unique_ptr<Graph> Graph::of(const FunctionDecl *F, ASTContext &Context,
                                 const Parents &Up) {
  const FunctionDecl *Def = nullptr;
  if (!F->hasBody(Def) || Def->isDependentContext())
    return nullptr;
  Stmt *Body = Def->getBody();
  if (auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Body))
    Body = Coroutine->getBody();
  if (!Body)
    return nullptr;
  CFG::BuildOptions Options;
  Options.AddLifetime = true;
  Options.setAllAlwaysAdd();
  std::unique_ptr<Graph> G(new Graph(Context, Up));
  G->Blocks = CFG::buildCFG(Def, Body, &Context, Options);
  if (!G->Blocks)
    return nullptr;
  return G;
}

const Expr *branchCondition(const CFGBlock &B) {
  if (B.succ_size() != 2 || !B.getTerminator().isStmtBranch())
    return nullptr;
  const Stmt *T = B.getTerminatorStmt();
  if (!T || isa<SwitchStmt, CXXTryStmt, IndirectGotoStmt>(T))
    return nullptr;
  return B.getLastCondition();
}

void Graph::index() {
  if (!Where.empty())
    return;
  for (CFGBlock *B : *Blocks) {
    unsigned Index = 0;
    for (const CFGElement &Element : *B) {
      ++Index;
      if (auto S = Element.getAs<CFGStmt>())
        Where.try_emplace(S->getStmt(), B, Index);
    }
  }
}

const CFGBlock *Graph::beginOf(const VarDecl *V) {
  constexpr unsigned Large = 500; // blocks
  if (Blocks->size() < Large)
    return &Blocks->getEntry();
  if (Begins.empty())
    for (const CFGBlock *B : *Blocks)
      for (const CFGElement &Element : *B)
        if (auto S = Element.getAs<CFGStmt>())
          if (const auto *D = dyn_cast<DeclStmt>(S->getStmt()))
            for (const Decl *One : D->decls())
              if (const auto *Local = dyn_cast<VarDecl>(One))
                Begins.try_emplace(Local, B);
  auto It = Begins.find(V);
  return It == Begins.end() ? &Blocks->getEntry() : It->second;
}

const CFGBlock *Graph::handler(const CXXCatchStmt *Catch) const {
  for (const CFGBlock *B : *Blocks)
    if (B && B->getLabel() == Catch)
      return B;
  return nullptr;
}

/// Adds the variables that \p S declares, the last one first.
static void addDeclared(const Stmt *S,
                        llvm::SmallVectorImpl<const VarDecl *> &Out) {
  const auto *D = dyn_cast_or_null<DeclStmt>(S);
  if (!D)
    return;
  for (const Decl *One : llvm::reverse(
           llvm::SmallVector<const Decl *, 4>(D->decl_begin(), D->decl_end())))
    if (const auto *V = dyn_cast<VarDecl>(One); V && V->hasLocalStorage())
      Out.push_back(V);
}

/// Adds the variables of \p Scope that live while its child \p Child runs.
static void addScope(const Stmt *Scope, const Stmt *Child,
                     llvm::SmallVectorImpl<const VarDecl *> &Out) {
  auto Unless = [&](const Stmt *Part) {
    if (Part != Child)
      addDeclared(Part, Out);
  };
  if (const auto *Block = dyn_cast<CompoundStmt>(Scope)) {
    llvm::SmallVector<const Stmt *, 16> Before;
    for (const Stmt *One : Block->body()) {
      if (One == Child)
        break;
      Before.push_back(One);
    }
    for (const Stmt *One : llvm::reverse(Before))
      addDeclared(One, Out);
  } else if (const auto *If = dyn_cast<IfStmt>(Scope)) {
    Unless(If->getConditionVariableDeclStmt());
    Unless(If->getInit());
  } else if (const auto *While = dyn_cast<WhileStmt>(Scope)) {
    Unless(While->getConditionVariableDeclStmt());
  } else if (const auto *For = dyn_cast<ForStmt>(Scope)) {
    Unless(For->getConditionVariableDeclStmt());
    Unless(For->getInit());
  } else if (const auto *Each = dyn_cast<CXXForRangeStmt>(Scope)) {
    Unless(Each->getLoopVarStmt());
    Unless(Each->getInit());
  } else if (const auto *Switch = dyn_cast<SwitchStmt>(Scope)) {
    Unless(Switch->getConditionVariableDeclStmt());
    Unless(Switch->getInit());
  } else if (const auto *Catch = dyn_cast<CXXCatchStmt>(Scope)) {
    if (Catch->getExceptionDecl())
      Out.push_back(Catch->getExceptionDecl());
  }
}

const Unwinding &Graph::unwinding(const Stmt *S) {
  auto [It, New] = Unwindings.try_emplace(S);
  if (!New)
    return It->second;
  Unwinding Found;
  const Stmt *Child = S;
  for (const Stmt *P = Up.of(S); P; Child = P, P = Up.of(P)) {
    const auto *Try = dyn_cast<CXXTryStmt>(P);
    if (Try && Try->getTryBlock() == Child) {
      Found.Try = Try;
      break;
    }
    addScope(P, Child, Found.Ended);
  }
  return Unwindings[S] = std::move(Found);
}

llvm::ArrayRef<const VarDecl *> Graph::endedByThrow(const CFGBlock &From,
                                                    const CFGBlock &To) {
  const auto *Into = dyn_cast_or_null<CXXTryStmt>(To.getTerminatorStmt());
  if (!Into)
    return {};
  const Stmt *Thrown = nullptr;
  if (const auto *Outer =
          dyn_cast_or_null<CXXTryStmt>(From.getTerminatorStmt()))
    Thrown = Outer;
  for (const CFGElement &Element : From)
    if (auto S = Element.getAs<CFGStmt>(); S && isa<CXXThrowExpr>(S->getStmt()))
      Thrown = S->getStmt();
  if (!Thrown)
    return {};
  const Unwinding &Way = unwinding(Thrown);
  return Way.Try == Into ? llvm::ArrayRef<const VarDecl *>(Way.Ended)
                         : llvm::ArrayRef<const VarDecl *>();
}

bool Graph::precedes(const Stmt *First, const Stmt *Second) {
  index();
  // A loop is entered by its range or its condition.
  llvm::SmallPtrSet<const Stmt *, 16> Around;
  for (const Stmt *P = Second; P; P = Up.of(P))
    Around.insert(P);
  const Stmt *Begin = First, *Child = First;
  for (const Stmt *P = Up.of(First); P && !Around.contains(P);
       Child = P, P = Up.of(P)) {
    const Stmt *Entered = nullptr;
    if (const auto *Each = dyn_cast<CXXForRangeStmt>(P))
      Entered = Each->getRangeStmt();
    else if (const auto *For = dyn_cast<ForStmt>(P))
      Entered = For->getCond();
    else if (const auto *While = dyn_cast<WhileStmt>(P))
      Entered = While->getCond();
    if (!Entered || Entered == Child)
      continue; // what a condition contains runs with it
    forEachEvaluated(Entered, [&](const Stmt *S) {
      if (!Where.contains(S))
        return true;
      Begin = S;
      return false;
    });
  }
  auto A = Where.find(Begin), B = Where.find(Second);
  if (A == Where.end() || B == Where.end())
    return false;
  if (A->second.first == B->second.first)
    return A->second.second < B->second.second;
  if (!Dominators) {
    Dominators = std::make_unique<CFGDomTree>();
    Dominators->buildDominatorTree(Blocks.get());
  }
  return Dominators->dominates(A->second.first, B->second.first);
}

} // namespace coro
