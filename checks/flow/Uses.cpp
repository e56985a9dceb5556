// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Climbs from an expression to whatever takes its value.
#include "flow/Uses.h"
#include "code/Calls.h"
#include "code/Containers.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

bool isQuery(const FlowContext &Flow, const CXXMethodDecl *F,
             const CXXRecordDecl *Object) {
  if (!F)
    return false;
  if (Flow.facts().roleOfFunction(Role::Query, F, Object))
    return true;
  if (isa<CXXConversionDecl>(F))
    return F->getReturnType()->isBooleanType();
  if (F->getNumParams() != 0)
    return false;
  if (F->isConst() && F->getReturnType()->isBooleanType())
    return true;
  return llvm::StringSwitch<bool>(identifier(F))
      .Cases({"valid", "done", "ready", "is_ready", "isReady", "is_done",
              "empty", "has_value", "joinable", "size", "capacity", "max_size",
              "isFinished"},
             true)
      .Default(false);
}

bool isMentioned(const ValueDecl *V, const Stmt *Body) {
  bool Found = false;
  llvm::SmallVector<const Stmt *, 16> Todo = {Body};
  while (!Todo.empty() && !Found) {
    const Stmt *S = Todo.pop_back_val();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      Found = Ref->getDecl() == V;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      if (const Stmt *Inner = ownBody(Lambda->getCallOperator()))
        Todo.push_back(Inner);
    for (const Stmt *Child : evaluated(S))
      Todo.push_back(Child);
  }
  return Found;
}

/// Whether \p F gives back its only argument as an rvalue, as `kj::mv` does.
static bool castsToRvalue(const FunctionDecl *F) {
  const QualType Given =
      F->getNumParams() == 1 ? F->getParamDecl(0)->getType() : QualType();
  return !Given.isNull() && Given->isReferenceType() &&
         F->getReturnType()->isRValueReferenceType() &&
         F->getASTContext().hasSameUnqualifiedType(
             Given.getNonReferenceType(),
             F->getReturnType().getNonReferenceType());
}

bool isMoveLike(const CallExpr *Call) {
  const FunctionDecl *F = Call->getDirectCallee();
  if (!F || Call->getNumArgs() != 1)
    return false;
  if (!F->isInStdNamespace())
    return !isa<CXXMethodDecl>(F) && castsToRvalue(F);
  return llvm::StringSwitch<bool>(identifier(F))
      .Cases({"move", "forward", "as_const", "move_if_noexcept"}, true)
      .Default(false);
}

Use UseReader::ofCapture(const LambdaExpr *Lambda, const Expr *E) {
  // Does the body do anything with the task?
  auto Capture = Lambda->capture_begin();
  bool BodyConsumes = true;
  for (const Expr *Init : Lambda->capture_inits()) {
    if (Init == E && Capture->capturesVariable()) {
      if (const Stmt *Inner = ownBody(Lambda->getCallOperator())) {
        BodyConsumes =
            UseReader(Flow, Flow.parents(Lambda->getCallOperator()), Inner)
                .consumes(Capture->getCapturedVar());
      }
    }
    ++Capture;
  }
  if (!BodyConsumes)
    return {Use::Neutral, nullptr, Lambda};
  // Is the lambda ever used?
  const Stmt *P = Up.of(Lambda);
  while (
      P &&
      isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups, CXXBindTemporaryExpr,
          MaterializeTemporaryExpr, CXXConstructExpr>(P))
    P = Up.of(P);
  if (const auto *Decl = dyn_cast_or_null<DeclStmt>(P))
    if (Decl->isSingleDecl())
      if (const auto *V = dyn_cast<VarDecl>(Decl->getSingleDecl()))
        if (!isMentioned(V, Body))
          return {Use::Neutral, nullptr, Lambda};
  return {Use::Escaped, nullptr, Lambda};
}

