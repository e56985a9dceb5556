// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows each guard, and each mutex that is locked by hand, along the paths
// of a coroutine.
#include "analyses/HeldLocks.h"
#include "code/Calls.h"
#include "code/Place.h"
#include "code/Suspension.h"
#include "flow/Conditions.h"
#include "flow/Paths.h"
#include "flow/Uses.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace coro {

namespace {

const CXXRecordDecl *recordOf(QualType T) {
  T = T.getNonReferenceType();
  if (!T->getPointeeType().isNull())
    T = T->getPointeeType();
  return T->getAsCXXRecordDecl();
}

class LockTypes;
const Expr *objectOfCall(const Stmt *S, llvm::StringRef Name,
                         const LockTypes &Types);

/// Which classes are locks and guards.
class LockTypes {
public:
  explicit LockTypes(FlowContext &Flow) : Flow(Flow) {}

  bool isLock(QualType T) const {
    const CXXRecordDecl *R = recordOf(T);
    return R && Flow.facts().roleOfType(Role::ThreadLock, R);
  }

  /// Whether an object of \p R may hold a lock of threads as long as it lives.
  bool isGuard(const CXXRecordDecl *R) const {
    if (!R)
      return false;
    if (Flow.facts().roleOfType(Role::LockGuard, R))
      return guardsThreads(R);
    return alwaysHolds(R);
  }

  /// Whether the object holds its lock from its construction to its end.
  bool alwaysHolds(const CXXRecordDecl *R, unsigned Depth = 0) const {
    constexpr unsigned Deep = 3;
    R = R ? R->getDefinition() : nullptr;
    if (!R || Depth > Deep)
      return false;
    if (Flow.facts().roleOfType(Role::LockGuard, R))
      return guardsThreads(R) && !hasMethod(R, "unlock") &&
             !hasMethod(R, "Release");
    if (!inUserCode(R->getLocation(), Flow.context().getSourceManager()) ||
        hasMethod(R, "unlock") || hasMethod(R, "release"))
      return false;
    if (locksItself(R))
      return true;
    for (const CXXBaseSpecifier &Base : R->bases())
      if (alwaysHolds(Base.getType()->getAsCXXRecordDecl(), Depth + 1))
        return true;
    for (const FieldDecl *Field : R->fields())
      if (alwaysHolds(Field->getType()->getAsCXXRecordDecl(), Depth + 1))
        return true;
    return false;
  }

private:
  static bool hasMethod(const CXXRecordDecl *R, llvm::StringRef Name) {
    return llvm::any_of(R->methods(), [&](const CXXMethodDecl *Method) {
      return identifier(Method) == Name;
    });
  }

  /// Whether \p R locks whenever it is constructed, and unlocks at its end.
  bool locksItself(const CXXRecordDecl *R) const {
    auto Calls = [&](const FunctionDecl *F, llvm::StringRef Name) {
      const auto *Block = dyn_cast_or_null<CompoundStmt>(ownBody(F));
      return Block && llvm::any_of(Block->body(), [&](const Stmt *S) {
               return objectOfCall(S, Name, *this);
             });
    };
    const CXXDestructorDecl *End = R->getDestructor();
    if (!End || !Calls(End, "unlock"))
      return false;
    return llvm::all_of(R->ctors(), [&](const CXXConstructorDecl *Begin) {
      return Begin->isCopyOrMoveConstructor() || Calls(Begin, "lock");
    });
  }

  /// Whether a guard is one of a lock of threads: it is no template, or an
  /// argument of it, or of one of these, says so.
  bool guardsThreads(const CXXRecordDecl *R) const {
    const auto *Template = dyn_cast<ClassTemplateSpecializationDecl>(R);
    return !Template || namesLock(Template->getTemplateArgs().asArray(), 0);
  }

  bool namesLock(llvm::ArrayRef<TemplateArgument> Arguments,
                 unsigned Depth) const {
    constexpr unsigned Deep = 2;
    return llvm::any_of(Arguments, [&](const TemplateArgument &A) {
      if (A.getKind() == TemplateArgument::Pack)
        return namesLock(A.getPackAsArray(), Depth);
      if (A.getKind() != TemplateArgument::Type)
        return false;
      if (isLock(A.getAsType()))
        return true;
      const auto *Inner = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
          recordOf(A.getAsType()));
      return Inner && Depth < Deep &&
             namesLock(Inner->getTemplateArgs().asArray(), Depth + 1);
    });
  }

