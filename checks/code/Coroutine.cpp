// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the code of a function the way it runs.
#include "code/Coroutine.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprConcepts.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace coro {

bool isCoroutine(const FunctionDecl *F) {
  const FunctionDecl *Def = nullptr;
  return F && F->hasBody(Def) &&
         isa_and_nonnull<CoroutineBodyStmt>(Def->getBody());
}

bool isNeverInstantiated(const FunctionDecl *F) {
  bool Templates = false;
  for (const DeclContext *C = F; C && !C->isFileContext(); C = C->getParent()) {
    if (const auto *Function = dyn_cast<FunctionDecl>(C)) {
      if (const auto *T = Function->getDescribedFunctionTemplate()) {
        Templates = true;
        if (T->spec_begin() != T->spec_end())
          return false;
      }
    } else if (isa<ClassTemplatePartialSpecializationDecl>(C)) {
      return false;
    } else if (const auto *Record = dyn_cast<CXXRecordDecl>(C)) {
      if (const auto *T = Record->getDescribedClassTemplate()) {
        Templates = true;
        if (T->spec_begin() != T->spec_end())
          return false;
      }
    }
  }
  return Templates;
}

bool isChosenByArguments(const Stmt *S) {
  const auto *If = dyn_cast<IfStmt>(S);
  return If && If->isConstexpr() && If->getCond() &&
         If->getCond()->isInstantiationDependent();
}

const Stmt *ownBody(const FunctionDecl *F) {
  const FunctionDecl *Def = nullptr;
  if (!F || !F->hasBody(Def))
    return nullptr;
  const Stmt *Body = Def->getBody();
  if (const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Body))
    return Coroutine->getBody();
  return Body;
}

llvm::SmallVector<const Stmt *, 8> evaluated(const Stmt *S) {
  llvm::SmallVector<const Stmt *, 8> Out;
  auto Add = [&](const Stmt *Child) {
    if (Child)
      Out.push_back(Child);
  };
  if (const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(S)) {
    Add(Coroutine->getBody());
  } else if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
    Add(Suspend->getOperand());
  } else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(S)) {
    Add(Dependent->getOperand());
  } else if (const auto *Return = dyn_cast<CoreturnStmt>(S)) {
    Add(Return->getOperand());
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Init : Lambda->capture_inits())
      Add(Init);
  } else if (const auto *Loop = dyn_cast<CXXForRangeStmt>(S)) {
    Add(Loop->getInit());
    Add(Loop->getRangeStmt());
    Add(Loop->getLoopVarStmt());
    Add(Loop->getBody());
  } else if (const auto *If = dyn_cast<IfStmt>(S)) {
    Add(If->getInit());
    Add(If->getConditionVariableDeclStmt());
    Add(If->getCond());
    // `if constexpr` runs one branch.
    const auto *Constant = dyn_cast_or_null<ConstantExpr>(
        If->isConstexpr() ? If->getCond() : nullptr);
    bool Decided = Constant && Constant->hasAPValueResult() &&
                   Constant->getAPValueResult().isInt();
    bool Truth = Decided && Constant->getAPValueResult().getInt() != 0;
    if (!Decided || Truth)
      Add(If->getThen());
    if (!Decided || !Truth)
      Add(If->getElse());
  } else if (const auto *List = dyn_cast<InitListExpr>(S)) {
    const InitListExpr *Semantic =
        List->isSemanticForm() ? List : List->getSemanticForm();
    for (const Expr *Init : (Semantic ? Semantic : List)->inits())
      Add(Init);
  } else if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(S)) {
    Add(Opaque->getSourceExpr());
  } else if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(S)) {
    Add(Rewritten->getSemanticForm());
  } else if (isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr,
                 ConceptSpecializationExpr, TypeTraitExpr>(S)) {
    // not evaluated
  } else if (const auto *Typeid = dyn_cast<CXXTypeidExpr>(S)) {
    if (!Typeid->isTypeOperand() && Typeid->isPotentiallyEvaluated())
      Add(Typeid->getExprOperand());
  } else {
    for (const Stmt *Child : S->children())
      Add(Child);
  }
  return Out;
}

void forEachEvaluated(const Stmt *Root,
                      llvm::function_ref<bool(const Stmt *)> Visit) {
  if (!Root || !Visit(Root))
    return;
  for (const Stmt *Child : evaluated(Root))
    forEachEvaluated(Child, Visit);
}

void Parents::add(const Stmt *Root) {
  if (!Root)
    return;
  llvm::SmallVector<const Stmt *, 32> Todo = {Root};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    for (const Stmt *Child : evaluated(S))
      if (Map.try_emplace(Child, S).second)
        Todo.push_back(Child);
  }
}

const Expr *awaitedOperand(const Stmt *S) {
  if (const auto *Await = dyn_cast_or_null<CoawaitExpr>(S))
    return Await->getOperand();
  if (const auto *Await = dyn_cast_or_null<DependentCoawaitExpr>(S))
    return Await->getOperand();
  return nullptr;
}

llvm::StringRef identifier(const NamedDecl *D) {
  return D && D->getDeclName().isIdentifier() ? D->getName()
                                              : llvm::StringRef();
}

bool canPrefix(const Expr *E) {
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E))
    if (Call->getOperator() != OO_Call)
      return false;
  return E->getBeginLoc().isFileID();
}

std::string nameOf(const NamedDecl *F) {
  if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(F))
    if (Method->getParent()->isLambda() &&
        Method->getOverloadedOperator() == OO_Call)
      return "lambda";
  if (const auto *Constructor = dyn_cast_or_null<CXXConstructorDecl>(F))
    return Constructor->getParent()->getNameAsString();
  return F ? F->getNameAsString() : "expression";
}

bool inUserCode(SourceLocation Loc, const SourceManager &SM) {
  return Loc.isValid() && !SM.isInSystemHeader(SM.getExpansionLoc(Loc));
}

} // namespace coro
