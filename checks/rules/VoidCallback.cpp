// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine handed to something that calls it as `void()`: the task it
// returns is dropped unseen.
#include "Check.h"
#include "code/Callables.h"
#include "code/Calls.h"
#include "flow/Uses.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace coro {
namespace {

class VoidCallback : public Check {
public:
  using Check::Check;
  void checkFunction(const FunctionDecl &F, Model &M) override;
  void checkRecord(const CXXRecordDecl &C, Model &M) override;

private:
  void expression(const Expr *E, const Stmt *Root, Model &M);
  template <class Range>
  void elements(const CXXRecordDecl *Holder, Range Args, Model &M);
  void report(const Expr *Callable, llvm::StringRef Sink, Model &M);
  void scan(const Stmt *Root, Model &M);

  Option<bool> Eager{*this, "Eager", true,
                     "Also report callables whose task already runs when it is "
                     "returned."};
};

void VoidCallback::report(const Expr *Callable, llvm::StringRef Sink,
                          Model &M) {
  const TaskType &Result = asyncResultOf(M, Callable);
  if (!Result.isTask() && Result.Kind != AsyncKind::Awaiter)
    return;
  bool Runs = Result.Starts == Start::Eager;
  if (Runs &&
      (!*Eager || M.facts().roleOfType(Role::CallbackIdiom, Result.Record)))
    return;
  if (!firstReportAt(Callable->getBeginLoc()))
    return;
  diag(Callable->getBeginLoc(),
       "'%0' calls this and drops the task it returns%1")
      << Sink
      << (Result.Starts == Start::Lazy ? llvm::StringRef(", which never runs")
                                       : llvm::StringRef(""));
  if (Runs)
    note(Callable->getBeginLoc(), "the task already runs; %0")
        << dropText(Result.OnDrop);
}

/// Reports the coroutines among \p Args, which become elements of \p Holder,
/// when those are wrappers with a void signature.
template <class Range>
void VoidCallback::elements(const CXXRecordDecl *Holder, Range Args, Model &M) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Holder);
  if (!Spec)
    return;
  llvm::SmallVector<QualType, 4> Elements;
  for (const TemplateArgument &Arg : Spec->getTemplateArgs().asArray())
    for (const TemplateArgument &Element :
         Arg.getKind() == TemplateArgument::Pack ? Arg.getPackAsArray()
                                                 : llvm::ArrayRef(Arg))
      if (Element.getKind() == TemplateArgument::Type)
        Elements.push_back(Element.getAsType());
  // In a pair or tuple, each argument has its place.
  const bool Placed =
      static_cast<size_t>(std::distance(Args.begin(), Args.end())) ==
      Elements.size();
  const auto *First = llvm::find_if(Elements, isVoidWrapper);
  size_t Index = 0;
  for (const Expr *Arg : Args) {
    const QualType *Element = Placed ? &Elements[Index++] : First;
    if (Element != Elements.end() && isVoidWrapper(*Element) &&
        !isVoidWrapper(Arg->getType()))
      report(Arg, qualifiedName((*Element)->getAsCXXRecordDecl()), M);
  }
}

/// The class whose elements \p E makes out of its arguments, or null. Which
/// alternative a variant is given is not looked at.
const CXXRecordDecl *makesElementsOf(const Expr *E) {
  const std::string Name = shortCallee(E);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E);
      Member && Member->getMethodDecl())
    return (llvm::StringRef(Name).starts_with("emplace") ||
            Name == "try_emplace" || Name == "insert_or_assign") &&
                   identifier(objectOf(E)) != "variant"
               ? objectOf(E)
               : nullptr;
  const FunctionDecl *F = calleeOf(E);
  if (!F || !isOfStd(F))
    return nullptr;
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(F)) {
    const llvm::StringRef Of = identifier(Constructor->getParent());
    return Of == "pair" || Of == "tuple" || Of == "optional"
               ? Constructor->getParent()
               : nullptr;
  }
  return Name == "make_unique" || Name == "make_shared" ||
                 Name == "make_optional"
             ? E->getType()->getAsCXXRecordDecl()
             : nullptr;
}