  FlowContext &Flow;
};

/// The class of the object that lives as long as \p V: its own, or that of the
/// temporary it keeps alive.
const CXXRecordDecl *heldBy(const VarDecl *V) {
  const QualType T = V->getType();
  if (!T->isReferenceType())
    return T->getAsCXXRecordDecl();
  const Expr *Init = V->getInit();
  if (const auto *Full = dyn_cast_or_null<FullExpr>(Init))
    Init = Full->getSubExpr();
  while (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Init))
    Init = Cast->getSubExpr();
  const auto *Kept = dyn_cast_or_null<MaterializeTemporaryExpr>(Init);
  return Kept && Kept->getExtendingDecl() == V
             ? T.getNonReferenceType()->getAsCXXRecordDecl()
             : nullptr;
}

bool awaits(const Stmt *S) {
  bool Found = false;
  forEachEvaluated(S, [&](const Stmt *Below) {
    Found |= isa<CoroutineSuspendExpr>(Below);
    return !Found;
  });
  return Found;
}

/// What both walkers share: the first suspension that is reached while the lock
/// is held.
class LockWalker : public PathWalker {
public:
  enum : unsigned { Free, Held };
  LockWalker(FlowContext &Flow, const SourceManager &SM) : Flow(Flow), SM(SM) {}
  const Expr *Suspension = nullptr;

protected:
  /// Whether \p S ends the path: it suspends while the lock is held.
  bool suspends(const Stmt *S, unsigned State) {
    if (State != Held || !isa<CoawaitExpr, CoyieldExpr>(S))
      return false;
    const auto *E = cast<Expr>(S);
    if (!maySuspend(Flow, E))
      return false;
    if (!Suspension || SM.isBeforeInTranslationUnit(E->getBeginLoc(),
                                                    Suspension->getBeginLoc()))
      Suspension = E;
    return true;
  }

  FlowContext &Flow;
  const SourceManager &SM;
};

/// Follows one guard.
class GuardWalker : public LockWalker {
public:
  GuardWalker(FlowContext &Flow, const SourceManager &SM,
              const LockTypes &Types, const Parents &Up, const VarDecl *V)
      : LockWalker(Flow, SM), Types(Types), Up(Up), V(V) {}

  bool statement(const Stmt *S, unsigned &State) override {
    if (suspends(S, State))
      return false;
    if (const auto *D = dyn_cast<DeclStmt>(S))
      if (llvm::is_contained(D->decls(), V))
        State = V->getInit() ? stateOf(V->getInit()) : Free;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S);
        Ref && Ref->getDecl() == V && givenAway(Ref))
      State = Free;
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
        Call && isOurs(Call->getImplicitObjectArgument()))
      State = after(Call->getMethodDecl(), State);
    if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(S);
        Assign && Assign->isAssignmentOp() && isOurs(Assign->getArg(0)))
      State = stateOf(Assign->getArg(1));
    return true;
  }

  bool lifetimeEnds(const VarDecl *Ended, const Stmt *, unsigned &) override {
    return Ended != V;
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    bool Negated = false;
    const Expr *E = stripCondition(Condition, Negated);
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(E);
    const Expr *Object = Call ? Call->getImplicitObjectArgument() : E;
    if (!Object || !isOurs(Object))
      return true;
    // `if (guard)`, `if (guard.owns_lock())`, `if (guard.try_lock())`
    if (Value == Negated)
      State = Free;
    return true;
  }

  /// What \p Init makes of the guard.
  static unsigned stateOf(const Expr *Init) {
    if (awaits(Init))
      return Free; // what is acquired by awaiting is another kind of lock
    const Expr *E = Init->IgnoreImplicit()->IgnoreParenImpCasts();
    while (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E))
      E = Cast->getSubExpr()->IgnoreImplicit()->IgnoreParenImpCasts();
    if (const auto *List = dyn_cast<InitListExpr>(E))
      return List->getNumInits() != 0 ? Held : Free;
    const auto *Made = dyn_cast<CXXConstructExpr>(E);
    if (!Made)
      return Held;
    if (Made->getNumArgs() == 0 || isa<CXXDefaultArgExpr>(Made->getArg(0))) {
      const CXXRecordDecl *R = Made->getConstructor()->getParent();
      return llvm::any_of(R->methods(),
                          [](const CXXMethodDecl *Method) {
                            return identifier(Method) == "lock";
                          })
                 ? Free
                 : Held;
    }
    for (const Expr *Arg : Made->arguments())
      if (identifier(recordOf(Arg->getType())) == "defer_lock_t")
        return Free;
    return Held;
  }

