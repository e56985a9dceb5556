// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Effects of functions, bottom up through the calls whose bodies are in this
// translation unit.
#include "flow/Effects.h"
#include "code/Calls.h"
#include "code/Place.h"
#include "code/Threads.h"
#include "flow/Paths.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

//===-- Parameters --------------------------------------------------------===//

bool Effects::dropsParameter(const FunctionDecl *F, unsigned Index) {
  const FunctionDecl *Def = nullptr;
  if (!F->hasBody(Def) || Index >= Def->getNumParams() ||
      Def->isDependentContext())
    return false;
  const SourceManager &SM = Flow.context().getSourceManager();
  if (SM.isInSystemHeader(SM.getExpansionLoc(Def->getLocation())))
    return false;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Def))
    if (Method->isVirtual() || isa<CXXConstructorDecl>(Method))
      return false;
  auto [It, New] = Drops.try_emplace({Def, Index}, Dropping::Open);
  if (!New) {
    // A function that calls itself gives the task on. What follows from that
    // is final only for the question at the root of the cycle.
    MetOpenQuestion |= It->second == Dropping::Open;
    return It->second == Dropping::Yes;
  }
  ++DropQuestions;
  const ParmVarDecl *Param = Def->getParamDecl(Index);
  bool Result = false;
  if (const Stmt *Body = ownBody(Def);
      Body && Flow.types().of(Param->getType()).isWork())
    Result = !UseReader(Flow, Flow.parents(Def), Body).consumes(Param);
  --DropQuestions;
  if (MetOpenQuestion && DropQuestions > 0)
    Drops.erase({Def, Index});
  else
    Drops[{Def, Index}] = Result ? Dropping::Yes : Dropping::No;
  MetOpenQuestion &= DropQuestions > 0;
  return Result;
}

//===-- Blocking ----------------------------------------------------------===//

static bool isZero(const APValue &Value) {
  if (Value.isInt())
    return Value.getInt() == 0;
  if (Value.isStruct())
    return Value.getStructNumBases() == 0 && Value.getStructNumFields() == 1 &&
           isZero(Value.getStructField(0));
  return false;
}

/// `wait_for(0s)` only looks.
static bool waitsForNothing(const Expr *Call, const ASTContext &Context) {
  const Expr *Arg = argumentOf(Call, 0);
  if (!Arg)
    return false;
  Arg = Arg->IgnoreParenImpCasts(); // also looks through a temporary
  const CXXRecordDecl *R = Arg->getType()->getAsCXXRecordDecl();
  if (!R || !R->getIdentifier() || R->getName() != "duration")
    return false;
  if (!Arg->getType()->isRecordType() || Arg->isValueDependent())
    return false;
  Expr::EvalResult Value;
  return Arg->isPRValue() && Arg->EvaluateAsRValue(Value, Context) &&
         isZero(Value.Val);
}

/// Whether \p V was made from what a `co_await` gives: `as_future(f)` and
/// `when_all(f, g)` give futures that are ready.
static bool isAwaited(const ValueDecl *V, const Stmt *Body,
                      unsigned Depth = 0) {
  const auto *Variable = dyn_cast_or_null<VarDecl>(V);
  if (!Variable || !Variable->isLocalVarDecl() || Depth > 3)
    return false;
  const Expr *Init = Variable->getInit();
  forEachEvaluated(Body, [&](const Stmt *S) {
    const auto *Loop = dyn_cast<CXXForRangeStmt>(S);
    if (Loop && Loop->getLoopVariable() == Variable)
      Init = Loop->getRangeInit();
    return true;
  });
  bool Found = false;
  forEachEvaluated(Init, [&](const Stmt *S) {
    Found |= isa<CoawaitExpr>(S);
    return !Found;
  });
  return Found || (Init && isAwaited(holderOf(Init).Decl, Body, Depth + 1));
}

