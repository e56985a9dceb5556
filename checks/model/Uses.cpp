// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Climbs from an expression to whatever takes its value.
#include "model/Uses.h"
#include "model/Summary.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

const TaskType &taskIn(Model &M, QualType T) {
  static const TaskType Nothing;
  if (T.isNull())
    return Nothing;
  T = T.getNonReferenceType();
  const TaskType &Direct = M.types().of(T);
  if (Direct.Kind != AsyncKind::None)
    return Direct;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return taskIn(M, Array->getElementType());
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Spec || !Spec->isInStdNamespace())
    return Nothing;
  bool Holder =
      llvm::StringSwitch<bool>(identifier(Spec))
          .Cases({"vector", "deque", "list", "forward_list", "array",
                  "optional", "pair", "tuple", "set", "multiset", "map",
                  "multimap"},
                 true)
          .Cases({"unordered_set", "unordered_map", "stack", "queue"}, true)
          .Default(false);
  if (!Holder)
    return Nothing;
  for (const TemplateArgument &Arg : Spec->getTemplateArgs().asArray()) {
    auto Look = [&](const TemplateArgument &A) -> const TaskType & {
      if (A.getKind() != TemplateArgument::Type)
        return Nothing;
      return taskIn(M, A.getAsType());
    };
    if (Arg.getKind() == TemplateArgument::Pack) {
      for (const TemplateArgument &Inner : Arg.pack_elements())
        if (const TaskType &Found = Look(Inner); Found.isTask())
          return Found;
    } else if (const TaskType &Found = Look(Arg); Found.isTask()) {
      return Found;
    }
  }
  return Nothing;
}

bool holdsTasks(Model &M, QualType T) {
  return M.types().of(T).Kind == AsyncKind::None && taskIn(M, T).isTask();
}

const ValueDecl *namedBy(const Expr *E) {
  if (!E)
    return nullptr;
  E = E->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<VarDecl>(Ref->getDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()))
      return dyn_cast<FieldDecl>(Member->getMemberDecl());
  return nullptr;
}

bool isQuery(const Model &M, const CXXMethodDecl *F,
             const CXXRecordDecl *Object) {
  if (!F)
    return false;
  if (M.facts().of(Role::Query, F, Object))
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

/// Whether \p E names a variable that lives as long as the function that
/// mentions it: not a static one, nor one that a lambda captured.
static bool isOwnLocal(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->isLocalVarDecl() && !V->isStaticLocal() &&
         !Ref->refersToEnclosingVariableOrCapture();
}

bool addsElement(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"push_back", "emplace_back", "push_front", "emplace_front",
              "insert", "emplace", "push", "insert_or_assign", "try_emplace",
              "insert_after", "emplace_after"},
             true)
      .Default(false);
}

static bool keepsContents(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"size", "empty", "capacity", "reserve", "max_size", "has_value",
              "shrink_to_fit", "count", "contains"},
             true)
      .Default(false);
}

static bool givesElement(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"front", "back", "at", "value", "top"}, true)
      .Default(false);
}

/// The container whose element \p E names, as `v[0]` or `v.at(0)`, or null.
static const Expr *holderOfElement(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return Element->getBase();
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
    return givesElement(identifier(Call->getMethodDecl()))
               ? Call->getImplicitObjectArgument()
               : nullptr;
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
  return Call && Call->getOperator() == OO_Subscript ? Call->getArg(0)
                                                     : nullptr;
}

bool isMoveLike(const CallExpr *Call) {
  const FunctionDecl *F = Call->getDirectCallee();
  return F && F->isInStdNamespace() && Call->getNumArgs() == 1 &&
         llvm::StringSwitch<bool>(identifier(F))
             .Cases({"move", "forward", "as_const", "move_if_noexcept"}, true)
             .Default(false);
}

static bool makesHolder(const CallExpr *Call) {
  const FunctionDecl *F = Call->getDirectCallee();
  return F && F->isInStdNamespace() &&
         llvm::StringSwitch<bool>(identifier(F))
             .Cases({"make_tuple", "make_pair", "make_optional", "to_array"},
                    true)
             .Default(false);
}