private:
  bool isOurs(const Expr *E) const {
    return E && namedBy(E->IgnoreParenImpCasts()) == V;
  }

  /// What a call of \p Method on the guard makes of it. A body in the user's
  /// code says that; of others, only the name is known.
  unsigned after(const CXXMethodDecl *Method, unsigned State) const {
    if (!Method)
      return State;
    const Stmt *Body = ownBody(Method);
    if (Body && inUserCode(Method->getLocation(), SM)) {
      llvm::SmallPtrSet<const FunctionDecl *, 4> Seen;
      return afterBody(Method, State, Seen);
    }
    const llvm::StringRef Name = identifier(Method);
    if (Name.starts_with("unlock") || Name == "release" || Name == "Release" ||
        Name == "reset" || Name == "swap" || Name == "dismiss")
      return Free;
    if (Name == "lock" || Name == "relock" || Name == "emplace" ||
        Name.starts_with("lock_shared") || Name.starts_with("try_lock"))
      return Held;
    return State;
  }

  /// Applies what the body of \p Method does to the lock in a member, or to a
  /// guard in one.
  unsigned afterBody(const CXXMethodDecl *Method, unsigned State,
                     llvm::SmallPtrSetImpl<const FunctionDecl *> &Seen) const {
    if (!Seen.insert(Method->getCanonicalDecl()).second)
      return State;
    forEachEvaluated(ownBody(Method), [&](const Stmt *S) {
      if (objectOfCall(S, "unlock", Types))
        State = Free;
      else if (objectOfCall(S, "lock", Types) ||
               objectOfCall(S, "try_lock", Types))
        State = Held;
      else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S)) {
        const Expr *Object =
            Call->getImplicitObjectArgument()->IgnoreParenImpCasts();
        if (isa<CXXThisExpr>(Object) && ownBody(Call->getMethodDecl()))
          State = afterBody(Call->getMethodDecl(), State, Seen);
        else if (placeOf(Object).K == Place::Field &&
                 Types.isGuard(recordOf(Object->getType())))
          State = after(Call->getMethodDecl(), State);
      }
      return true;
    });
    return State;
  }

  /// Whether what \p Ref is given to may release the lock.
  bool givenAway(const DeclRefExpr *Ref) const {
    const Stmt *S = Ref, *P = Up.of(S);
    while (P && (isa<ParenExpr>(P) || isa<ImplicitCastExpr>(P))) {
      if (const auto *Cast = dyn_cast<ImplicitCastExpr>(P))
        if (Cast->getType().isConstQualified() ||
            Cast->getCastKind() == CK_LValueToRValue)
          return false;
      S = P;
      P = Up.of(P);
    }
    if (!P || isa<MemberExpr>(P))
      return false;
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(P))
      if (Call->isAssignmentOp() && Call->getArg(0) == S)
        return false;
    // Waiting for a condition locks again before it returns.
    if (const auto *Call = dyn_cast<CallExpr>(P);
        Call && Flow.roleOfCall(Role::Blocks, Call))
      return false;
    return isa<CallExpr, CXXConstructExpr, UnaryOperator, LambdaExpr, DeclStmt,
               InitListExpr, CXXStaticCastExpr>(P);
  }

  const LockTypes &Types;
  const Parents &Up;
  const VarDecl *V;
};