Use UseReader::ofObject(const CXXMemberCallExpr *Call, const Expr *E) {
  const CXXMethodDecl *F = Call->getMethodDecl();
  const CXXRecordDecl *Object = objectOf(Call);
  if (!F)
    return {Use::Escaped, nullptr, Call};
  StringRef Name = identifier(F);
  // A method of a base is still called on the task.
  if (Flow.types().of(E->IgnoreParenImpCasts()->getType()).Kind !=
      AsyncKind::None) {
    if (Flow.facts().roleOfFunction(Role::Detaches, F, Object))
      return {Use::Escaped, nullptr, Call};
    if (isa<CXXConversionDecl>(F) && F->getReturnType()->isBooleanType())
      return {Use::Tested, nullptr, Call};
    if (isQuery(Flow, F, Object))
      return {Use::Queried, nullptr, Call};
    return {Use::Escaped, nullptr, Call};
  }
  // A container, optional, tuple or array.
  if (addsElement(Name))
    return {Use::Neutral};
  if (keepsContents(Name) || isa<CXXConversionDecl>(F))
    return {Use::Queried, nullptr, Call};
  if (Name == "clear" || Name == "reset")
    return {Use::Cleared, nullptr, Call};
  if (givesElement(Name))
    return of(Call);
  return {Use::Escaped, nullptr, Call};
}

/// Whether anybody looks at what \p E yields: `auto &t = v.emplace_back(f());`
bool UseReader::isValueUsed(const Expr *E) const {
  const Stmt *P = Up.of(E);
  while (P && isa<ExprWithCleanups, ParenExpr, ImplicitCastExpr,
                  CXXBindTemporaryExpr, MaterializeTemporaryExpr>(P))
    P = Up.of(P);
  return P && (isa<DeclStmt, ReturnStmt>(P) ||
               (isa<Expr>(P) && !isa<ExplicitCastExpr>(P) &&
                !(isa<BinaryOperator>(P) &&
                  cast<BinaryOperator>(P)->getOpcode() == BO_Comma)));
}

Use UseReader::ofArgument(const Expr *Call, const Expr *Arg) {
  if (Flow.roleOfCall(Role::Ignores, Call))
    return {Use::Ignored, nullptr, Call};
  const FunctionDecl *Callee = calleeOf(Call);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    // `tasks.push_back(work())`
    const Expr *Object = Member->getImplicitObjectArgument();
    const ValueDecl *Holder = namedBy(Object);
    if (Holder && !isValueUsed(Call) && addsElement(identifier(Callee)) &&
        holdsTasks(Flow, Holder->getType())) {
      const auto *Local = dyn_cast<VarDecl>(Holder);
      if (!Local || placeOf(Object).isLocalVariable())
        return {Use::Kept, Holder, Call};
    }
  }
  if (!Callee)
    return {Use::Moved, nullptr, Call};
  // A function of ours that does nothing with what it is given.
  const auto *C = dyn_cast<CallExpr>(Call);
  unsigned Count = C ? C->getNumArgs() : 0, Skip = 0;
  if (C && isa<CXXOperatorCallExpr>(C) && isa<CXXMethodDecl>(Callee))
    Skip = 1;
  // What a fact describes is no function of ours, whatever its body here.
  for (Role R : {Role::SyncWait, Role::Spawns, Role::Detaches, Role::Offloads,
                 Role::StoresCallable, Role::Timer})
    if (Flow.roleOfCall(R, Call))
      return {Use::Moved, nullptr, Call};
  for (unsigned I = Skip; I < Count; ++I)
    if (C->getArg(I) == Arg && I - Skip < Callee->getNumParams() &&
        Flow.dropsParameter(Callee, I - Skip))
      return {Use::Dropped, nullptr, Call, Callee, I - Skip};
  return {Use::Moved, nullptr, Call};
}

/// Whether the value of \p P is that of what it stands around.
static bool isTransparent(const Stmt *P) {
  switch (P->getStmtClass()) {
  case Stmt::ParenExprClass:
  case Stmt::ExprWithCleanupsClass:
  case Stmt::CXXBindTemporaryExprClass:
  case Stmt::MaterializeTemporaryExprClass:
  case Stmt::ConstantExprClass:
  case Stmt::SubstNonTypeTemplateParmExprClass:
  case Stmt::ImplicitCastExprClass:
  case Stmt::CXXStdInitializerListExprClass:
  case Stmt::CXXDefaultInitExprClass:
  case Stmt::ArrayInitLoopExprClass:
  case Stmt::OpaqueValueExprClass:
    return true;
  default:
    return false;
  }
}