/// Whether what the callable returns is in what \p Call yields, as in the
/// future of `std::async`, and \p Root does something with that.
bool handsOn(const Expr *Call, const Stmt *Root) {
  const auto *Yielded = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Call->getType()->getAsCXXRecordDecl());
  if (!isa<CallExpr>(Call) || !Yielded || !Yielded->isInStdNamespace() ||
      Yielded->getTemplateArgs().size() == 0 ||
      Yielded->getTemplateArgs()[0].getKind() != TemplateArgument::Type ||
      !Yielded->getTemplateArgs()[0].getAsType()->isRecordType())
    return false;
  const Parents Up(Root);
  const Stmt *P = Up.of(Call);
  while (isa_and_nonnull<FullExpr, ImplicitCastExpr, CXXBindTemporaryExpr,
                         ExplicitCastExpr, ParenExpr>(P))
    P = Up.of(P);
  if (const auto *D = dyn_cast_or_null<DeclStmt>(P); D && D->isSingleDecl())
    return isMentioned(cast<ValueDecl>(D->getSingleDecl()), Root);
  return isa_and_nonnull<Expr, ReturnStmt, CoreturnStmt>(P);
}

void VoidCallback::expression(const Expr *E, const Stmt *Root, Model &M) {
  // The conversion to a wrapper with a void signature, whatever its library.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (isVoidWrapper(Construct->getType())) {
      for (const Expr *Arg : Construct->arguments()) {
        if (isVoidWrapper(Arg->getType()))
          continue;
        std::string Sink =
            qualifiedName(Construct->getType()->getAsCXXRecordDecl());
        report(Arg, Sink, M);
        break;
      }
      return;
    }
  }
  if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(E))
    if (Assign->getOperator() == OO_Equal && Assign->getNumArgs() == 2 &&
        isVoidWrapper(Assign->getArg(0)->getType())) {
      if (!isVoidWrapper(Assign->getArg(1)->getType()))
        report(Assign->getArg(1),
               qualifiedName(Assign->getArg(0)
                                 ->getType()
                                 .getNonReferenceType()
                                 ->getAsCXXRecordDecl()),
               M);
      return;
    }
  if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(E);
      Assign && Assign->getOperator() == OO_Equal && Assign->getNumArgs() == 2)
    if (const CXXRecordDecl *To =
            Assign->getArg(0)->getType()->getAsCXXRecordDecl();
        To && To->isInStdNamespace() && identifier(To) == "optional")
      return elements(To, llvm::ArrayRef(Assign->getArg(1)), M);
  // `callbacks.emplace_back(coroutine)` makes the wrapper out of sight, and so
  // does `{name, coroutine}` for a pair.
  if (const CXXRecordDecl *Holder = makesElementsOf(E)) {
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      return elements(Holder, Construct->arguments(), M);
    return elements(Holder, cast<CallExpr>(E)->arguments(), M);
  }
  // A function that is known to call its callable as void.
  if (!isa<CallExpr, CXXConstructExpr>(E))
    return;
  if (!M.roleOfCall(Role::CallsAsVoid, E) || handsOn(E, Root))
    return;
  std::string Name = calleeName(E);
  auto Arguments = [&](auto Args) {
    for (const Expr *Arg : Args)
      report(Arg, Name, M);
  };
  if (const auto *Call = dyn_cast<CallExpr>(E))
    Arguments(Call->arguments());
  else
    Arguments(cast<CXXConstructExpr>(E)->arguments());
}

void VoidCallback::scan(const Stmt *Root, Model &M) {
  const SourceManager &SM = M.context().getSourceManager();
  forEachEvaluated(Root, [&](const Stmt *S) {
    if (const auto *E = dyn_cast<Expr>(S))
      if (inUserCode(E->getBeginLoc(), SM))
        expression(E, Root, M);
    return true;
  });
}

void VoidCallback::checkFunction(const FunctionDecl &F, Model &M) {
  if (F.isDependentContext())
    return;
  scan(ownBody(&F), M);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->isWritten())
        scan(Init->getInit(), M);
}

void VoidCallback::checkRecord(const CXXRecordDecl &C, Model &M) {
  if (C.isDependentContext() || C.isLambda())
    return;
  for (const FieldDecl *Field : C.fields())
    if (const Expr *Init = Field->getInClassInitializer())
      scan(Init, M);
}

Register<VoidCallback> R(pitfalls::VoidCallback);

} // namespace
} // namespace coro