/// The object that \p S locks or unlocks, by a method named \p Name or
/// \p Name and "_shared"; null for other calls.
const Expr *objectOfCall(const Stmt *S, llvm::StringRef Name,
                         const LockTypes &Types) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
  llvm::StringRef Method = Call ? identifier(Call->getMethodDecl()) : "";
  if (!Method.consume_front(Name) || !(Method.empty() || Method == "_shared"))
    return nullptr;
  const Expr *Object = Call->getImplicitObjectArgument()->IgnoreParenImpCasts();
  return Types.isLock(Object->getType()) ? Object : nullptr;
}

/// Follows one mutex from one call of its `lock`, or of a `try_lock` that is a
/// condition.
class MutexWalker : public LockWalker {
public:
  MutexWalker(FlowContext &Flow, const SourceManager &SM,
              const LockTypes &Types, const Stmt *Lock, const Expr *Mutex)
      : LockWalker(Flow, SM), Types(Types), Lock(Lock) {
    Mutex->Profile(Id, Flow.context(), /*Canonical=*/true);
  }

  bool isOurs(const Expr *E) const {
    llvm::FoldingSetNodeID Other;
    E->IgnoreParenImpCasts()->Profile(Other, Flow.context(),
                                      /*Canonical=*/true);
    return Other == Id;
  }

  bool statement(const Stmt *S, unsigned &State) override {
    if (S == Lock) {
      if (!objectOfCall(S, "try_lock", Types))
        State = Held;
      return true;
    }
    if (State == Free)
      return true;
    const Expr *Unlocked = objectOfCall(S, "unlock", Types);
    return !(Unlocked && isOurs(Unlocked)) && !givenAway(S) &&
           !suspends(S, State);
  }

  bool condition(const Expr *Condition, bool Value, unsigned &State) override {
    bool Negated = false;
    if (stripCondition(Condition, Negated) == Lock &&
        objectOfCall(Lock, "try_lock", Types))
      State = Value != Negated ? Held : Free;
    return true;
  }

private:
  /// A guard that adopts the lock, or a function that may release it.
  bool givenAway(const Stmt *S) const {
    auto Mentions = [&](auto Arguments) {
      return llvm::any_of(Arguments, [&](const Expr *Arg) {
        Arg = Arg->IgnoreParenImpCasts();
        if (const auto *Address = dyn_cast<UnaryOperator>(Arg);
            Address && Address->getOpcode() == UO_AddrOf)
          Arg = Address->getSubExpr();
        return isOurs(Arg);
      });
    };
    if (const auto *Made = dyn_cast<CXXConstructExpr>(S))
      return Mentions(Made->arguments());
    const auto *Call = dyn_cast<CallExpr>(S);
    return Call && Mentions(Call->arguments());
  }

  const LockTypes &Types;
  const Stmt *Lock;
  llvm::FoldingSetNodeID Id;
};

/// Whether \p Body, lambdas in it included, unlocks the mutex of \p W.
bool unlocks(const Stmt *Body, const MutexWalker &W, const LockTypes &Types) {
  llvm::SmallVector<const Stmt *, 32> Todo = {Body};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (const Expr *Object = objectOfCall(S, "unlock", Types);
        Object && W.isOurs(Object))
      return true;
    for (const Stmt *Child : S->children())
      if (Child)
        Todo.push_back(Child);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      Todo.push_back(Lambda->getBody());
  }
  return false;
}

/// Clang builds no paths through a pattern. There, only what always holds its
/// lock counts, when a statement behind it in the same block suspends.
std::vector<HeldLock> locksInPattern(FlowContext &Flow, const FunctionDecl *F,
                                     const LockTypes &Types) {
  std::vector<HeldLock> Found;
  if (!isNeverInstantiated(F) || !Flow.returned(F).isTask())
    return Found;
  forEachEvaluated(ownBody(F), [&](const Stmt *S) {
    if (isChosenByArguments(S))
      return false;
    const auto *Block = dyn_cast<CompoundStmt>(S);
    if (!Block)
      return true;
    const VarDecl *Guard = nullptr;
    for (const Stmt *One : Block->body()) {
      const Expr *Suspension = nullptr;
      if (Guard)
        forEachEvaluated(One, [&](const Stmt *Below) {
          if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(Below) &&
              maySuspend(Flow, cast<Expr>(Below)))
            Suspension = cast<Expr>(Below);
          return !Suspension && !isChosenByArguments(Below);
        });
      if (Suspension) {
        Found.push_back({Guard, nullptr, Guard->getLocation(), Suspension});
        break;
      }
      const auto *D = dyn_cast<DeclStmt>(One);
      const auto *V = D && D->isSingleDecl()
                          ? dyn_cast<VarDecl>(D->getSingleDecl())
                          : nullptr;
      if (V && V->getInit() && !V->isStaticLocal() &&
          Types.alwaysHolds(V->getType()->getAsCXXRecordDecl()) &&
          GuardWalker::stateOf(V->getInit()) == LockWalker::Held)
        Guard = V;
    }
    return true;
  });
  return Found;
}

} // namespace

