// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers the conditions of a function, so that equal ones get equal keys, and
// finds what invalidates them.
#include "flow/Correlation.h"
#include "code/Awaiter.h"
#include "code/Coroutine.h"
#include "code/Place.h"
#include "flow/Conditions.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace coro {

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

/// The local variable or parameter that \p E names, captured ones included.
static const VarDecl *localIn(const Expr *E) {
  const Place P = placeOf(E);
  return P.K == Place::Local || P.K == Place::Captured ? P.variable() : nullptr;
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

/// Whether others may write what \p E reads while the function is suspended.
/// \p Exposed are the local variables whose address is taken or captured.
static bool readsShared(const Expr *E,
                        const llvm::SmallPtrSetImpl<const VarDecl *> &Exposed) {
  bool Found = false;
  forEachEvaluated(E, [&](const Stmt *S) {
    if (const auto *Member = dyn_cast<MemberExpr>(S)) {
      const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (Field && Field->getType().isConstQualified())
        return false;
      Found |= Member->isArrow();
    } else if (const auto *Op = dyn_cast<UnaryOperator>(S)) {
      Found |= Op->getOpcode() == UO_Deref;
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S)) {
      Found |= Call->getOperator() == OO_Arrow ||
               (Call->getOperator() == OO_Star && Call->getNumArgs() == 1);
    } else if (isa<CXXThisExpr>(S)) {
      Found = true;
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
      const Place P = placeOf(Ref);
      if (const VarDecl *V = P.variable();
          V && !V->getType().isConstQualified())
        Found |= !P.isInFrame() || Exposed.contains(V);
    }
    return !Found;
  });
  return Found;
}

/// The local variables that something else may write: their address is taken,
/// or a lambda captures them by reference.
static llvm::SmallPtrSet<const VarDecl *, 8> exposedIn(const CFG &Blocks) {
  llvm::SmallPtrSet<const VarDecl *, 8> Found;
  for (const CFGBlock *B : Blocks)
    for (const CFGElement &Element : *B) {
      auto Of = Element.getAs<CFGStmt>();
      const Stmt *S = Of ? Of->getStmt() : nullptr;
      if (const auto *Op = dyn_cast_or_null<UnaryOperator>(S);
          Op && Op->getOpcode() == UO_AddrOf) {
        if (const VarDecl *V = localIn(Op->getSubExpr()))
          Found.insert(V);
      } else if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(S)) {
        for (const LambdaCapture &Capture : Lambda->captures())
          if (Capture.capturesVariable() &&
              Capture.getCaptureKind() == LCK_ByRef)
            if (const auto *V = dyn_cast<VarDecl>(Capture.getCapturedVar()))
              Found.insert(V);
      }
    }
  return Found;
}

void Correlation::number() {
  struct Entry {
    const Expr *Condition;
    const SwitchCase *Case; // of a switch over the condition
    Words W;
  };
  std::vector<Entry> Entries;
  const auto Constants = constantsOf(G.cfg(), Context);
  for (const CFGBlock *B : G.cfg()) {
    if (const SwitchStmt *Switch = B ? switchOf(*B) : nullptr)
      for (const SwitchCase *C = Switch->getSwitchCaseList(); C;
           C = C->getNextSwitchCase())
        if (const auto *Case = dyn_cast<CaseStmt>(C)) {
          Words W;
          addComparison(W, BO_EQ, Switch->getCond(), Case->getLHS(), Context);
          Entries.push_back({Switch->getCond(), Case, W});
        }
    const Expr *Condition = B ? branchCondition(*B) : nullptr;
    if (!Condition)
      continue;
    if (Condition->isInstantiationDependent())
      continue;
    if (Words W = wordsOf(Condition, Context); isStable(W.What))
      Entries.push_back({Condition, nullptr, W});
  }
  std::vector<llvm::FoldingSetNodeID> Numbered;
  const auto Exposed = exposedIn(G.cfg());
  for (const Entry &E : Entries) {
    unsigned Same = llvm::count_if(
        Entries, [&](const Entry &O) { return O.W.Id == E.W.Id; });
    if (Same < 2 && !Constants.contains(E.W.Var))
      continue;
    auto It = llvm::find(Numbered, E.W.Id);
    int Key = static_cast<int>(It - Numbered.begin());
    if (It == Numbered.end())
      Numbered.push_back(E.W.Id);
    if (E.Case)
      Cases[E.Case] = Key;
    else
      Keys[E.Condition] = {Key, E.W.Negated};
    if (Constants.contains(E.W.Var))
      Values[E.W.Var].push_back({Key, E.W.Value});
    if (readsShared(E.Condition, Exposed))
      Shared.push_back(Key);
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

/// What the expression \p Target names: the variable or the member.
static const ValueDecl *targetOf(const Expr *Target) {
  Target = Target->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Target))
    return Ref->getDecl();
  if (const auto *Member = dyn_cast<MemberExpr>(Target))
    return Member->getMemberDecl();
  return nullptr;
}