/// What holds the elements that \p V, the variable of a loop over a range,
/// stands for; \p V itself for other variables.
static const ValueDecl *rangeBehind(const ValueDecl *V, const Stmt *Body) {
  const auto *Element = dyn_cast_or_null<VarDecl>(V);
  if (!Element || !Element->isCXXForRangeDecl())
    return V;
  const ValueDecl *Range = nullptr;
  forEachEvaluated(Body, [&](const Stmt *S) {
    const auto *Loop = dyn_cast<CXXForRangeStmt>(S);
    if (Loop && Loop->getLoopVariable() == V)
      Range = holderOf(Loop->getRangeInit()).Decl;
    return !Range;
  });
  return Range ? Range : V;
}

/// Whether the object \p Call is made on was found ready, or awaited, before.
bool Effects::isKnownReady(const CXXMemberCallExpr *Call,
                           const FunctionDecl *In) {
  const Stmt *Body = ownBody(In);
  const ValueDecl *V = holderOf(Call->getImplicitObjectArgument()).Decl;
  if (!V || !Body)
    return false;
  // Only what waits for a result: a client that was awaited once still blocks.
  if (!llvm::StringSwitch<bool>(identifier(Call->getMethodDecl()))
           .Cases({"get", "wait", "wait_for", "wait_until", "value", "result",
                   "getTry", "Get", "Wait", "join"},
                  true)
           .Default(false))
    return false;
  if (isAwaited(V, Body))
    return true;
  V = rangeBehind(V, Body);
  bool Ready = false;
  const SourceManager &SM = Flow.context().getSourceManager();
  Paths *P = Flow.paths(In);
  auto Precedes = [&](const Stmt *S) {
    return P ? P->graph().precedes(S, Call)
             : SM.isBeforeInTranslationUnit(S->getBeginLoc(),
                                            Call->getBeginLoc());
  };
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (Ready || S == Call)
      return false;
    if (const Expr *Awaited = awaitedOperand(S))
      forEachEvaluated(Awaited, [&](const Stmt *Inner) {
        const auto *E = dyn_cast<Expr>(Inner);
        Ready |= E && rangeBehind(holderOf(E).Decl, Body) == V &&
                 E->getBeginLoc() < Call->getBeginLoc();
        return !Ready;
      });
    const auto *Member = dyn_cast<CXXMemberCallExpr>(S);
    if (!Member || !Member->getMethodDecl() ||
        rangeBehind(holderOf(Member->getImplicitObjectArgument()).Decl, Body) !=
            V ||
        !Member->getMethodDecl()->getDeclName().isIdentifier())
      return true;
    Ready = llvm::StringSwitch<bool>(Member->getMethodDecl()->getName())
                .Cases({"wait_for", "wait_until", "ready", "is_ready",
                        "isReady", "Ready", "available", "done", "is_done",
                        "status", "isFinished", "failed"},
                       true)
                .Default(false) &&
            Precedes(Member);
    return !Ready;
  });
  return Ready;
}

/// Callables that \p Call runs before it returns.
static void invokedNow(const FlowContext &Flow, const Expr *Call,
                       llvm::SmallVectorImpl<const FunctionDecl *> &Out) {
  const auto *C = dyn_cast<CallExpr>(Call);
  const FunctionDecl *F = calleeOf(Call);
  if (!C || !F || !isOfStd(F) ||
      !(F->getDeclName().isIdentifier() || isa<CXXOperatorCallExpr>(C)) ||
      Flow.roleOfCall(Role::Offloads, Call))
    return;
  if (!Flow.roleOfCall(Role::CallsAsVoid, Call) &&
      !Flow.roleOfCall(Role::Predicate, Call) &&
      !llvm::StringSwitch<bool>(shortCallee(Call))
           .Cases({"invoke", "apply", "visit", "invoke_r", "transform",
                   "generate", "generate_n", "accumulate", "reduce",
                   "transform_reduce", "inner_product"},
                  true)
           .Default(false))
    return;
  for (const Expr *Arg : C->arguments()) {
    const CXXRecordDecl *R =
        Arg->getType().getNonReferenceType()->getAsCXXRecordDecl();
    if (R && R->isLambda())
      if (const CXXMethodDecl *Op = R->getLambdaCallOperator())
        Out.push_back(Op);
  }
}