std::vector<HeldLock> locksAcrossSuspension(FlowContext &Flow,
                                            const FunctionDecl *F) {
  std::vector<HeldLock> Found;
  if (!isCoroutine(F))
    return Found;
  if (F->isDependentContext())
    return locksInPattern(Flow, F, LockTypes(Flow));
  const Stmt *Body = ownBody(F);
  const SourceManager &SM = Flow.context().getSourceManager();
  const LockTypes Types(Flow);
  llvm::SmallVector<const VarDecl *, 4> Guards;
  llvm::SmallVector<std::pair<const Stmt *, const Expr *>, 4> ByHand;
  // A generator that awaits nothing is run by its consumer, as a plain
  // function.
  bool Suspends = false;
  for (const ParmVarDecl *P : F->parameters())
    if (!P->getType()->isReferenceType() && !P->getType()->isPointerType() &&
        Types.isGuard(P->getType()->getAsCXXRecordDecl()))
      Guards.push_back(P);
  forEachEvaluated(Body, [&](const Stmt *S) {
    Suspends |= isa<CoawaitExpr>(S) ||
                (isa<CoyieldExpr>(S) && Flow.isAsyncCoroutine(F));
    if (const auto *D = dyn_cast<DeclStmt>(S))
      for (const Decl *One : D->decls())
        if (const auto *V = dyn_cast<VarDecl>(One); V && V->isLocalVarDecl() &&
                                                    !V->isStaticLocal() &&
                                                    Types.isGuard(heldBy(V)))
          Guards.push_back(V);
    for (llvm::StringRef Name : {"lock", "try_lock"})
      if (const Expr *Mutex = objectOfCall(S, Name, Types))
        ByHand.push_back({S, Mutex});
    // `std::lock(one, other)`
    if (const auto *Call = dyn_cast<CallExpr>(S);
        Call && Call->getDirectCallee() &&
        Call->getDirectCallee()->isInStdNamespace() &&
        identifier(Call->getDirectCallee()) == "lock")
      for (const Expr *Mutex : Call->arguments())
        if (Types.isLock(Mutex->getType()))
          ByHand.push_back({S, Mutex->IgnoreParenImpCasts()});
    return true;
  });
  if (!Suspends || (Guards.empty() && ByHand.empty()))
    return Found;
  Paths *P = Flow.paths(F);
  if (!P)
    return Found;
  const Parents &Up = Flow.parents(F);
  for (const VarDecl *V : Guards) {
    GuardWalker W(Flow, SM, Types, Up, V);
    P->walk(isa<ParmVarDecl>(V) ? LockWalker::Held : LockWalker::Free, W);
    if (W.Suspension)
      Found.push_back({V, nullptr, V->getLocation(), W.Suspension});
  }
  for (auto [Call, Mutex] : ByHand) {
    MutexWalker W(Flow, SM, Types, Call, Mutex);
    if (!unlocks(Body, W, Types))
      continue;
    P->walk(LockWalker::Free, W);
    if (W.Suspension)
      Found.push_back({nullptr, Mutex, Call->getBeginLoc(), W.Suspension});
  }
  llvm::sort(Found, [&](const HeldLock &A, const HeldLock &B) {
    return SM.isBeforeInTranslationUnit(A.Taken, B.Taken);
  });
  return Found;
}

} // namespace coro
