// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Climbs from the call of a coroutine to where its task goes, and compares with
// how long the arguments live.
#include "analyses/Borrows.h"
#include "code/Awaiter.h"
#include "code/Containers.h"
#include "code/Place.h"
#include "flow/Paths.h"
#include "flow/Uses.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace coro {

namespace {

using Reference = DanglingReference;

struct Goes {
  std::optional<Reference::Escape> How; // nothing: it ends in time
  const Stmt *Where = nullptr;
  bool Started = false;            // by a function on the way
  const VarDecl *Holder = nullptr; // the variable it is kept in
};

bool addsElement(const CallExpr *Call) {
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  return Member && coro::addsElement(identifier(Member->getMethodDecl()));
}

/// The variable in the frame of the function that \p E names, or null.
const VarDecl *localNamedBy(const Expr *E) {
  const Place P = placeOf(E);
  return P.isInFrame() ? P.variable() : nullptr;
}

/// Where the task that \p E yields goes.
Goes follow(FlowContext &Flow, const Parents &Up, const Expr *E) {
  Goes G;
  const QualType Task = E->getType().getCanonicalType().getUnqualifiedType();
  const Stmt *Child = E;
  for (const Stmt *P = Up.of(E); P; Child = P, P = Up.of(P)) {
    if (isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups, CXXBindTemporaryExpr,
            MaterializeTemporaryExpr>(P))
      continue;
    if (isa<CoawaitExpr, DependentCoawaitExpr>(P))
      return {};
    if (const auto *Made = dyn_cast<CXXConstructExpr>(P)) {
      if (Made->getConstructor()->isCopyOrMoveConstructor() ||
          (Made->getNumArgs() == 1 && holdsTasks(Flow, Made->getType())))
        continue;
      return {};
    }
    if (isa<InitListExpr, ConditionalOperator>(P) && !G.How)
      continue;
    if (isa<ReturnStmt>(P))
      return {Reference::Returned, P, G.Started};
    if (const auto *D = dyn_cast<DeclStmt>(P)) {
      const auto *V =
          D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
      if (G.How)
        return G;
      // Only as itself or in a container: another type may be the result of
      // having waited.
      if (!V || (V->getType()
                         .getNonReferenceType()
                         .getCanonicalType()
                         .getUnqualifiedType() != Task &&
                 !holdsTasks(Flow, V->getType())))
        return {};
      return {Reference::Kept, P, false, V};
    }
    if (const auto *Call = dyn_cast<CallExpr>(P)) {
      if (isMoveLike(Call) || (makesHolder(Call) && !G.How))
        continue;
      // `task = f();`, and for an optional
      if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(Call);
          Assign && Assign->getOperator() == OO_Equal &&
          Assign->getArg(1) == Child && !G.How) {
        const QualType To = Assign->getArg(0)->getType();
        if (To.getCanonicalType().getUnqualifiedType() != Task &&
            !holdsTasks(Flow, To))
          return {};
        return {Reference::Kept, P, false, localNamedBy(Assign->getArg(0))};
      }
      if (Flow.roleOfCall(Role::SyncWait, Call))
        return {};
      if (Flow.roleOfCall(Role::Spawns, Call) ||
          Flow.roleOfCall(Role::Detaches, Call)) {
        G = {Reference::Started, P, true};
        continue;
      }
      if (G.How)
        return Call->getType()->isVoidType() || addsElement(Call) ? G : Goes();
      if (addsElement(Call)) {
        const auto *Member = cast<CXXMemberCallExpr>(Call);
        return {Reference::Kept, P, false,
                localNamedBy(Member->getImplicitObjectArgument())};
      }
      return {};
    }
    if (isa<Expr>(P))
      return {}; // out of sight
    return G;    // the end of its full expression
  }
  // The body of a lambda, or of a function without braces.
  return isa<Expr>(Child) ? G : Goes();
}

/// Whether \p E, bound to a reference, is a temporary of its full expression.
bool isTemporary(const Expr *E) {
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
    E = Default->getExpr();
  while (true) {
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E);
             Cast && (Cast->getCastKind() == CK_NoOp ||
                      Cast->getCastKind() == CK_DerivedToBase ||
                      Cast->getCastKind() == CK_UncheckedDerivedToBase))
      E = Cast->getSubExpr();
    else if (const auto *Paren = dyn_cast<ParenExpr>(E))
      E = Paren->getSubExpr();
    else
      break;
  }
  const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E);
  if (!Temporary || Temporary->getStorageDuration() != SD_FullExpression)
    return false;
  // What has no state has nothing to lose.
  const CXXRecordDecl *R = Temporary->getType()->getAsCXXRecordDecl();
  return !R || !R->hasDefinition() || !R->isEmpty();
}