/// What becomes of \p Child, the value of which the statement \p P drops,
/// unless it tests it. Other than that, it is out of sight.
static Use ofStatement(const Stmt *P, const Stmt *Child) {
  auto TestedIf = [Child](const Stmt *Condition) -> Use {
    return {Condition == Child ? Use::Tested : Use::Discarded, nullptr, Child};
  };
  switch (P->getStmtClass()) {
  case Stmt::CompoundStmtClass:
  case Stmt::DefaultStmtClass:
  case Stmt::LabelStmtClass:
  case Stmt::AttributedStmtClass:
  case Stmt::CXXForRangeStmtClass:
    return {Use::Discarded, nullptr, Child};
  case Stmt::CaseStmtClass:
    return {cast<CaseStmt>(P)->getSubStmt() == Child ? Use::Discarded
                                                     : Use::Escaped,
            nullptr, Child};
  case Stmt::IfStmtClass:
    return TestedIf(cast<IfStmt>(P)->getCond());
  case Stmt::WhileStmtClass:
    return TestedIf(cast<WhileStmt>(P)->getCond());
  case Stmt::DoStmtClass:
    return TestedIf(cast<DoStmt>(P)->getCond());
  case Stmt::ForStmtClass:
    return TestedIf(cast<ForStmt>(P)->getCond());
  case Stmt::SwitchStmtClass:
    return {cast<SwitchStmt>(P)->getCond() == Child ? Use::Escaped
                                                    : Use::Discarded,
            nullptr, Child};
  case Stmt::CoawaitExprClass:
  case Stmt::DependentCoawaitExprClass:
  case Stmt::CoyieldExprClass:
    return {Use::Awaited, nullptr, P};
  case Stmt::ReturnStmtClass:
  case Stmt::CoreturnStmtClass:
    return {Use::Returned, nullptr, P};
  default:
    return {Use::Escaped, nullptr, P};
  }
}

UseReader::Step UseReader::ofMember(const MemberExpr *Member,
                                    const Expr *Object) {
  const Stmt *Above = Up.of(Member);
  while (Above && isa<ParenExpr>(Above))
    Above = Up.of(Above);
  if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Above))
    if (Call->getCallee()->IgnoreParens() == Member)
      return ofObject(Call, Object);
  // `pair.first`
  const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
  if (!Field || !Field->getParent()->isInStdNamespace() ||
      !holdsTasks(Flow, Object->getType()))
    return Use{Use::Escaped, nullptr, Member};
  // The part that is no task says nothing about the one that is.
  if (taskIn(Flow, Field->getType()).Kind == AsyncKind::None)
    return Use{Use::Neutral, nullptr, Member};
  return std::nullopt;
}

Use UseReader::ofAssignment(const CXXOperatorCallExpr *Call) {
  const Expr *Target = Call->getArg(0);
  // `tasks[0] = work();`
  if (const Expr *Holder = holderOfElement(Target))
    if (const auto *V = dyn_cast_or_null<VarDecl>(namedBy(Holder));
        V && placeOf(Holder).isLocalVariable() &&
        !V->getType()->isReferenceType() && holdsTasks(Flow, V->getType()))
      return {Use::Kept, V, Call};
  const ValueDecl *To = namedBy(Target);
  if (To && identifier(To) == "ignore" && To->isInStdNamespace())
    return {Use::Ignored, nullptr, Call};
  if (!To || !taskIn(Flow, To->getType()).isWork())
    return {Use::Escaped, nullptr, Call};
  // Through a reference, it goes to whatever that refers to.
  if (const auto *V = dyn_cast<VarDecl>(To);
      V &&
      (!placeOf(Target).isLocalVariable() || V->getType()->isReferenceType()))
    return {Use::Escaped, nullptr, Call};
  return {Use::Kept, To, Call};
}

