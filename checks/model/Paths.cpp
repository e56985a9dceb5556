// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk over paths: a worklist of blocks, states and assumed conditions.
#include "model/Paths.h"
#include "model/Coroutine.h"
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

const Expr *stripCondition(const Expr *E, bool &Negated) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
      E = Cleanups->getSubExpr();
    } else if (const auto *Not = dyn_cast<UnaryOperator>(E);
               Not && Not->getOpcode() == UO_LNot) {
      Negated = !Negated;
      E = Not->getSubExpr();
    } else if (const auto *Rewritten =
                   dyn_cast<CXXRewrittenBinaryOperator>(E)) {
      E = Rewritten->getSemanticForm(); // `a != b` as `!(a == b)`
    } else if (const auto *Equal = dyn_cast<CXXOperatorCallExpr>(E);
               Equal && Equal->getNumArgs() == 2 &&
               (Equal->getOperator() == OO_EqualEqual ||
                Equal->getOperator() == OO_ExclaimEqual)) {
      // `p != nullptr`, `o == std::nullopt`, on classes
      auto IsNothing = [](const Expr *Side) {
        Side = Side->IgnoreImplicit();
        while (const auto *Made = dyn_cast<CXXConstructExpr>(Side)) {
          if (Made->getNumArgs() != 1)
            break;
          Side = Made->getArg(0)->IgnoreImplicit();
        }
        Side = Side->IgnoreParenImpCasts();
        const auto *Ref = dyn_cast<DeclRefExpr>(Side);
        return isa<CXXNullPtrLiteralExpr>(Side) ||
               (Ref && Ref->getDecl()->getDeclName().isIdentifier() &&
                Ref->getDecl()->getName() == "nullopt");
      };
      unsigned Other = IsNothing(Equal->getArg(1))   ? 0
                       : IsNothing(Equal->getArg(0)) ? 1
                                                     : 2;
      if (Other == 2)
        return E;
      if (Equal->getOperator() == OO_EqualEqual)
        Negated = !Negated;
      E = Equal->getArg(Other);
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
               Call && Call->getOperator() == OO_Exclaim) {
      Negated = !Negated;
      E = Call->getArg(0);
    } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E);
               Cast && Cast->getType()->isBooleanType()) {
      E = Cast->getSubExpr();
    } else if (const auto *Op = dyn_cast<BinaryOperator>(E);
               Op && (Op->getOpcode() == BO_NE || Op->getOpcode() == BO_EQ)) {
      // `p != nullptr`, `b == false`
      const Expr *Right = Op->getRHS()->IgnoreParenImpCasts();
      bool Null = isa<CXXNullPtrLiteralExpr>(Right);
      const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(Right);
      if (!Null && !Literal)
        return E;
      bool SameTruth =
          (Op->getOpcode() == BO_EQ) == (Literal ? Literal->getValue() : false);
      if (!SameTruth)
        Negated = !Negated;
      E = Op->getLHS();
    } else {
      return E;
    }
  }
  return E;
}

std::unique_ptr<Paths> Paths::of(const FunctionDecl *F, ASTContext &Context) {
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
  std::unique_ptr<Paths> P(new Paths(Context));
  P->Graph = CFG::buildCFG(Def, Body, &Context, Options);
  if (!P->Graph)
    return nullptr;
  P->numberConditions();
  return P;
}

static const Expr *conditionOf(const CFGBlock &B) {
  if (B.succ_size() != 2 || !B.getTerminator().isStmtBranch())
    return nullptr;
  const Stmt *T = B.getTerminatorStmt();
  if (!T || isa<SwitchStmt, CXXTryStmt, IndirectGotoStmt>(T))
    return nullptr;
  return B.getLastCondition();
}

/// Whether two evaluations of \p E, with nothing written in between, agree.
static bool isStable(const Expr *E) {
  bool Stable = true;
  forEachEvaluated(E, [&](const Stmt *S) {
    if (isa<CoawaitExpr, CoyieldExpr, CXXNewExpr, LambdaExpr>(S))
      Stable = false;
    if (const auto *Op = dyn_cast<BinaryOperator>(S);
        Op && Op->isAssignmentOp())
      Stable = false;
    if (const auto *Op = dyn_cast<UnaryOperator>(S);
        Op && Op->isIncrementDecrementOp())
      Stable = false;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      const auto *Method =
          dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
      if (!Method || !Method->isConst())
        Stable = false;
    }
    return Stable;
  });
  return Stable;
}