/// What the view \p Arg, made for a parameter of type \p To, looks at: the
/// string behind a `string_view`, the vector behind a `span`. Null when that is
/// not seen.
const Expr *viewed(const Expr *Arg, QualType To) {
  const CXXRecordDecl *View = To->getAsCXXRecordDecl();
  if (!View || !View->hasAttr<PointerAttr>() || !View->isInStdNamespace())
    return nullptr;
  auto Owns = [](const Expr *E) {
    const CXXRecordDecl *R = E->getType()->getAsCXXRecordDecl();
    return R && R->hasAttr<OwnerAttr>() && R->isInStdNamespace();
  };
  for (unsigned Steps = 0; Steps < 16; ++Steps) {
    if (const auto *Full = dyn_cast<FullExpr>(Arg)) {
      Arg = Full->getSubExpr();
    } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Arg)) {
      Arg = Cast->getSubExpr();
    } else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(Arg)) {
      Arg = Bound->getSubExpr();
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Arg)) {
      const Expr *Object = Call->getImplicitObjectArgument();
      return isa_and_nonnull<CXXConversionDecl>(Call->getMethodDecl()) &&
                     Owns(Object)
                 ? Object
                 : nullptr;
    } else if (const auto *Made = dyn_cast<CXXConstructExpr>(Arg);
               Made && Made->getNumArgs() > 0) {
      Arg = Made->getArg(0);
      if (Owns(Arg))
        return Arg;
    } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Arg);
               Temporary && !Owns(Arg)) {
      Arg = Temporary->getSubExpr();
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

/// Whether the body of \p Callee uses what \p IsUse recognises; of a task that
/// is \p Started, perhaps at once, only what does not stand before its first
/// suspension counts.
bool uses(FlowContext &Flow, const FunctionDecl *Callee, bool Started,
          llvm::function_ref<bool(const Stmt *)> IsUse) {
  const SourceManager &SM = Flow.context().getSourceManager();
  const Stmt *Body = ownBody(Callee);
  SourceLocation First;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S) &&
        (First.isInvalid() ||
         SM.isBeforeInTranslationUnit(S->getBeginLoc(), First)))
      First = S->getBeginLoc();
    return true;
  });
  if (Started && First.isInvalid())
    return false;
  bool Used = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    Used |=
        IsUse(S) &&
        (!Started || !SM.isBeforeInTranslationUnit(S->getBeginLoc(), First));
    return !Used;
  });
  return Used;
}

/// Where the running task that \p E yields goes; it is out of the hands of its
/// caller when it is dropped, if that lets it run on.
Goes followRunning(const TaskType &Type, const Parents &Up, const Expr *E) {
  const Stmt *Child = E;
  for (const Stmt *P = Up.of(E); P; Child = P, P = Up.of(P)) {
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(P);
        Cast && !Cast->getType()->isVoidType())
      return {};
    if (isa<ParenExpr, CastExpr, ExprWithCleanups, CXXBindTemporaryExpr,
            MaterializeTemporaryExpr>(P))
      continue;
    if (isa<ReturnStmt>(P))
      return {Reference::Returned, P};
    if (const auto *D = dyn_cast<DeclStmt>(P)) {
      const auto *V =
          D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
      if (!V || !Type.Record ||
          V->getType().getNonReferenceType()->getAsCXXRecordDecl() !=
              E->getType()->getAsCXXRecordDecl())
        return {};
      return {Reference::Kept, P, false, V};
    }
    if (isa<Expr>(P))
      return {};
    break;
  }
  if (!isa<Expr>(Child) ||
      (Type.Kind != AsyncKind::Detached && Type.OnDrop != Drop::Detaches &&
       Type.OnDrop != Drop::LosesException))
    return {};
  return {Reference::Started, Child, true};
}

/// Whether a path through \p Callee, which runs at once, does what \p IsUse
/// recognises when it may have been suspended before.
bool usesLater(FlowContext &Flow, const FunctionDecl *Callee,
               llvm::function_ref<bool(const Stmt *)> IsUse) {
  struct Walker : PathWalker {
    explicit Walker(llvm::function_ref<bool(const Stmt *)> IsUse)
        : IsUse(IsUse) {}
    llvm::function_ref<bool(const Stmt *)> IsUse;
    bool Found = false;
    bool statement(const Stmt *S, unsigned &State) override {
      if (const auto *Await = dyn_cast<CoawaitExpr>(S);
          Await && constantReady(Await) != Ready::Always)
        State = 1;
      Found |= State == 1 && IsUse(S);
      return !Found;
    }
  } Look(IsUse);
  const FunctionDecl *Def = nullptr;
  Paths *P = Callee->hasBody(Def) ? Flow.paths(Def) : nullptr;
  return P && P->walk(0, Look) && Look.Found;
}