UseReader::Step UseReader::ofOperator(const CXXOperatorCallExpr *Call,
                                      const Expr *Operand) {
  switch (Call->getOperator()) {
  case OO_Equal:
    return Call->getArg(0) == Operand ? Use{Use::Assigned, nullptr, Call}
                                      : ofAssignment(Call);
  case OO_EqualEqual:
  case OO_ExclaimEqual:
    return Use{Use::Queried, nullptr, Call};
  case OO_Exclaim:
    return Use{Use::Tested, nullptr, Call};
  case OO_Star:
  case OO_Arrow:
  case OO_Subscript: {
    if (Call->getArg(0) != Operand || !holdsTasks(Flow, Operand->getType()))
      return Use{Use::Escaped, nullptr, Call};
    if (Call->getOperator() != OO_Arrow)
      return std::nullopt;
    // `opt->valid()`: the arrow gives a pointer to the element.
    const Stmt *Member = Up.of(Call);
    const Stmt *Above = Member ? Up.of(Member) : nullptr;
    const auto *OfElement = dyn_cast_or_null<CXXMemberCallExpr>(Above);
    if (!OfElement)
      return Use{Use::Escaped, nullptr, Call};
    return Use{isQuery(Flow, OfElement->getMethodDecl(), objectOf(OfElement))
                   ? Use::Queried
                   : Use::Escaped,
               nullptr, OfElement};
  }
  case OO_Coawait:
    return Use{Use::Awaited, nullptr, Call};
  default:
    return ofArgument(Call, Operand);
  }
}

UseReader::Step UseReader::ofCall(const CallExpr *Call, const Expr *Arg) {
  if (Call->getCallee() == Arg)
    return Use{Use::Escaped, nullptr, Call};
  if (isMoveLike(Call) || makesHolder(Call))
    return std::nullopt;
  // `std::get<0>(tuple)`
  if (const auto *F = Call->getDirectCallee();
      F && F->isInStdNamespace() && identifier(F) == "get" &&
      holdsTasks(Flow, Arg->getType())) {
    if (taskIn(Flow, Call->getType()).Kind == AsyncKind::None)
      return Use{Use::Neutral, nullptr, Call};
    return std::nullopt;
  }
  return ofArgument(Call, Arg);
}

UseReader::Step UseReader::ofConstruction(const CXXConstructExpr *Construct,
                                          const Expr *Arg) {
  QualType T = Construct->getType();
  // A copy or a move of the task, or a container around it.
  bool Same = Arg->getType().getCanonicalType().getUnqualifiedType() ==
              T.getCanonicalType().getUnqualifiedType();
  if (!Same && !holdsTasks(Flow, T))
    return Use{Use::Moved, nullptr, Construct};
  // Copying a shared handle out of a variable leaves the original alone and
  // gives somebody else the duty.
  if (Same && Arg->isLValue() && Flow.types().of(T).Kind != AsyncKind::None)
    return Use{Use::Escaped, nullptr, Construct};
  return std::nullopt;
}

UseReader::Step UseReader::ofBraces(const InitListExpr *List) {
  QualType T = List->getType();
  // Or the inner braces of std::array<task, N>.
  if (T->isArrayType() || holdsTasks(Flow, T) ||
      Flow.types().of(T).Kind != AsyncKind::None || T->isVoidType() ||
      isa_and_nonnull<InitListExpr>(Up.of(List)))
    return std::nullopt;
  return Use{Use::Escaped, nullptr, List};
}

Use UseReader::ofDeclaration(const DeclStmt *Decls, const Expr *Init,
                             bool OfVariable) {
  const VarDecl *V = nullptr;
  for (const Decl *D : Decls->decls())
    if (const auto *One = dyn_cast<VarDecl>(D); One && One->getInit() == Init)
      V = One;
  if (!V)
    return {Use::Escaped, nullptr, Decls};
  // for (auto &t : tasks)
  if (const auto *Loop = dyn_cast_or_null<CXXForRangeStmt>(Up.of(Decls));
      Loop && Loop->getRangeStmt() == Decls) {
    const VarDecl *Each = Loop->getLoopVariable();
    const auto *Many = dyn_cast<DecompositionDecl>(Each);
    bool Consumed = Many ? consumesBinding(Many) : consumes(Each);
    return {Consumed ? Use::Escaped : Use::Neutral, nullptr, Loop};
  }
  if (const auto *Many = dyn_cast<DecompositionDecl>(V);
      Many && consumesBinding(Many))
    return {Use::Escaped, nullptr, Decls};
  if (!V->isLocalVarDecl() || V->isStaticLocal())
    return {Use::Escaped, nullptr, Decls};
  // `auto &r = t;` is another name; `auto &&t = work();` keeps it alive.
  if (V->getType()->isReferenceType() && Init->isGLValue() && OfVariable)
    return {consumes(V) ? Use::Escaped : Use::Neutral, nullptr, Decls};
  if (taskIn(Flow, V->getType()).Kind != AsyncKind::None)
    return {Use::Kept, V, Decls};
  return {Use::Escaped, nullptr, Decls};
}