Use UseReader::ofCapture(const LambdaExpr *Lambda, const Expr *E) {
  // Does the body do anything with the task?
  auto Capture = Lambda->capture_begin();
  bool BodyConsumes = true;
  for (const Expr *Init : Lambda->capture_inits()) {
    if (Init == E && Capture->capturesVariable()) {
      if (const Stmt *Inner = ownBody(Lambda->getCallOperator())) {
        Parents InnerUp(Inner);
        BodyConsumes =
            UseReader(M, InnerUp, Inner).consumes(Capture->getCapturedVar());
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
  return {Use::Consumed, nullptr, Lambda};
}

Use UseReader::ofObject(const CXXMemberCallExpr *Call, const Expr *E) {
  const CXXMethodDecl *F = Call->getMethodDecl();
  const CXXRecordDecl *Object = objectOf(Call);
  if (!F)
    return {Use::Consumed, nullptr, Call};
  StringRef Name = identifier(F);
  // A method of a base is still called on the task.
  if (M.types().of(E->IgnoreParenImpCasts()->getType()).Kind !=
      AsyncKind::None) {
    if (M.facts().of(Role::Detaches, F, Object))
      return {Use::Consumed, nullptr, Call};
    if (isa<CXXConversionDecl>(F) && F->getReturnType()->isBooleanType())
      return {Use::Tested, nullptr, Call};
    if (isQuery(M, F, Object))
      return {Use::Queried, nullptr, Call};
    return {Use::Consumed, nullptr, Call};
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
  return {Use::Consumed, nullptr, Call};
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
  if (M.facts().of(Role::Ignores, Call))
    return {Use::Ignored, nullptr, Call};
  const FunctionDecl *Callee = calleeOf(Call);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    // `tasks.push_back(work())`
    const Expr *Object = Member->getImplicitObjectArgument();
    const ValueDecl *Holder = namedBy(Object);
    if (Holder && !isValueUsed(Call) && addsElement(identifier(Callee)) &&
        holdsTasks(M, Holder->getType())) {
      const auto *Local = dyn_cast<VarDecl>(Holder);
      if (!Local || isOwnLocal(Object))
        return {Use::Kept, Holder, Call};
    }
  }
  if (!Callee)
    return {Use::Consumed, nullptr, Call};
  // A function of ours that does nothing with what it is given.
  const auto *C = dyn_cast<CallExpr>(Call);
  unsigned Count = C ? C->getNumArgs() : 0, Skip = 0;
  if (C && isa<CXXOperatorCallExpr>(C) && isa<CXXMethodDecl>(Callee))
    Skip = 1;
  // What a fact describes is no function of ours, whatever its body here.
  for (Role R : {Role::SyncWait, Role::Spawns, Role::Detaches, Role::Offloads,
                 Role::StoresCallable, Role::Timer})
    if (M.facts().of(R, Call))
      return {Use::Consumed, nullptr, Call};
  for (unsigned I = Skip; I < Count; ++I)
    if (C->getArg(I) == Arg && I - Skip < Callee->getNumParams() &&
        M.summaries().dropsParameter(Callee, I - Skip))
      return {Use::Dropped, nullptr, Call, Callee, I - Skip};
  return {Use::Consumed, nullptr, Call};
}

Use UseReader::of(const Expr *E) {
  const Stmt *Child = E;
  while (true) {
    const Stmt *P = Up.of(Child);
    const auto *ChildExpr = dyn_cast<Expr>(Child);
    if (!P || !ChildExpr)
      return {Child == Body || isa_and_nonnull<Expr>(Child) ? Use::Discarded
                                                            : Use::Consumed,
              nullptr, Child};

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
      Child = P;
      continue;

    case Stmt::ArraySubscriptExprClass:
      if (cast<ArraySubscriptExpr>(P)->getBase() != Child)
        return {Use::Consumed, nullptr, P};
      Child = P;
      continue;

    case Stmt::CStyleCastExprClass:
    case Stmt::CXXStaticCastExprClass:
    case Stmt::CXXFunctionalCastExprClass:
    case Stmt::CXXConstCastExprClass:
    case Stmt::BuiltinBitCastExprClass: {
      const auto *Cast = cast<ExplicitCastExpr>(P);
      if (Cast->getType()->isVoidType())
        return {Use::VoidCast, nullptr, P};
      Child = P;
      continue;
    }

    case Stmt::CoawaitExprClass:
    case Stmt::DependentCoawaitExprClass:
    case Stmt::CoyieldExprClass:
    case Stmt::CoreturnStmtClass:
    case Stmt::ReturnStmtClass:
    case Stmt::CXXThrowExprClass:
    case Stmt::CXXNewExprClass:
      return {Use::Consumed, nullptr, P};

    case Stmt::MemberExprClass: {
      const Stmt *Above = Up.of(P);
      while (Above && isa<ParenExpr>(Above))
        Above = Up.of(Above);
      if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Above))
        if (Call->getCallee()->IgnoreParens() == P)
          return ofObject(Call, ChildExpr);
      // `pair.first`
      const auto *Field =
          dyn_cast<FieldDecl>(cast<MemberExpr>(P)->getMemberDecl());
      if (Field && Field->getParent()->isInStdNamespace() &&
          holdsTasks(M, ChildExpr->getType())) {
        // The part that is no task says nothing about the one that is.
        if (taskIn(M, Field->getType()).Kind == AsyncKind::None)
          return {Use::Neutral, nullptr, P};
        Child = P;
        continue;
      }
      return {Use::Consumed, nullptr, P};
    }

    case Stmt::LambdaExprClass:
      return ofCapture(cast<LambdaExpr>(P), ChildExpr);

    case Stmt::CXXOperatorCallExprClass: {
      const auto *Call = cast<CXXOperatorCallExpr>(P);
      switch (Call->getOperator()) {
      case OO_Equal: {
        if (Call->getArg(0) == Child)
          return {Use::Assigned, nullptr, P};
        const ValueDecl *To = namedBy(Call->getArg(0));
        // `tasks[0] = work();`
        if (const Expr *Holder = holderOfElement(Call->getArg(0)))
          if (const auto *V = dyn_cast_or_null<VarDecl>(namedBy(Holder));
              V && isOwnLocal(Holder) && !V->getType()->isReferenceType() &&
              holdsTasks(M, V->getType()))
            return {Use::Kept, V, P};
        if (To && identifier(To) == "ignore" && To->isInStdNamespace())
          return {Use::Ignored, nullptr, P};
        if (!To || !taskIn(M, To->getType()).isWork())
          return {Use::Consumed, nullptr, P};
        // Through a reference, it goes to whatever that refers to.
        if (const auto *V = dyn_cast<VarDecl>(To);
            V &&
            (!isOwnLocal(Call->getArg(0)) || V->getType()->isReferenceType()))
          return {Use::Consumed, nullptr, P};
        return {Use::Kept, To, P};
      }
      case OO_EqualEqual:
      case OO_ExclaimEqual:
        return {Use::Queried, nullptr, P};
      case OO_Exclaim:
        return {Use::Tested, nullptr, P};
      case OO_Star:
      case OO_Arrow:
      case OO_Subscript:
        if (Call->getArg(0) == Child && holdsTasks(M, ChildExpr->getType())) {
          // `opt->valid()`: the arrow gives a pointer to the element.
          Child = P;
          if (Call->getOperator() == OO_Arrow) {
            const Stmt *Member = Up.of(P);
            const Stmt *Above = Member ? Up.of(Member) : nullptr;
            if (const auto *MC = dyn_cast_or_null<CXXMemberCallExpr>(Above))
              return isQuery(M, MC->getMethodDecl(), objectOf(MC))
                         ? Use{Use::Queried, nullptr, MC}
                         : Use{Use::Consumed, nullptr, MC};
            return {Use::Consumed, nullptr, P};
          }
          continue;
        }
        return {Use::Consumed, nullptr, P};
      case OO_Coawait:
        return {Use::Consumed, nullptr, P};
      default:
        return ofArgument(Call, ChildExpr);
      }
    }

    case Stmt::CallExprClass:
    case Stmt::CXXMemberCallExprClass:
    case Stmt::UserDefinedLiteralClass: {
      const auto *Call = cast<CallExpr>(P);
      if (Call->getCallee() == Child)
        return {Use::Consumed, nullptr, P};
      if (isMoveLike(Call) || makesHolder(Call)) {
        Child = P;
        continue;
      }
      if (const auto *F = Call->getDirectCallee();
          F && F->isInStdNamespace() && identifier(F) == "get" &&
          holdsTasks(M, ChildExpr->getType())) {
        if (taskIn(M, Call->getType()).Kind == AsyncKind::None)
          return {Use::Neutral, nullptr, P};
        Child = P; // std::get<0>(tuple)
        continue;
      }
      return ofArgument(Call, ChildExpr);
    }

    case Stmt::CXXConstructExprClass:
    case Stmt::CXXTemporaryObjectExprClass: {
      const auto *Construct = cast<CXXConstructExpr>(P);
      QualType T = Construct->getType();
      // A copy or a move of the task, or a container around it.
      bool Same =
          ChildExpr->getType().getCanonicalType().getUnqualifiedType() ==
          T.getCanonicalType().getUnqualifiedType();
      if (Same || holdsTasks(M, T)) {
        // Copying a shared handle out of a variable leaves the original alone
        // and gives somebody else the duty.
        if (Same && ChildExpr->isLValue() &&
            M.types().of(T).Kind != AsyncKind::None)
          return {Use::Consumed, nullptr, P};
        Child = P;
        continue;
      }
      return {Use::Consumed, nullptr, P};
    }

    case Stmt::InitListExprClass: {
      const auto *List = cast<InitListExpr>(P);
      QualType T = List->getType();
      if (T->isArrayType() || holdsTasks(M, T) ||
          M.types().of(T).Kind != AsyncKind::None || T->isVoidType()) {
        Child = P;
        continue;
      }
      // The inner braces of std::array<task, N>.
      if (const auto *Outer = dyn_cast_or_null<InitListExpr>(Up.of(P))) {
        (void)Outer;
        Child = P;
        continue;
      }
      return {Use::Consumed, nullptr, P};
    }

    case Stmt::DeclStmtClass: {
      for (const Decl *D : cast<DeclStmt>(P)->decls()) {
        const auto *V = dyn_cast<VarDecl>(D);
        if (!V || V->getInit() != Child)
          continue;
        // for (auto &t : tasks)
        if (const auto *Loop = dyn_cast_or_null<CXXForRangeStmt>(Up.of(P))) {
          if (Loop->getRangeStmt() == P) {
            const VarDecl *Each = Loop->getLoopVariable();
            const auto *Many = dyn_cast<DecompositionDecl>(Each);
            if (Many ? consumesBinding(Many) : consumes(Each))
              return {Use::Consumed, nullptr, Loop};
            return {Use::Neutral, nullptr, Loop};
          }
        }
        if (const auto *Many = dyn_cast<DecompositionDecl>(V);
            Many && consumesBinding(Many))
          return {Use::Consumed, nullptr, P};
        if (!V->isLocalVarDecl() || V->isStaticLocal())
          return {Use::Consumed, nullptr, P};
        // `auto &r = t;` is another name; `auto &&t = work();` keeps it alive.
        if (V->getType()->isReferenceType() &&
            (ChildExpr->isGLValue() && isa<DeclRefExpr>(E)))
          return {consumes(V) ? Use::Consumed : Use::Neutral, nullptr, P};
        if (taskIn(M, V->getType()).Kind != AsyncKind::None)
          return {Use::Kept, V, P};
        return {Use::Consumed, nullptr, P};
      }
      return {Use::Consumed, nullptr, P};
    }

    case Stmt::BinaryOperatorClass: {
      const auto *Op = cast<BinaryOperator>(P);
      if (Op->getOpcode() != BO_Comma)
        return {Use::Consumed, nullptr, P};
      if (Op->getLHS() == Child)
        return {Use::Discarded, nullptr, P};
      Child = P;
      continue;
    }

    case Stmt::ConditionalOperatorClass:
    case Stmt::BinaryConditionalOperatorClass: {
      const auto *Op = cast<AbstractConditionalOperator>(P);
      if (Op->getCond() == Child)
        return {Use::Tested, nullptr, P};
      Child = P;
      continue;
    }

    // Statements whose direct expression children drop their value.
    case Stmt::CompoundStmtClass: {
      // The last expression of a GNU statement expression is its value.
      if (const auto *Value = dyn_cast_or_null<StmtExpr>(Up.of(P)))
        if (cast<CompoundStmt>(P)->body_back() == Child) {
          Child = Value;
          continue;
        }
      return {Use::Discarded, nullptr, Child};
    }
    case Stmt::CaseStmtClass:
      return {cast<CaseStmt>(P)->getSubStmt() == Child ? Use::Discarded
                                                       : Use::Consumed,
              nullptr, Child};
    case Stmt::DefaultStmtClass:
    case Stmt::LabelStmtClass:
    case Stmt::AttributedStmtClass:
      return {Use::Discarded, nullptr, Child};
    case Stmt::IfStmtClass: {
      const auto *If = cast<IfStmt>(P);
      return {If->getCond() == Child ? Use::Tested : Use::Discarded, nullptr,
              Child};
    }
    case Stmt::WhileStmtClass:
      return {cast<WhileStmt>(P)->getCond() == Child ? Use::Tested
                                                     : Use::Discarded,
              nullptr, Child};
    case Stmt::DoStmtClass:
      return {cast<DoStmt>(P)->getCond() == Child ? Use::Tested
                                                  : Use::Discarded,
              nullptr, Child};
    case Stmt::ForStmtClass:
      return {cast<ForStmt>(P)->getCond() == Child ? Use::Tested
                                                   : Use::Discarded,
              nullptr, Child};
    case Stmt::SwitchStmtClass:
      return {cast<SwitchStmt>(P)->getCond() == Child ? Use::Consumed
                                                      : Use::Discarded,
              nullptr, Child};
    case Stmt::CXXForRangeStmtClass:
      return {Use::Discarded, nullptr, Child};

    default:
      return {Use::Consumed, nullptr, P};
    }
  }
}

bool UseReader::consumesBinding(const DecompositionDecl *Many) {
  bool Tasks = false, Mentioned = false;
  for (const BindingDecl *One : Many->bindings()) {
    Mentioned |= isMentioned(One, Body);
    if (One->getType().isNull() || !taskIn(M, One->getType()).isTask())
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
    Found = U.K == Use::Consumed || U.K == Use::Kept;
    return !Found;
  });
  Active.erase(V);
  return Found;
}

} // namespace coro