/// Reads the calls of one function.
class CallReader {
public:
  CallReader(FlowContext &Flow, const FunctionDecl *F, const Stmt *Body)
      : Flow(Flow), F(F), Body(Body), Up(Flow.parents(F)) {}
  std::vector<Reference> Found;

  void read(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee || !isCoroutine(Callee) || Callee->isVariadic())
      return;
    const TaskType &Type = Flow.types().of(Call->getType());
    Running = Type.Kind == AsyncKind::Detached ||
              (Type.isTask() && Type.Starts == Start::Eager);
    if (!Running && (!Type.isTask() || Type.Starts != Start::Lazy))
      return;
    const Goes G = InMember  ? Goes{Reference::Kept, Call}
                   : Running ? followRunning(Type, Up, Call)
                             : follow(Flow, Up, Call);
    if (!G.How)
      return;
    Kept = G;
    Reference R;
    R.How = *G.How;
    R.Where = G.Where;
    R.Call = Call;
    R.Callee = Callee;
    if (!object(Call, R, G.Started))
      arguments(Call, R, G.Started);
  }

  /// `Class() : task_(work(name())) {}`
  void initialiser(const CXXCtorInitializer *Init) {
    const Expr *E = Init->isWritten() && Init->isMemberInitializer()
                        ? Init->getInit()->IgnoreImplicit()
                        : nullptr;
    if (const auto *Made = dyn_cast_or_null<CXXConstructExpr>(E);
        Made && Made->getNumArgs() == 1)
      E = Made->getArg(0)->IgnoreImplicit();
    InMember = true;
    if (const auto *Call = dyn_cast_or_null<CallExpr>(E);
        Call && Flow.types().of(Init->getMember()->getType()).isTask())
      read(Call);
    InMember = false;
  }

