// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads awaiters for what resumes their coroutine: a new thread, or a pool.
#include "code/Threads.h"
#include "code/Calls.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace coro {

static bool isStdThread(QualType T) {
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  return R && R->isInStdNamespace() &&
         (identifier(R) == "thread" || identifier(R) == "jthread");
}

/// Whether \p T holds any number of threads, directly or in smart pointers.
static bool holdsThreads(QualType T, bool Several, unsigned Depth = 0) {
  if (Several && isStdThread(T))
    return true;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return holdsThreads(Array->getElementType(), true, Depth + 1);
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Spec || !Spec->isInStdNamespace() || Depth > 3 ||
      Spec->getTemplateArgs().size() == 0 ||
      Spec->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return false;
  bool Container =
      llvm::StringSwitch<bool>(identifier(Spec))
          .Cases({"vector", "list", "deque", "array", "forward_list"}, true)
          .Default(false);
  return holdsThreads(Spec->getTemplateArgs()[0].getAsType(),
                      Several || Container, Depth + 1);
}

bool isThreadPool(Unit &U, const CXXRecordDecl *R) {
  if (!R)
    return false;
  if (U.facts().roleOfType(Role::Offloads, R))
    return true;
  const CXXRecordDecl *Def = R->getDefinition();
  return Def && llvm::any_of(Def->fields(), [](const FieldDecl *Field) {
           return holdsThreads(Field->getType(), false);
         });
}

/// The class of \p T, behind a reference or a pointer.
static const CXXRecordDecl *classOf(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return T->getPointeeCXXRecordDecl();
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(R);
  if (Spec && Spec->isInStdNamespace() && identifier(Spec).ends_with("_ptr") &&
      Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    return classOf(Spec->getTemplateArgs()[0].getAsType());
  return R;
}

/// Whether \p Awaiter belongs to a thread pool, or refers to one.
static bool isOfPool(Unit &U, const CXXRecordDecl *Awaiter) {
  const CXXRecordDecl *Def = Awaiter ? Awaiter->getDefinition() : nullptr;
  if (!Def)
    return false;
  const auto *Outer = dyn_cast<CXXRecordDecl>(Def->getDeclContext());
  return isThreadPool(U, Outer) ||
         llvm::any_of(Def->fields(), [&](const FieldDecl *Field) {
           QualType T = Field->getType();
           return (T->isReferenceType() || T->isPointerType()) &&
                  isThreadPool(U, classOf(T));
         });
}

/// Whether \p Suspend, an `await_suspend`, gives its work to another thread.
static bool startsThread(Unit &U, const FunctionDecl *Suspend,
                         unsigned Depth = 0) {
  bool Found = false;
  forEachEvaluated(ownBody(Suspend), [&](const Stmt *S) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isa<CallExpr, CXXConstructExpr>(E))
      return !Found;
    const FunctionDecl *F = calleeOf(E);
    if (!F)
      return !Found;
    const auto *Construct = dyn_cast<CXXConstructExpr>(E);
    Found |= (!Construct || Construct->getNumArgs() > 0) &&
             U.roleOfCall(Role::Offloads, E);
    // The awaiter that a promise wraps around another.
    if (identifier(F) == "await_suspend" && Depth < 3)
      Found |= startsThread(U, F, Depth + 1);
    return !Found;
  });
  return Found;
}

/// Whether \p E asks a thread pool for a thread: the pool itself, `on(pool)`,
/// or `pool.schedule()`. Work that is given to a pool comes back.
static bool asksPool(Unit &U, const Expr *E) {
  if (isThreadPool(U, classOf(E->getType())))
    return true;
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return false;
  bool Pool = isThreadPool(U, objectOf(E));
  for (const Expr *Arg : Call->arguments()) {
    if (isThreadPool(U, classOf(Arg->getType())))
      Pool = true;
    else if (!isa<CXXDefaultArgExpr>(Arg))
      return false;
  }
  return Pool;
}

bool leavesThread(Unit &U, const Stmt *S) {
  const Expr *Awaited = awaitedOperand(S);
  if (!Awaited)
    return false;
  bool Found = asksPool(U, Awaited->IgnoreImplicit()->IgnoreParens());
  forEachEvaluated(Awaited, [&](const Stmt *Part) {
    const auto *E = dyn_cast<Expr>(Part);
    if (E && isa<CallExpr, CXXConstructExpr>(E))
      Found |= U.roleOfCall(Role::SwitchesThread, E) != nullptr;
    return !Found;
  });
  if (Found || isOfPool(U, classOf(Awaited->getType())))
    return true;
  const auto *Await = dyn_cast<CoawaitExpr>(S);
  if (!Await || !Await->getSuspendExpr())
    return false;
  forEachEvaluated(Await->getSuspendExpr(), [&](const Stmt *Part) {
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Part))
      if (identifier(Call->getMethodDecl()) == "await_suspend")
        Found |= startsThread(U, Call->getMethodDecl()) ||
                 isOfPool(U, Call->getMethodDecl()->getParent());
    return !Found;
  });
  return Found;
}

} // namespace coro
