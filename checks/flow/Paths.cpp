// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk over paths: a worklist of blocks, states and assumed conditions.
#include "flow/Paths.h"
#include "code/Coroutine.h"
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
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      if (!(Method && Method->isConst()) &&
          !(Operator && Operator->isComparisonOp()))
        Stable = false;
    }
    return Stable;
  });
  return Stable;
}

namespace {
/// What a condition says, apart from whether it says the opposite.
struct Words {
  const Expr *What = nullptr; // the condition, without negations
  llvm::FoldingSetNodeID Id;
  bool Negated = false;
  /// The local variable that is compared with a constant, and that.
  const VarDecl *Var = nullptr;
  llvm::APSInt Value;
};
} // namespace

static bool isConstant(const Expr *E, const ASTContext &Context,
                       llvm::APSInt &Value) {
  E = E->IgnoreParenImpCasts();
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E)) {
    Value = llvm::APSInt::get(0);
    return true;
  }
  Expr::EvalResult Result;
  if (E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Result, Context))
    return false;
  Value = Result.Val.getInt();
  return true;
}

static const VarDecl *localIn(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->hasLocalStorage() ? V : nullptr;
}

namespace {
/// A variable that a statement sets to a constant, or to the address of
/// something.
struct Setting {
  const VarDecl *Var = nullptr;
  bool IsAddress = false;
  llvm::APSInt Value;
};
} // namespace

static Setting setTo(const Stmt *S, const ASTContext &Context) {
  Setting Found;
  const VarDecl *V = nullptr;
  const Expr *Value = nullptr;
  if (const auto *D = dyn_cast<DeclStmt>(S); D && D->isSingleDecl()) {
    V = dyn_cast<VarDecl>(D->getSingleDecl());
    Value = V && V->hasLocalStorage() ? V->getInit() : nullptr;
  } else if (const auto *Op = dyn_cast<BinaryOperator>(S);
             Op && Op->getOpcode() == BO_Assign) {
    V = localIn(Op->getLHS());
    Value = Op->getRHS();
  }
  if (!V || !Value || V->getType()->isReferenceType())
    return Found;
  const auto *Address = dyn_cast<UnaryOperator>(Value->IgnoreParenImpCasts());
  Found.IsAddress = Address && Address->getOpcode() == UO_AddrOf;
  if (Found.IsAddress || isConstant(Value, Context, Found.Value))
    Found.Var = V;
  return Found;
}

/// `Left Op Right`, where Op is EQ or LT.
static void addComparison(Words &W, BinaryOperatorKind Op, const Expr *Left,
                          const Expr *Right, const ASTContext &Context) {
  W.Id.AddInteger(Op);
  Left->IgnoreParenImpCasts()->Profile(W.Id, Context, /*Canonical=*/true);
  const bool Constant = isConstant(Right, Context, W.Value);
  if (Constant)
    W.Value.extOrTrunc(64).Profile(W.Id);
  else
    Right->IgnoreParenImpCasts()->Profile(W.Id, Context, /*Canonical=*/true);
  W.Var = Constant && Op == BO_EQ ? localIn(Left) : nullptr;
}

/// The words of \p Condition, where `a != b` is the opposite of `a == b`, `n`
/// that of `n == 0`, and all that orders two things is `a < b`.
static Words wordsOf(const Expr *Condition, const ASTContext &Context) {
  Words W;
  const Expr *E = stripCondition(Condition, W.Negated);
  const auto *Op = dyn_cast<BinaryOperator>(E);
  // `if ((n = f()))`
  if (Op && Op->getOpcode() == BO_Assign) {
    E = Op->getLHS()->IgnoreParenImpCasts();
    Op = nullptr;
  }
  if (!Op || !Op->isComparisonOp() || Op->getOpcode() == BO_Cmp) {
    W.What = E;
    const QualType T = E->getType();
    if (!T->isIntegerType() && !T->isPointerType()) {
      E->Profile(W.Id, Context, /*Canonical=*/true);
      return W;
    }
    W.Negated = !W.Negated;
    const auto *Zero = IntegerLiteral::Create(Context, llvm::APInt(32, 0),
                                              Context.IntTy, SourceLocation());
    addComparison(W, BO_EQ, E, Zero, Context);
    return W;
  }
  W.What = Op;
  const BinaryOperatorKind Kind = Op->getOpcode();
  if (Kind == BO_NE || Kind == BO_GE || Kind == BO_LE)
    W.Negated = !W.Negated;
  const Expr *Left = Op->getLHS(), *Right = Op->getRHS();
  if (Kind == BO_GT || Kind == BO_LE)
    std::swap(Left, Right);
  addComparison(W, Op->isEqualityOp() ? BO_EQ : BO_LT, Left, Right, Context);
  return W;
}

/// The `switch` that ends \p B and decides between single values, or null.
static const SwitchStmt *switchOf(const CFGBlock &B) {
  const auto *Switch = dyn_cast_or_null<SwitchStmt>(B.getTerminatorStmt());
  if (!Switch || Switch->getCond()->isInstantiationDependent() ||
      !isStable(Switch->getCond()))
    return nullptr;
  for (const SwitchCase *C = Switch->getSwitchCaseList(); C;
       C = C->getNextSwitchCase())
    if (const auto *Case = dyn_cast<CaseStmt>(C); Case && Case->getRHS())
      return nullptr;
  return Switch;
}

