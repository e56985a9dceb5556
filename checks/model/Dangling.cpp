// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Climbs from the call of a coroutine to where its task goes, and compares with
// how long the arguments live.
#include "model/Dangling.h"
#include "model/Uses.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace coro {

namespace {

using Reference = DanglingReference;

struct Goes {
  std::optional<Reference::Escape> How; // nothing: it ends in time
  const Stmt *Where = nullptr;
  bool Started = false; // by a function on the way
};

bool addsElement(const CallExpr *Call) {
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  return Member && coro::addsElement(identifier(Member->getMethodDecl()));
}

/// Where the task that \p E yields goes.
Goes follow(Model &M, const Parents &Up, const Expr *E) {
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
      if (Made->getConstructor()->isCopyOrMoveConstructor())
        continue;
      return {};
    }
    if (isa<ReturnStmt>(P))
      return {Reference::Returned, P, G.Started};
    if (const auto *D = dyn_cast<DeclStmt>(P)) {
      const auto *V =
          D->isSingleDecl() ? dyn_cast<VarDecl>(D->getSingleDecl()) : nullptr;
      if (G.How)
        return G;
      // Only as itself: another type may be the result of having waited.
      if (!V || V->getType()
                        .getNonReferenceType()
                        .getCanonicalType()
                        .getUnqualifiedType() != Task)
        return {};
      return {Reference::Kept, P};
    }
    if (const auto *Call = dyn_cast<CallExpr>(P)) {
      if (isMoveLike(Call))
        continue;
      if (M.facts().of(Role::SyncWait, Call))
        return {};
      if (M.facts().of(Role::Spawns, Call) ||
          M.facts().of(Role::Detaches, Call)) {
        G = {Reference::Started, P, true};
        continue;
      }
      if (G.How)
        return Call->getType()->isVoidType() || addsElement(Call) ? G : Goes();
      if (addsElement(Call))
        return {Reference::Kept, P};
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

/// The variable that lies on the stack of the function and is named by \p E.
const VarDecl *localNamedBy(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->hasLocalStorage() && !V->getType()->isReferenceType() &&
                 !Ref->refersToEnclosingVariableOrCapture()
             ? V
             : nullptr;
}

/// Whether the body of \p Callee uses what \p IsUse recognises; of a task that
/// is \p Started, perhaps at once, only what does not stand before its first
/// suspension counts.
bool uses(Model &M, const FunctionDecl *Callee, bool Started,
          llvm::function_ref<bool(const Stmt *)> IsUse) {
  const SourceManager &SM = M.context().getSourceManager();
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

/// Reads the calls of one function.
class CallReader {
public:
  CallReader(Model &M, const Stmt *Body) : M(M), Up(Body) {}
  std::vector<Reference> Found;

  void read(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee || !isCoroutine(Callee) || Callee->isVariadic())
      return;
    const TaskType &Type = M.types().of(Call->getType());
    if (!Type.isTask() || Type.Starts != Start::Lazy)
      return;
    const Goes G = follow(M, Up, Call);
    if (!G.How)
      return;
    Reference R;
    R.How = *G.How;
    R.Where = G.Where;
    R.Call = Call;
    R.Callee = Callee;
    if (!object(Call, R, G.Started))
      arguments(Call, R, G.Started);
  }

private:
  /// Whether \p E, which \p R refers to, is gone when the task runs; notes it
  /// in \p R if it is a local variable.
  static bool isGone(const Expr *E, Reference &R) {
    if (isTemporary(E))
      return true;
    R.Local = R.How == Reference::Returned ? localNamedBy(E) : nullptr;
    return R.Local != nullptr;
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
    if (!isGone(Object, R) || !uses(M, R.Callee, Started, [](const Stmt *S) {
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
      if (!P->getType()->isReferenceType() || !isGone(Call->getArg(I), R) ||
          !uses(M, R.Callee, Started, [&](const Stmt *S) {
            const auto *Ref = dyn_cast<DeclRefExpr>(S);
            return Ref && Ref->getDecl() == P;
          }))
        continue;
      R.Index = I - Skip + 1;
      Found.push_back(R);
      return;
    }
  }

  Model &M;
  const Parents Up;
};

} // namespace

std::vector<DanglingReference> danglingReferences(Model &M,
                                                  const FunctionDecl *F) {
  const Stmt *Body = ownBody(F);
  if (!Body || F->isDependentContext())
    return {};
  CallReader Reader(M, Body);
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (const auto *Call = dyn_cast<CallExpr>(S))
      Reader.read(Call);
    return true;
  });
  return std::move(Reader.Found);
}

} // namespace coro
