// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Effects of functions, bottom up through the calls whose bodies are in this
// translation unit.
#include "flow/Effects.h"
#include "code/Calls.h"
#include "code/Threads.h"
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
  auto [It, New] = Drops.try_emplace({Def, Index}, false);
  if (!New)
    return It->second;
  const ParmVarDecl *Param = Def->getParamDecl(Index);
  bool Result = false;
  if (Flow.types().of(Param->getType()).isWork()) {
    if (const Stmt *Body = ownBody(Def)) {
      Parents Up(Body);
      Result = !UseReader(Flow, Up, Body).consumes(Param);
    }
  }
  return Drops[{Def, Index}] = Result;
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

/// The variable or member that \p E names, or that holds what \p E names:
/// `std::move(x)`, `*x`, `x[0]`, `std::get<0>(x)`, a binding of `x`.
static const ValueDecl *holderOf(const Expr *E) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      E = Temporary->getSubExpr();
    } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E)) {
      E = Cast->getSubExpr();
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E)) {
      E = Call->getNumArgs() > 0 ? Call->getArg(0) : nullptr;
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      E = Call->getImplicitObjectArgument(); // x.front(), x.value()
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *F = Call->getDirectCallee();
      E = F && F->isInStdNamespace() && Call->getNumArgs() == 1
              ? Call->getArg(0)
              : nullptr;
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E);
               Member && !namedBy(E)) {
      E = Member->getBase();
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E);
               Ref && isa<BindingDecl>(Ref->getDecl())) {
      return cast<BindingDecl>(Ref->getDecl())->getDecomposedDecl();
    } else {
      return namedBy(E);
    }
  }
  return nullptr;
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
  return Found || (Init && isAwaited(holderOf(Init), Body, Depth + 1));
}

/// Whether the object \p Call is made on was found ready, or awaited, before.
static bool isKnownReady(const CXXMemberCallExpr *Call, const Stmt *Body) {
  const ValueDecl *V = holderOf(Call->getImplicitObjectArgument());
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
  bool Ready = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (Ready || S == Call)
      return false;
    if (const Expr *Awaited = awaitedOperand(S))
      forEachEvaluated(Awaited, [&](const Stmt *Inner) {
        const auto *E = dyn_cast<Expr>(Inner);
        Ready |=
            E && holderOf(E) == V && E->getBeginLoc() < Call->getBeginLoc();
        return !Ready;
      });
    const auto *Member = dyn_cast<CXXMemberCallExpr>(S);
    if (!Member || !Member->getMethodDecl() ||
        !(Member->getBeginLoc() < Call->getBeginLoc()) ||
        holderOf(Member->getImplicitObjectArgument()) != V ||
        !Member->getMethodDecl()->getDeclName().isIdentifier())
      return true;
    Ready = llvm::StringSwitch<bool>(Member->getMethodDecl()->getName())
                .Cases({"wait_for", "wait_until", "ready", "is_ready",
                        "isReady", "Ready", "available", "done", "is_done",
                        "status", "isFinished", "failed"},
                       true)
                .Default(false);
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

std::optional<Blocking> Effects::blockingOf(const Expr *Call,
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
      if (isKnownReady(Member, ownBody(In)))
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

  auto Through = [&](const FunctionDecl *Helper) -> std::optional<Blocking> {
    std::optional<Blocking> B = blockingIn(Helper, Tiers);
    if (!B)
      return std::nullopt;
    B->Chain.insert(B->Chain.begin(), Call);
    return B;
  };
  llvm::SmallVector<const FunctionDecl *, 2> Callables;
  invokedNow(Flow, Call, Callables);
  for (const FunctionDecl *Callable : Callables)
    if (auto B = Through(Callable))
      return B;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    if (Method->isVirtual() && !Method->hasAttr<FinalAttr>() &&
        !Method->getParent()->hasAttr<FinalAttr>())
      return std::nullopt;
  if (Flow.roleOfCall(Role::Offloads, Call))
    return std::nullopt;
  std::optional<Blocking> B = Through(F);
  if (!B)
    return std::nullopt;
  // A function that is given a task and blocks waits for that task.
  auto TakesTask = [&](QualType T) { return Flow.types().of(T).isTask(); };
  bool Waits = llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
    return TakesTask(P->getType());
  });
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F))
    Waits |= Flow.types()
                 .of(Flow.context().getCanonicalTagType(Method->getParent()))
                 .isTask();
  if (Waits && Flow.types().of(F->getReturnType()).Kind == AsyncKind::None)
    B->R = Role::SyncWait;
  return B;
}

std::optional<Blocking> Effects::blockingIn(const FunctionDecl *F,
                                            BlockingTiers Tiers) {
  const FunctionDecl *Def = nullptr;
  if (!F->hasBody(Def) || isCoroutine(Def) || Def->isDependentContext())
    return std::nullopt;
  const SourceManager &SM = Flow.context().getSourceManager();
  if (SM.isInSystemHeader(SM.getExpansionLoc(Def->getLocation())))
    return std::nullopt;
  if (!(Tiers == CachedTiers)) {
    BlockingFunctions.clear();
    CachedTiers = Tiers;
  }
  auto [It, New] = BlockingFunctions.try_emplace(Def, std::nullopt);
  if (!New)
    return It->second;
  std::optional<Blocking> Found;
  const Stmt *Body = ownBody(Def);
  auto Visit = [&](const Stmt *S) {
    if (Found)
      return false;
    if (const auto *E = dyn_cast<Expr>(S);
        E && isa<CallExpr, CXXConstructExpr>(E))
      Found = blockingOf(E, Def, Tiers);
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One); V && !Found)
          Found = blockingEnd(V, Body);
    return !Found;
  };
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Def))
    for (const CXXCtorInitializer *Init : Constructor->inits()) {
      const Expr *E = Init->getInit();
      const auto *Default = dyn_cast<CXXDefaultInitExpr>(E);
      forEachEvaluated(Default ? Default->getExpr() : E, Visit);
    }
  forEachEvaluated(Body, Visit);
  return BlockingFunctions[Def] = Found;
}

std::optional<Blocking> Effects::blockingEnd(const VarDecl *V,
                                             const Stmt *Body) {
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
  Parents Up(Body);
  forEachEvaluated(Body, [&](const Stmt *S) {
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