std::optional<Blocking> Effects::directly(const Expr *Call,
                                          const FunctionDecl *In,
                                          BlockingTiers Tiers) {
  const FunctionDecl *F = calleeOf(Call);
  if (!F)
    return std::nullopt;
  const FactLookup &Facts = Flow.facts();
  if (Flow.roleOfCall(Role::Nonblocking, Call))
    return std::nullopt;
  std::pair<Role, bool> Wanted[] = {
      {Role::SyncWait, true},
      {Role::Blocks, true},
      {Role::BlocksFile, Tiers.Files},
      {Role::BlocksUnlessNonblocking, Tiers.UnlessNonblocking},
      {Role::BlocksBriefly, Tiers.Briefly},
  };
  for (auto [R, On] : Wanted) {
    const Fact *Why = On ? Flow.roleOfCall(R, Call) : nullptr;
    if (!Why)
      continue;
    // Opening a file needs a file: `std::ifstream in;` does not.
    if (R == Role::BlocksFile)
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(Call))
        if (Construct->getNumArgs() == 0 ||
            Construct->getConstructor()->isCopyOrMoveConstructor() ||
            isa<CXXDefaultArgExpr>(Construct->getArg(0)))
          return std::nullopt;
    // A lock that is adopted, deferred or only tried.
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Call))
      for (const Expr *Arg : Construct->arguments())
        if (const CXXRecordDecl *Tag =
                Arg->getType().getNonReferenceType()->getAsCXXRecordDecl();
            Tag && Tag->isInStdNamespace() && Tag->getIdentifier() &&
            Tag->getName().ends_with("_lock_t"))
          return std::nullopt;
    if (waitsForNothing(Call, Flow.context()))
      return std::nullopt;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      if (isKnownReady(Member, In))
        return std::nullopt;
    Blocking B;
    B.R = R;
    B.Why = Why;
    B.What = calleeName(Call);
    B.Chain = {Call};
    return B;
  }

  // Reading from a stream that is known to wait: `std::getline(std::cin, s)`.
  if (const auto *C = dyn_cast<CallExpr>(Call);
      C && F->getEnclosingNamespaceContext()->isStdNamespace())
    for (const Expr *Arg : C->arguments()) {
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParenImpCasts());
      const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      if (!V || !V->hasGlobalStorage())
        continue;
      if (const Fact *Why = Facts.roleOfVariable(Role::Blocks, V)) {
        Blocking B;
        B.Why = Why;
        B.What = qualifiedName(V);
        B.Chain = {Call};
        return B;
      }
    }

  return std::nullopt;
}

Effects::Steps Effects::stepsOf(const Expr *Call, const FunctionDecl *In,
                                BlockingTiers Tiers) {
  const FunctionDecl *F = calleeOf(Call);
  if (!F || Flow.roleOfCall(Role::Nonblocking, Call))
    return {};
  if (std::optional<Blocking> B = directly(Call, In, Tiers))
    return {Step{Call, nullptr, std::move(B)}};
  Steps Found;
  llvm::SmallVector<const FunctionDecl *, 2> Callables;
  invokedNow(Flow, Call, Callables);
  for (const FunctionDecl *Callable : Callables)
    if (const FunctionDecl *Def = readable(Callable))
      Found.push_back({Call, Def});
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    if (Method->isVirtual() && !Method->hasAttr<FinalAttr>() &&
        !Method->getParent()->hasAttr<FinalAttr>())
      return Found;
  if (Flow.roleOfCall(Role::Offloads, Call))
    return Found;
  if (const FunctionDecl *Def = readable(F))
    Found.push_back({Call, Def});
  return Found;
}

const FunctionDecl *Effects::readable(const FunctionDecl *F) const {
  const FunctionDecl *Def = nullptr;
  if (!F->hasBody(Def) || isCoroutine(Def) || Def->isDependentContext())
    return nullptr;
  const SourceManager &SM = Flow.context().getSourceManager();
  return SM.isInSystemHeader(SM.getExpansionLoc(Def->getLocation())) ? nullptr
                                                                     : Def;
}

