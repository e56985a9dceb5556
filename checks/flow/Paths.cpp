// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk over paths: a worklist of blocks, states and assumed conditions.
#include "flow/Paths.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include <set>

using namespace clang;

namespace coro {

PathWalker::~PathWalker() = default;
bool PathWalker::lifetimeEnds(const VarDecl *, const Stmt *, unsigned &) {
  return true;
}
bool PathWalker::condition(const Expr *, bool, unsigned &) { return true; }
void PathWalker::leaves(const Stmt *, unsigned) {}
bool PathWalker::throws(const Stmt *, unsigned &) { return false; }

std::unique_ptr<Paths> Paths::of(const FunctionDecl *F, ASTContext &Context,
                                 const Parents &Up) {
  std::unique_ptr<Graph> G = Graph::of(F, Context, Up);
  return G ? std::unique_ptr<Paths>(new Paths(std::move(G))) : nullptr;
}

namespace {

struct Node {
  const CFGBlock *Block;
  unsigned State;
  Correlation::Assumptions Assumed;
  const Stmt *Last;

  bool operator<(const Node &O) const {
    return std::tie(Block, State, Assumed, Last) <
           std::tie(O.Block, O.State, O.Assumed, O.Last);
  }
};

/// One walk.
class Walk {
public:
  Walk(Graph &G, const Correlation &Conditions, PathWalker &Walker)
      : G(G), Conditions(Conditions), Walker(Walker) {}

  bool run(const CFGBlock *From, unsigned State) {
    push({From, State, {}, nullptr});
    if (From == &G.entry() && Walker.entersHandlers())
      for (const CFGBlock *B : G.cfg())
        if (B && isa_and_nonnull<CXXCatchStmt>(B->getLabel()))
          push({B, 0, {}, nullptr});
    constexpr unsigned MostNodes = 20000;
    while (!Todo.empty()) {
      if (Seen.size() > MostNodes)
        return false;
      Node N = std::move(Todo.back());
      Todo.pop_back();
      if (runs(N))
        leaves(N);
    }
    return true;
  }

private:
  void push(Node N) {
    if (Seen.insert(N).second)
      Todo.push_back(std::move(N));
  }

  /// Runs the elements of the block of \p N; false if the path ends there.
  bool runs(Node &N) {
    for (const CFGElement &Element : *N.Block) {
      if (auto S = Element.getAs<CFGStmt>()) {
        const Stmt *Statement = S->getStmt();
        if (isa<ReturnStmt, CoreturnStmt>(Statement))
          N.Last = Statement;
        if (isa<CallExpr, CXXConstructExpr, CoroutineSuspendExpr>(Statement))
          raise(Statement, N);
        Conditions.after(Statement, N.Assumed);
        if (!Walker.statement(Statement, N.State))
          return false;
      } else if (auto End = Element.getAs<CFGLifetimeEnds>()) {
        if (!Walker.lifetimeEnds(End->getVarDecl(), End->getTriggerStmt(),
                                 N.State))
          return false;
      }
    }
    return true;
  }

  /// Follows the exception that \p S may throw into the handlers around it.
  void raise(const Stmt *S, const Node &N) {
    unsigned State = N.State;
    if (!Walker.throws(S, State))
      return;
    const Unwinding &Way = G.unwinding(S);
    if (!Way.Try || !ends(Way.Ended, S, State))
      return;
    Node Thrown{nullptr, State, N.Assumed, nullptr};
    Conditions.after(S, Thrown.Assumed);
    for (unsigned I = 0; I < Way.Try->getNumHandlers(); ++I)
      if (const CFGBlock *Handler = G.handler(Way.Try->getHandler(I))) {
        Thrown.Block = Handler;
        push(Thrown);
      }
  }

  /// Ends the lifetimes of \p Variables; false if the path ends there.
  bool ends(llvm::ArrayRef<const VarDecl *> Variables, const Stmt *Trigger,
            unsigned &State) {
    return llvm::all_of(Variables, [&](const VarDecl *V) {
      return Walker.lifetimeEnds(V, Trigger, State);
    });
  }

  /// Goes on to the blocks behind that of \p N.
  void leaves(const Node &N) {
    if (N.Block->hasNoReturnElement())
      return;
    if (N.Block == &G.exit()) {
      Walker.leaves(N.Last, N.State);
      return;
    }
    const Expr *Condition = branchCondition(*N.Block);
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Next : N.Block->succs()) {
      const bool Value = Index++ == 0;
      const CFGBlock *To = Next.getReachableBlock();
      if (!To)
        continue;
      Node Following{To, N.State, N.Assumed, N.Last};
      if (!Conditions.switches(*N.Block, To->getLabel(), Following.Assumed))
        continue;
      if (Condition &&
          (!Conditions.branches(Condition, Value, Following.Assumed) ||
           !Walker.condition(Condition, Value, Following.State)))
        continue;
      if (!ends(G.endedByThrow(*N.Block, *To), To->getTerminatorStmt(),
                Following.State))
        continue;
      push(std::move(Following));
    }
  }

  Graph &G;
  const Correlation &Conditions;
  PathWalker &Walker;
  std::set<Node> Seen;
  std::vector<Node> Todo;
};

} // namespace

bool Paths::walk(const CFGBlock *From, unsigned State, PathWalker &Walker) {
  return Walk(*G, Conditions, Walker).run(From, State);
}

} // namespace coro