UseReader::Step UseReader::ofOperand(const Stmt *P, const Expr *Child) {
  switch (P->getStmtClass()) {
  case Stmt::ArraySubscriptExprClass:
    if (cast<ArraySubscriptExpr>(P)->getBase() == Child)
      return std::nullopt;
    return Use{Use::Escaped, nullptr, P};
  case Stmt::CStyleCastExprClass:
  case Stmt::CXXStaticCastExprClass:
  case Stmt::CXXFunctionalCastExprClass:
  case Stmt::CXXConstCastExprClass:
  case Stmt::BuiltinBitCastExprClass:
    if (cast<ExplicitCastExpr>(P)->getType()->isVoidType())
      return Use{Use::VoidCast, nullptr, P};
    return std::nullopt;
  case Stmt::BinaryOperatorClass:
    if (cast<BinaryOperator>(P)->getOpcode() != BO_Comma)
      return Use{Use::Escaped, nullptr, P};
    if (cast<BinaryOperator>(P)->getLHS() == Child)
      return Use{Use::Discarded, nullptr, P};
    return std::nullopt;
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
    if (cast<AbstractConditionalOperator>(P)->getCond() == Child)
      return Use{Use::Tested, nullptr, P};
    return std::nullopt;
  case Stmt::MemberExprClass:
    return ofMember(cast<MemberExpr>(P), Child);
  case Stmt::LambdaExprClass:
    return ofCapture(cast<LambdaExpr>(P), Child);
  case Stmt::CXXOperatorCallExprClass:
    return ofOperator(cast<CXXOperatorCallExpr>(P), Child);
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    return ofCall(cast<CallExpr>(P), Child);
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    return ofConstruction(cast<CXXConstructExpr>(P), Child);
  case Stmt::InitListExprClass:
    return ofBraces(cast<InitListExpr>(P));
  default:
    // Awaited, returned, thrown: or something that is out of sight.
    return ofStatement(P, Child);
  }
}

Use UseReader::of(const Expr *E) {
  const Expr *Child = E;
  while (const Stmt *P = Up.of(Child)) {
    // The last expression of a GNU statement expression is its value.
    if (const auto *Block = dyn_cast<CompoundStmt>(P))
      if (const auto *Value = dyn_cast_or_null<StmtExpr>(Up.of(P));
          Value && Block->body_back() == Child) {
        Child = Value;
        continue;
      }
    if (const auto *Decls = dyn_cast<DeclStmt>(P))
      return ofDeclaration(Decls, Child, isa<DeclRefExpr>(E));
    if (!isTransparent(P))
      if (const Step Found = ofOperand(P, Child))
        return *Found;
    Child = cast<Expr>(P);
  }
  return {Use::Discarded, nullptr, Child};
}

bool UseReader::consumesBinding(const DecompositionDecl *Many) {
  bool Tasks = false, Mentioned = false;
  for (const BindingDecl *One : Many->bindings()) {
    Mentioned |= isMentioned(One, Body);
    if (One->getType().isNull() || !taskIn(Flow, One->getType()).isTask())
      continue;
    Tasks = true;
    if (consumes(One))
      return true;
  }
  return !Tasks && Mentioned; // the tasks are deeper inside
}

bool UseReader::consumes(const ValueDecl *V) {
  if (!Active.insert(V).second)
    return true; // an alias of itself: out of sight
  bool Found = false;
  forEachEvaluated(Body, [&](const Stmt *S) {
    if (Found)
      return false;
    const auto *E = dyn_cast<Expr>(S);
    if (!E)
      return true;
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      D = Ref->getDecl();
    else if (isa<FieldDecl>(V) && isa<MemberExpr>(E))
      D = cast<MemberExpr>(E)->getMemberDecl();
    if (D != V)
      return true;
    Use U = of(E);
    Found = U.consumes() || U.K == Use::Kept;
    return !Found;
  });
  Active.erase(V);
  return Found;
}

} // namespace coro
