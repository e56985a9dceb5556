// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine handed to something that calls it as `void()`: the task it
// returns is dropped unseen.
#include "Check.h"
#include "model/Callables.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace coro {
namespace {

class VoidCallback : public Check {
public:
  using Check::Check;
  void function(const FunctionDecl &F, Model &M) override;
  void record(const CXXRecordDecl &C, Model &M) override;

private:
  void expression(const Expr *E, Model &M);
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
  if (Runs && (!*Eager || M.facts().of(Role::CallbackIdiom, Result.Record)))
    return;
  if (!first(Callable->getBeginLoc()))
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
  for (const TemplateArgument &Element : Spec->getTemplateArgs().asArray()) {
    if (Element.getKind() != TemplateArgument::Type ||
        !isVoidWrapper(Element.getAsType()))
      continue;
    std::string Sink = qualifiedName(Element.getAsType()->getAsCXXRecordDecl());
    for (const Expr *Arg : Args)
      if (!isVoidWrapper(Arg->getType()))
        report(Arg, Sink, M);
    return;
  }
}

void VoidCallback::expression(const Expr *E, Model &M) {
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
  // `callbacks.emplace_back(coroutine)` makes the wrapper out of sight, and so
  // does `{name, coroutine}` for a pair.
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E);
      Member && Member->getMethodDecl() &&
      (shortCallee(E).starts_with("emplace") ||
       shortCallee(E) == "try_emplace" || shortCallee(E) == "insert_or_assign"))
    return elements(objectOf(E), Member->arguments(), M);
  if (const auto *Pair = dyn_cast<CXXConstructExpr>(E);
      Pair && Pair->getConstructor()->getParent()->isInStdNamespace() &&
      identifier(Pair->getConstructor()->getParent()) == "pair")
    return elements(Pair->getConstructor()->getParent(), Pair->arguments(), M);
  // A function that is known to call its callable as void.
  if (!isa<CallExpr, CXXConstructExpr>(E))
    return;
  const Fact *Sink = M.facts().of(Role::CallsAsVoid, E);
  if (!Sink)
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
        expression(E, M);
    return true;
  });
}

void VoidCallback::function(const FunctionDecl &F, Model &M) {
  if (F.isDependentContext())
    return;
  scan(ownBody(&F), M);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->isWritten())
        scan(Init->getInit(), M);
}

void VoidCallback::record(const CXXRecordDecl &C, Model &M) {
  if (C.isDependentContext() || C.isLambda())
    return;
  for (const FieldDecl *Field : C.fields())
    if (const Expr *Init = Field->getInClassInitializer())
      scan(Init, M);
}

Register<VoidCallback> R(pitfalls::VoidCallback);

} // namespace
} // namespace coro