/// The local bool that \p Condition is, or null.
static const VarDecl *flagIn(const Expr *Condition) {
  bool Negated = false;
  const auto *Ref =
      dyn_cast_or_null<DeclRefExpr>(stripCondition(Condition, Negated));
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->isLocalVarDecl() && V->getType()->isBooleanType() ? V
                                                                   : nullptr;
}

/// The flag that \p S sets to a constant, and to which.
static std::pair<const VarDecl *, bool> flagSet(const Stmt *S) {
  const VarDecl *V = nullptr;
  const Expr *Value = nullptr;
  if (const auto *D = dyn_cast<DeclStmt>(S); D && D->isSingleDecl()) {
    V = dyn_cast<VarDecl>(D->getSingleDecl());
    Value = V ? V->getInit() : nullptr;
  } else if (const auto *Op = dyn_cast<BinaryOperator>(S);
             Op && Op->getOpcode() == BO_Assign) {
    if (const auto *Ref =
            dyn_cast<DeclRefExpr>(Op->getLHS()->IgnoreParenImpCasts()))
      V = dyn_cast<VarDecl>(Ref->getDecl());
    Value = Op->getRHS();
  }
  const auto *Literal = dyn_cast_or_null<CXXBoolLiteralExpr>(
      Value ? Value->IgnoreParenImpCasts() : nullptr);
  return Literal ? std::pair(V, Literal->getValue())
                 : std::pair<const VarDecl *, bool>(nullptr, false);
}

void Paths::numberConditions() {
  struct Entry {
    const Expr *Condition;
    bool Negated;
    llvm::FoldingSetNodeID Profile;
  };
  std::vector<Entry> Entries;
  for (const CFGBlock *B : *Graph) {
    const Expr *Condition = B ? conditionOf(*B) : nullptr;
    if (!Condition)
      continue;
    bool Negated = false;
    const Expr *Stripped = stripCondition(Condition, Negated);
    if (!Stripped || Stripped->isInstantiationDependent() ||
        !isStable(Stripped))
      continue;
    llvm::FoldingSetNodeID Id;
    Stripped->Profile(Id, Context, /*Canonical=*/true);
    Entries.push_back({Condition, Negated, Id});
  }
  std::vector<llvm::FoldingSetNodeID> Known;
  for (const Entry &E : Entries) {
    unsigned Same = llvm::count_if(
        Entries, [&](const Entry &O) { return O.Profile == E.Profile; });
    const VarDecl *Flag = flagIn(E.Condition);
    if (Same < 2 && !Flag)
      continue;
    auto It = llvm::find(Known, E.Profile);
    int Key = static_cast<int>(It - Known.begin());
    if (It == Known.end())
      Known.push_back(E.Profile);
    Keys[E.Condition] = {Key, E.Negated};
    if (Flag)
      Flags[Flag] = Key;
    forEachEvaluated(E.Condition, [&](const Stmt *S) {
      const ValueDecl *D = nullptr;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        D = Ref->getDecl();
      else if (const auto *Member = dyn_cast<MemberExpr>(S))
        D = Member->getMemberDecl();
      if (D && !isa<FunctionDecl>(D))
        Mentions[D].push_back(Key);
      return true;
    });
  }
}

/// The variable or member that \p S writes, or null.
static const ValueDecl *written(const Stmt *S) {
  const Expr *Target = nullptr;
  if (const auto *Op = dyn_cast<BinaryOperator>(S); Op && Op->isAssignmentOp())
    Target = Op->getLHS();
  else if (const auto *Op = dyn_cast<UnaryOperator>(S);
           Op && (Op->isIncrementDecrementOp() || Op->getOpcode() == UO_AddrOf))
    Target = Op->getSubExpr();
  else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
           Call &&
           (Call->isAssignmentOp() || Call->getOperator() == OO_PlusPlus ||
            Call->getOperator() == OO_MinusMinus))
    Target = Call->getArg(0);
  else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S)) {
    if (const CXXMethodDecl *Method = Call->getMethodDecl();
        Method && !Method->isConst())
      Target = Call->getImplicitObjectArgument();
  }
  if (!Target)
    return nullptr;
  Target = Target->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Target))
    return Ref->getDecl();
  if (const auto *Member = dyn_cast<MemberExpr>(Target))
    return Member->getMemberDecl();
  return nullptr;
}

namespace {
struct Node {
  const CFGBlock *Block;
  unsigned State;
  std::vector<std::pair<int, bool>> Assumed; // sorted by key
  const Stmt *Last;