Effects::Steps Effects::stepsIn(const FunctionDecl *Def, BlockingTiers Tiers) {
  Steps Found;
  bool Blocks = false;
  const Stmt *Body = ownBody(Def);
  auto Add = [&](Step S) {
    Blocks |= S.Direct.has_value();
    Found.push_back(std::move(S));
  };
  auto Visit = [&](const Stmt *S) {
    if (Blocks)
      return false;
    if (const auto *E = dyn_cast<Expr>(S);
        E && isa<CallExpr, CXXConstructExpr>(E))
      for (Step &One : stepsOf(E, Def, Tiers))
        Add(std::move(One));
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One); V && !Blocks)
          if (std::optional<Blocking> B = blockingEnd(V, Def))
            Add({nullptr, nullptr, std::move(B)});
    return !Blocks;
  };
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Def))
    for (const CXXCtorInitializer *Init : Constructor->inits()) {
      const Expr *E = Init->getInit();
      const auto *Default = dyn_cast<CXXDefaultInitExpr>(E);
      forEachEvaluated(Default ? Default->getExpr() : E, Visit);
    }
  forEachEvaluated(Body, Visit);
  return Found;
}

/// Within a component of the call graph, round after round: a function blocks
/// by the first of its steps that is known to block from the rounds before.
void Effects::solveComponent(llvm::ArrayRef<const FunctionDecl *> Component,
                             SummaryMap &Known) {
  llvm::SmallVector<std::pair<Summary *, const Step *>, 4> Round;
  do {
    Round.clear();
    for (const FunctionDecl *F : Component) {
      Summary &S = *Known[F];
      if (S.Blocks)
        continue;
      const Step *First = llvm::find_if(S.All, [&](const Step &One) {
        return One.Direct || Known.find(One.Callee)->second->Blocks;
      });
      if (First != S.All.end())
        Round.push_back({&S, First});
    }
    for (auto [S, First] : Round)
      S->Blocks = First;
  } while (!Round.empty());
  for (const FunctionDecl *F : Component)
    Known[F]->Solved = true;
}

/// Tarjan's algorithm with an explicit stack: chains of calls may be deep.
const Effects::Summary *Effects::solve(const FunctionDecl *Root,
                                       BlockingTiers Tiers) {
  SummaryMap &Known = Summaries[Tiers.index()];
  if (auto It = Known.find(Root); It != Known.end())
    return It->second.get();
  unsigned Count = 0;
  llvm::SmallVector<const FunctionDecl *, 16> Open, Calls;
  auto Enter = [&](const FunctionDecl *F) {
    auto New = std::make_unique<Summary>();
    New->Index = New->Low = ++Count;
    New->All = stepsIn(F, Tiers);
    Known[F] = std::move(New);
    Open.push_back(F);
    Calls.push_back(F);
  };
  Enter(Root);
  while (!Calls.empty()) {
    const FunctionDecl *F = Calls.back();
    Summary &S = *Known[F];
    if (S.Next < S.All.size()) {
      const FunctionDecl *Callee = S.All[S.Next++].Callee;
      if (!Callee)
        continue;
      auto It = Known.find(Callee);
      if (It == Known.end())
        Enter(Callee);
      else if (!It->second->Solved)
        S.Low = std::min(S.Low, It->second->Index);
      continue;
    }
    Calls.pop_back();
    if (!Calls.empty()) {
      Summary &Caller = *Known[Calls.back()];
      Caller.Low = std::min(Caller.Low, S.Low);
    }
    if (S.Low != S.Index)
      continue;
    auto Begin = llvm::find(Open, F);
    solveComponent(llvm::ArrayRef(Begin, Open.end()), Known);
    Open.erase(Begin, Open.end());
  }
  return Known[Root].get();
}

/// A function that is given a task and blocks waits for that task.
bool Effects::waitsForTask(const FunctionDecl *F) {
  auto IsTask = [&](QualType T) { return Flow.types().of(T).isTask(); };
  bool Waits = llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
    return IsTask(P->getType());
  });
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    Waits |= IsTask(Flow.context().getCanonicalTagType(Method->getParent()));
  return Waits && Flow.types().of(F->getReturnType()).Kind == AsyncKind::None;
}