private:
  /// Whether \p E, which \p R refers to, is gone when the task runs; notes it
  /// in \p R if it is a local variable.
  bool isGone(const Expr *E, Reference &R) const {
    if (isTemporary(E))
      return true;
    R.Local = localNamedBy(E);
    if (!R.Local || R.How == Reference::Started || InMember)
      return false;
    if (R.How == Reference::Returned)
      return true;
    if (const Stmt *Return = Kept.Holder ? returnOf(Kept.Holder) : nullptr) {
      R.How = Reference::Returned;
      R.Where = Return;
      return true;
    }
    return Kept.Holder ? endsBefore(R.Local, Kept.Holder)
                       : isLast(Kept.Where, R.Local) && !isCoroutine(F);
  }

  /// Where \p V itself is what the function returns, or null.
  const Stmt *returnOf(const VarDecl *V) const {
    const Stmt *Found = nullptr;
    forEachEvaluated(Body, [&](const Stmt *S) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      const Expr *E = Return ? Return->getRetValue() : nullptr;
      while (E) {
        E = E->IgnoreImplicit()->IgnoreParenImpCasts();
        const auto *Made = dyn_cast<CXXConstructExpr>(E);
        const auto *Call = dyn_cast<CallExpr>(E);
        if (Made && Made->getNumArgs() == 1 &&
            Made->getConstructor()->isCopyOrMoveConstructor())
          E = Made->getArg(0);
        else if (Call && isMoveLike(Call))
          E = Call->getArg(0);
        else
          break;
      }
      if (E && localNamedBy(E) == V)
        Found = S;
      return !Found;
    });
    return Found;
  }

  /// The block that \p V is declared in; null for a parameter.
  const Stmt *blockOf(const VarDecl *V) const {
    const Stmt *Found = nullptr;
    forEachEvaluated(Body, [&](const Stmt *S) {
      const auto *D = dyn_cast<DeclStmt>(S);
      if (D && llvm::is_contained(D->decls(), V))
        Found = Up.of(S);
      return !Found;
    });
    return Found;
  }

  /// Whether \p Local ends with a block in which nothing but that is done with
  /// \p Holder, which lives on.
  bool endsBefore(const VarDecl *Local, const VarDecl *Holder) const {
    const Stmt *Block = blockOf(Local);
    if (!isa_and_nonnull<CompoundStmt>(Block) || Block == Body)
      return false;
    unsigned Mentions = 0;
    bool Inside = false;
    forEachEvaluated(Block, [&](const Stmt *S) {
      if (const auto *D = dyn_cast<DeclStmt>(S))
        Inside |= llvm::is_contained(D->decls(), Holder);
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      Mentions += Ref && Ref->getDecl() == Holder;
      return true;
    });
    return !Inside && Mentions == 1;
  }

  /// Whether nothing is called behind \p S, nor around it, nor by the end of a
  /// variable other than \p Local: what is stored there in a member is not run
  /// by this function.
  bool isLast(const Stmt *S, const VarDecl *Local) const {
    const SourceManager &SM = Flow.context().getSourceManager();
    for (const Stmt *P = Up.of(S); P; P = Up.of(P))
      if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(P))
        return false;
    bool Called = false;
    forEachEvaluated(Body, [&](const Stmt *Other) {
      if (const auto *D = dyn_cast<DeclStmt>(Other))
        for (const Decl *One : D->decls())
          if (const auto *V = dyn_cast<VarDecl>(One); V && V != Local) {
            const CXXRecordDecl *R = V->getType()->getAsCXXRecordDecl();
            Called |= R && !R->isInStdNamespace() && R->hasDefinition() &&
                      !R->hasTrivialDestructor();
          }
      Called |=
          isa<CallExpr>(Other) &&
          SM.isBeforeInTranslationUnit(S->getEndLoc(), Other->getBeginLoc());
      return !Called;
    });
    return !Called;
  }

  bool uses(const FunctionDecl *Callee, bool Started,
            llvm::function_ref<bool(const Stmt *)> IsUse) {
    return Running ? usesLater(Flow, Callee, IsUse)
                   : coro::uses(Flow, Callee, Started, IsUse);
  }

  bool object(const CallExpr *Call, Reference R, bool Started) {
    const auto *Method = dyn_cast<CXXMethodDecl>(R.Callee);
    if (!Method || !Method->isImplicitObjectMemberFunction())
      return false;
    const CXXRecordDecl *Class = Method->getParent();
    const Expr *Object = nullptr;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      Object = Member->getImplicitObjectArgument();
    else if (isa<CXXOperatorCallExpr>(Call))
      Object = Call->getArg(0);
    if (!Object || Object->getType()->isPointerType())
      return false;
    R.K = Class->isLambda() ? Reference::Closure : Reference::Object;
    if (Class->isLambda() && Class->capture_size() == 0)
      return false;
    if (!isGone(Object, R) || !uses(R.Callee, Started, [](const Stmt *S) {
          const auto *Ref = dyn_cast<DeclRefExpr>(S);
          return isa<CXXThisExpr>(S) ||
                 (Ref && Ref->refersToEnclosingVariableOrCapture());
        }))
      return false;
    Found.push_back(R);
    return true;
  }

  void arguments(const CallExpr *Call, Reference R, bool Started) {
    const unsigned Skip =
        isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(R.Callee) ? 1 : 0;
    const FunctionDecl *Def = nullptr;
    R.Callee->hasBody(Def);
    for (unsigned I = Skip; I < Call->getNumArgs(); ++I) {
      if (I - Skip >= Def->getNumParams())
        return;
      const ParmVarDecl *P = Def->getParamDecl(I - Skip);
      const Expr *Referred = P->getType()->isReferenceType()
                                 ? Call->getArg(I)
                                 : viewed(Call->getArg(I), P->getType());
      if (!Referred || !isGone(Referred, R) ||
          !uses(R.Callee, Started, [&](const Stmt *S) {
            const auto *Ref = dyn_cast<DeclRefExpr>(S);
            return Ref && Ref->getDecl() == P;
          }))
        continue;
      R.Index = I - Skip + 1;
      Found.push_back(R);
      return;
    }
  }

  FlowContext &Flow;
  const FunctionDecl *F;
  const Stmt *Body;
  const Parents &Up;
  Goes Kept;             // where the task of the call that is read goes
  bool Running = false;  // and whether it runs at once
  bool InMember = false; // that call initialises a member
};

} // namespace

std::vector<DanglingReference> danglingReferences(FlowContext &Flow,
                                                  const FunctionDecl *F) {
  const Stmt *Body = ownBody(F);
  if (!Body || F->isDependentContext())
    return {};
  CallReader Reader(Flow, F, Body);
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (const auto *Call = dyn_cast<CallExpr>(S))
      Reader.read(Call);
    return true;
  });
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      Reader.initialiser(Init);
  return std::move(Reader.Found);
}

} // namespace coro