/// Adds the variables and members that \p S writes, or may write: those that it
/// gives to a function by a reference to what is not const.
static void written(const Stmt *S,
                    llvm::SmallVectorImpl<const ValueDecl *> &Out) {
  auto Add = [&](const Expr *Target) {
    if (const ValueDecl *D = targetOf(Target))
      Out.push_back(D);
  };
  if (const auto *Op = dyn_cast<BinaryOperator>(S)) {
    if (Op->isAssignmentOp())
      Add(Op->getLHS());
    return;
  }
  if (const auto *Op = dyn_cast<UnaryOperator>(S)) {
    if (Op->isIncrementDecrementOp() || Op->getOpcode() == UO_AddrOf)
      Add(Op->getSubExpr());
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(S);
  if (!Call)
    return;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      Operator &&
      (Operator->isAssignmentOp() || Operator->getOperator() == OO_PlusPlus ||
       Operator->getOperator() == OO_MinusMinus))
    Add(Operator->getArg(0));
  if (const auto *OnObject = dyn_cast<CXXMemberCallExpr>(Call))
    if (const CXXMethodDecl *Method = OnObject->getMethodDecl();
        Method && !Method->isConst())
      Add(OnObject->getImplicitObjectArgument());
  const FunctionDecl *F = Call->getDirectCallee();
  if (!F || isa<CXXOperatorCallExpr>(Call))
    return;
  for (unsigned I = 0; I < Call->getNumArgs() && I < F->getNumParams(); ++I) {
    QualType T = F->getParamDecl(I)->getType();
    if (T->isLValueReferenceType() && !T->getPointeeType().isConstQualified())
      Add(Call->getArg(I));
  }
}

/// Notes that the condition \p Key is \p Truth; false if it cannot be.
static bool assume(Correlation::Assumptions &Assumed, int Key, bool Truth) {
  auto It = llvm::find_if(
      Assumed, [&](const std::pair<int, bool> &A) { return A.first == Key; });
  if (It != Assumed.end())
    return It->second == Truth;
  Assumed.push_back({Key, Truth});
  llvm::sort(Assumed);
  return true;
}

void Correlation::set(const Stmt *S, Assumptions &Assumed) const {
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

bool Correlation::chooses(const SwitchStmt &Switch, const Stmt *Label,
                          Assumptions &Assumed) const {
  for (const SwitchCase *C = Switch.getSwitchCaseList(); C;
       C = C->getNextSwitchCase())
    if (auto It = Cases.find(C); It != Cases.end())
      if (!assume(Assumed, It->second, C == Label))
        return false;
  return true;
}

void Correlation::after(const Stmt *S, Assumptions &Assumed) const {
  if (!Assumed.empty()) {
    auto Forget = [&](llvm::ArrayRef<int> Which) {
      llvm::erase_if(Assumed, [&](const std::pair<int, bool> &A) {
        return llvm::is_contained(Which, A.first);
      });
    };
    llvm::SmallVector<const ValueDecl *, 4> Targets;
    written(S, Targets);
    for (const ValueDecl *D : Targets)
      if (auto It = Mentions.find(D); It != Mentions.end())
        Forget(It->second);
    // Others run while the coroutine is suspended.
    if (const auto *Await = dyn_cast<CoroutineSuspendExpr>(S);
        Await && constantReady(Await) != Ready::Always)
      Forget(Shared);
  }
  set(S, Assumed);
}

bool Correlation::branches(const Expr *Condition, bool Value,
                           Assumptions &Assumed) const {
  auto Key = Keys.find(Condition);
  return Key == Keys.end() ||
         assume(Assumed, Key->second.first, Value != Key->second.second);
}

bool Correlation::switches(const CFGBlock &B, const Stmt *Label,
                           Assumptions &Assumed) const {
  const SwitchStmt *Switch = Cases.empty() ? nullptr : switchOf(B);
  return !Switch || chooses(*Switch, Label, Assumed);
}

} // namespace coro