/// The local variables that \p Graph sets to constants and to nothing else, and
/// that no reference leads to.
static llvm::SmallPtrSet<const VarDecl *, 8>
constantsOf(const CFG &Graph, const ASTContext &Context) {
  llvm::SmallPtrSet<const VarDecl *, 8> Found;
  llvm::DenseMap<const VarDecl *, int> Leaked; // mentions that are not plain
  for (const CFGBlock *B : Graph)
    for (const CFGElement &Element : *B) {
      auto Of = Element.getAs<CFGStmt>();
      if (!Of)
        continue;
      const Stmt *S = Of->getStmt();
      const VarDecl *Set = setTo(S, Context).Var;
      if (Set)
        Found.insert(Set);
      const Expr *Plain = nullptr;
      if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S);
          Cast && Cast->getCastKind() == CK_LValueToRValue)
        Plain = Cast->getSubExpr();
      else if (const auto *Op = dyn_cast<BinaryOperator>(S); Op && Set)
        Plain = Op->getLHS();
      if (const VarDecl *V = Plain ? localIn(Plain) : nullptr)
        --Leaked[V];
      if (isa<DeclRefExpr>(S))
        if (const VarDecl *V = localIn(cast<Expr>(S)))
          ++Leaked[V];
    }
  llvm::SmallPtrSet<const VarDecl *, 8> Constants;
  for (const VarDecl *V : Found)
    if (V->getType().isConstQualified() || Leaked.lookup(V) <= 0)
      Constants.insert(V);
  return Constants;
}

void Paths::numberConditions() {
  struct Entry {
    const Expr *Condition;
    const SwitchCase *Case; // of a switch over the condition
    Words W;
  };
  std::vector<Entry> Entries;
  const auto Constants = constantsOf(*Graph, Context);
  for (const CFGBlock *B : *Graph) {
    if (const SwitchStmt *Switch = B ? switchOf(*B) : nullptr)
      for (const SwitchCase *C = Switch->getSwitchCaseList(); C;
           C = C->getNextSwitchCase())
        if (const auto *Case = dyn_cast<CaseStmt>(C)) {
          Words W;
          addComparison(W, BO_EQ, Switch->getCond(), Case->getLHS(), Context);
          Entries.push_back({Switch->getCond(), Case, W});
        }
    const Expr *Condition = B ? conditionOf(*B) : nullptr;
    if (!Condition)
      continue;
    if (Condition->isInstantiationDependent())
      continue;
    if (Words W = wordsOf(Condition, Context); isStable(W.What))
      Entries.push_back({Condition, nullptr, W});
  }
  std::vector<llvm::FoldingSetNodeID> FactLookup;
  for (const Entry &E : Entries) {
    unsigned Same = llvm::count_if(
        Entries, [&](const Entry &O) { return O.W.Id == E.W.Id; });
    if (Same < 2 && !Constants.contains(E.W.Var))
      continue;
    auto It = llvm::find(FactLookup, E.W.Id);
    int Key = static_cast<int>(It - FactLookup.begin());
    if (It == FactLookup.end())
      FactLookup.push_back(E.W.Id);
    if (E.Case)
      Cases[E.Case] = Key;
    else
      Keys[E.Condition] = {Key, E.W.Negated};
    if (Constants.contains(E.W.Var))
      Values[E.W.Var].push_back({Key, E.W.Value});
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
  Paths::Assumptions Assumed;
  const Stmt *Last;

  bool operator<(const Node &O) const {
    return std::tie(Block, State, Assumed, Last) <
           std::tie(O.Block, O.State, O.Assumed, O.Last);
  }
};
} // namespace

/// Notes that the condition \p Key is \p Truth; false if it cannot be.
static bool assume(Paths::Assumptions &Assumed, int Key, bool Truth) {
  auto It = llvm::find_if(
      Assumed, [&](const std::pair<int, bool> &A) { return A.first == Key; });
  if (It != Assumed.end())
    return It->second == Truth;
  Assumed.push_back({Key, Truth});
  llvm::sort(Assumed);
  return true;
}

void Paths::set(const Stmt *S, Assumptions &Assumed) const {
  if (Values.empty())
    return;
  const Setting To = setTo(S, Context);
  auto It = Values.find(To.Var);
  if (!To.Var || It == Values.end())
    return;
  for (const auto &[Key, Value] : It->second) {
    const bool Equal =
        !To.IsAddress && To.Value.extOrTrunc(64) == Value.extOrTrunc(64);
    llvm::erase_if(Assumed, [Key](const std::pair<int, bool> &A) {
      return A.first == Key;
    });
    if (!To.IsAddress || Value.isZero())
      assume(Assumed, Key, Equal);
  }
}

bool Paths::chooses(const SwitchStmt &Switch, const Stmt *Label,
                    Assumptions &Assumed) const {
  for (const SwitchCase *C = Switch.getSwitchCaseList(); C;
       C = C->getNextSwitchCase())
    if (auto It = Cases.find(C); It != Cases.end())
      if (!assume(Assumed, It->second, C == Label))
        return false;
  return true;
}

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
        set(Statement, N.Assumed);
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
    const SwitchStmt *Switch = Cases.empty() ? nullptr : switchOf(*N.Block);
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Next : N.Block->succs()) {
      bool Value = Index++ == 0;
      const CFGBlock *To = Next.getReachableBlock();
      if (!To)
        continue;
      Node Flow{To, N.State, N.Assumed, N.Last};
      if (Switch && !chooses(*Switch, To->getLabel(), Flow.Assumed))
        continue;
      if (Condition) {
        if (Key != Keys.end() && !assume(Flow.Assumed, Key->second.first,
                                         Value != Key->second.second))
          continue;
        if (!Walker.condition(Condition, Value, Flow.State))
          continue;
      }
      Push(std::move(Flow));
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