Blocking Effects::chainFrom(const Step &First, BlockingTiers Tiers) {
  std::vector<const Expr *> Chain;
  bool SyncWait = false;
  const Step *At = &First;
  for (; At->Callee; At = solve(At->Callee, Tiers)->Blocks) {
    Chain.push_back(At->Call);
    const FunctionDecl *F = calleeOf(At->Call);
    SyncWait |= F->getCanonicalDecl() == At->Callee->getCanonicalDecl() &&
                waitsForTask(F);
  }
  Blocking B = At->Direct ? *At->Direct : Blocking();
  B.Chain.insert(B.Chain.begin(), Chain.begin(), Chain.end());
  if (SyncWait)
    B.R = Role::SyncWait;
  return B;
}

std::optional<Blocking> Effects::blockingOf(const Expr *Call,
                                            const FunctionDecl *In,
                                            BlockingTiers Tiers) {
  for (const Step &One : stepsOf(Call, In, Tiers))
    if (One.Direct || solve(One.Callee, Tiers)->Blocks)
      return chainFrom(One, Tiers);
  return std::nullopt;
}

std::optional<Blocking> Effects::blockingEnd(const VarDecl *V,
                                             const FunctionDecl *In) {
  if (!V->isLocalVarDecl() || V->isStaticLocal() ||
      V->getType()->isReferenceType())
    return std::nullopt;
  const FactLookup &Facts = Flow.facts();
  const Fact *Why =
      Facts.roleOfType(Role::BlocksOnDrop, V->getType()->getAsCXXRecordDecl());
  const Expr *Maker = V->getInit() ? V->getInit()->IgnoreImplicit() : nullptr;
  if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Maker)) {
    if (Construct->getNumArgs() == 0 && Why)
      // `std::jthread t;` holds nothing; a pool without arguments does.
      if (Construct->getConstructor()->isDefaultConstructor() &&
          V->getType()->getAsCXXRecordDecl()->isInStdNamespace())
        return std::nullopt;
    if (Construct->getNumArgs() == 1 && !Why)
      Maker = Construct->getArg(0)->IgnoreImplicit();
  }
  if (!Why && Maker && isa<CallExpr>(Maker))
    Why = Flow.roleOfCall(Role::BlocksOnDrop, Maker);
  if (!Why)
    return std::nullopt;
  // Detached, joined before, or handed on: the end does not block.
  bool Gone = false;
  const Parents &Up = Flow.parents(In);
  forEachEvaluated(ownBody(In), [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (!Ref || Ref->getDecl() != V)
      return !Gone;
    const Stmt *P = Up.of(Ref);
    while (P && isa<ImplicitCastExpr, ParenExpr>(P))
      P = Up.of(P);
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(P)) {
      const NamedDecl *D = Member->getMemberDecl();
      if (D->getDeclName().isIdentifier())
        Gone |= llvm::StringSwitch<bool>(D->getName())
                    .Cases({"detach", "join", "get", "wait", "swap", "stop",
                            "share"},
                           true)
                    .Default(false);
    } else if (isa_and_nonnull<CallExpr, CXXConstructExpr, ReturnStmt,
                               LambdaExpr, CoawaitExpr>(P)) {
      Gone = true;
    }
    return !Gone;
  });
  if (Gone)
    return std::nullopt;
  Blocking B;
  B.R = Role::BlocksOnDrop;
  B.Why = Why;
  B.What = isa_and_nonnull<CallExpr>(Maker) &&
                   Flow.roleOfCall(Role::BlocksOnDrop, Maker)
               ? calleeName(Maker) + "'s future"
               : qualifiedName(V->getType()->getAsCXXRecordDecl());
  return B;
}

//===-- Exceptions --------------------------------------------------------===//

bool Effects::rethrows(const FunctionDecl *F) {
  if (!F)
    return false;
  const FunctionDecl *Def = nullptr;
  if (!F->hasBody(Def))
    return false;
  auto [It, New] = Rethrows.try_emplace(Def, false);
  if (!New)
    return It->second;
  bool Found = false;
  forEachEvaluated(ownBody(Def), [&](const Stmt *S) {
    if (const auto *Throw = dyn_cast<CXXThrowExpr>(S))
      Found |= !Throw->getSubExpr();
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (const FunctionDecl *Callee = Call->getDirectCallee())
        Found |= Callee->getDeclName().isIdentifier() &&
                 Callee->getName() == "rethrow_exception";
    return !Found;
  });
  return Rethrows[Def] = Found;
}

} // namespace coro