  bool operator<(const Node &O) const {
    return std::tie(Block, State, Assumed, Last) <
           std::tie(O.Block, O.State, O.Assumed, O.Last);
  }
};
} // namespace

bool Paths::walk(const CFGBlock *From, unsigned State, PathWalker &Walker) {
  constexpr unsigned MostNodes = 20000;
  std::set<Node> Seen;
  std::vector<Node> Todo;
  auto Push = [&](Node N) {
    if (Seen.insert(N).second)
      Todo.push_back(std::move(N));
  };
  Push({From, State, {}, nullptr});
  // Clang's graph has no edges into handlers. What is reached only through one
  // is walked from there, with nothing known.
  if (From == &Graph->getEntry())
    for (const CFGBlock *B : *Graph)
      if (B && isa_and_nonnull<CXXCatchStmt>(B->getLabel()))
        Push({B, 0, {}, nullptr});
  while (!Todo.empty()) {
    if (Seen.size() > MostNodes)
      return false;
    Node N = std::move(Todo.back());
    Todo.pop_back();
    bool Goes = true;
    for (const CFGElement &Element : *N.Block) {
      if (auto S = Element.getAs<CFGStmt>()) {
        const Stmt *Statement = S->getStmt();
        if (isa<ReturnStmt, CoreturnStmt>(Statement))
          N.Last = Statement;
        if (!N.Assumed.empty())
          if (const ValueDecl *D = written(Statement))
            if (auto It = Mentions.find(D); It != Mentions.end())
              llvm::erase_if(N.Assumed, [&](const std::pair<int, bool> &A) {
                return llvm::is_contained(It->second, A.first);
              });
        if (auto [V, Value] = flagSet(Statement); V)
          if (auto It = Flags.find(V); It != Flags.end()) {
            llvm::erase_if(N.Assumed, [&](const std::pair<int, bool> &A) {
              return A.first == It->second;
            });
            N.Assumed.push_back({It->second, Value});
            llvm::sort(N.Assumed);
          }
        Goes = Walker.statement(Statement, N.State);
      } else if (auto End = Element.getAs<CFGLifetimeEnds>()) {
        Goes = Walker.lifetimeEnds(End->getVarDecl(), End->getTriggerStmt(),
                                   N.State);
      }
      if (!Goes)
        break;
    }
    if (!Goes || N.Block->hasNoReturnElement())
      continue;
    if (N.Block == &Graph->getExit()) {
      Walker.leaves(N.Last, N.State);
      continue;
    }
    const Expr *Condition = conditionOf(*N.Block);
    auto Key = Condition ? Keys.find(Condition) : Keys.end();
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Next : N.Block->succs()) {
      bool Value = Index++ == 0;
      const CFGBlock *To = Next.getReachableBlock();
      if (!To)
        continue;
      Node M{To, N.State, N.Assumed, N.Last};
      if (Condition) {
        if (Key != Keys.end()) {
          bool Truth = Value != Key->second.second;
          auto It =
              llvm::find_if(M.Assumed, [&](const std::pair<int, bool> &A) {
                return A.first == Key->second.first;
              });
          if (It == M.Assumed.end()) {
            M.Assumed.push_back({Key->second.first, Truth});
            llvm::sort(M.Assumed);
          } else if (It->second != Truth) {
            continue;
          }
        }
        if (!Walker.condition(Condition, Value, M.State))
          continue;
      }
      Push(std::move(M));
    }
  }
  return true;
}

const CFGBlock *Paths::beginOf(const VarDecl *V) {
  constexpr unsigned Large = 500; // blocks
  if (Graph->size() < Large)
    return &Graph->getEntry();
  if (Begins.empty())
    for (const CFGBlock *B : *Graph)
      for (const CFGElement &Element : *B)
        if (auto S = Element.getAs<CFGStmt>())
          if (const auto *D = dyn_cast<DeclStmt>(S->getStmt()))
            for (const Decl *One : D->decls())
              if (const auto *Local = dyn_cast<VarDecl>(One))
                Begins.try_emplace(Local, B);
  auto It = Begins.find(V);
  return It == Begins.end() ? &Graph->getEntry() : It->second;
}

const CFGBlock *Paths::handler(const CXXCatchStmt *Catch) const {
  for (const CFGBlock *B : *Graph)
    if (B && B->getLabel() == Catch)
      return B;
  return nullptr;
}

} // namespace coro
