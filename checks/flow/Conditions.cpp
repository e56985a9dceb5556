// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads conditions: negations, comparisons with nothing, and questions to
// tasks.
#include "flow/Conditions.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

const Expr *stripCondition(const Expr *E, bool &Negated) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
      E = Cleanups->getSubExpr();
    } else if (const auto *Not = dyn_cast<UnaryOperator>(E);
               Not && Not->getOpcode() == UO_LNot) {
      Negated = !Negated;
      E = Not->getSubExpr();
    } else if (const auto *Rewritten =
                   dyn_cast<CXXRewrittenBinaryOperator>(E)) {
      E = Rewritten->getSemanticForm(); // `a != b` as `!(a == b)`
    } else if (const auto *Equal = dyn_cast<CXXOperatorCallExpr>(E);
               Equal && Equal->getNumArgs() == 2 &&
               (Equal->getOperator() == OO_EqualEqual ||
                Equal->getOperator() == OO_ExclaimEqual)) {
      // `p != nullptr`, `o == std::nullopt`, on classes
      auto IsNothing = [](const Expr *Side) {
        Side = Side->IgnoreImplicit();
        while (const auto *Made = dyn_cast<CXXConstructExpr>(Side)) {
          if (Made->getNumArgs() != 1)
            break;
          Side = Made->getArg(0)->IgnoreImplicit();
        }
        Side = Side->IgnoreParenImpCasts();
        const auto *Ref = dyn_cast<DeclRefExpr>(Side);
        return isa<CXXNullPtrLiteralExpr>(Side) ||
               (Ref && Ref->getDecl()->getDeclName().isIdentifier() &&
                Ref->getDecl()->getName() == "nullopt");
      };
      unsigned Other = IsNothing(Equal->getArg(1))   ? 0
                       : IsNothing(Equal->getArg(0)) ? 1
                                                     : 2;
      if (Other == 2)
        return E;
      if (Equal->getOperator() == OO_EqualEqual)
        Negated = !Negated;
      E = Equal->getArg(Other);
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
               Call && Call->getOperator() == OO_Exclaim) {
      Negated = !Negated;
      E = Call->getArg(0);
    } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E);
               Cast && Cast->getType()->isBooleanType()) {
      E = Cast->getSubExpr();
    } else if (const auto *Op = dyn_cast<BinaryOperator>(E);
               Op && (Op->getOpcode() == BO_NE || Op->getOpcode() == BO_EQ)) {
      // `p != nullptr`, `b == false`
      const Expr *Right = Op->getRHS()->IgnoreParenImpCasts();
      bool Null = isa<CXXNullPtrLiteralExpr>(Right);
      const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(Right);
      if (!Null && !Literal)
        return E;
      bool SameTruth =
          (Op->getOpcode() == BO_EQ) == (Literal ? Literal->getValue() : false);
      if (!SameTruth)
        Negated = !Negated;
      E = Op->getLHS();
    } else {
      return E;
    }
  }
  return E;
}

const Expr *conditionOf(const Stmt *S) {
  if (const auto *If = dyn_cast_or_null<IfStmt>(S))
    return If->getCond();
  if (const auto *For = dyn_cast_or_null<ForStmt>(S))
    return For->getCond();
  if (const auto *While = dyn_cast_or_null<WhileStmt>(S))
    return While->getCond();
  if (const auto *Do = dyn_cast_or_null<DoStmt>(S))
    return Do->getCond();
  if (const auto *Each = dyn_cast_or_null<CXXForRangeStmt>(S))
    return Each->getCond();
  return nullptr;
}

/// Whether \p Name is what people call the question if a task has ended.
static bool asksForEnd(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"done", "is_done", "ready", "is_ready", "isReady", "isFinished",
              "finished", "completed"},
             true)
      .Default(false);
}

bool asksAbout(const Expr *Condition, const VarDecl *V, bool &FullWhen,
               bool &Done) {
  bool Negated = false;
  const Expr *E = stripCondition(Condition, Negated);
  if (!E)
    return false;
  StringRef Name;
  const Expr *Object = nullptr;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    Object = Call->getImplicitObjectArgument();
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (Method && isa<CXXConversionDecl>(Method))
      Name = "valid";
    else if (Method && Method->getDeclName().isIdentifier())
      Name = Method->getName();
  } else if (isa<DeclRefExpr>(E)) {
    Object = E; // what is left of `t != nullptr`
    Name = "valid";
  }
  if (!Object)
    return false;
  Object = Object->IgnoreParenImpCasts();
  // `while ((t = next()))`
  if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(Object);
      Assign && Assign->getOperator() == OO_Equal)
    Object = Assign->getArg(0)->IgnoreParenImpCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(Object);
  if (!Ref)
    return false;
  if (const auto *Answer = dyn_cast<VarDecl>(Ref->getDecl());
      Answer && Answer != V && Answer->getType()->isBooleanType() &&
      Answer->isLocalVarDecl() && Answer->hasInit()) {
    // `const bool some = t.valid();`
    const Expr *Asked = Answer->getInit()->IgnoreImplicit();
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Asked))
      Asked = Cast->getSubExpr();
    if (!asksAbout(Asked, V, FullWhen, Done))
      return false;
    FullWhen = FullWhen != Negated;
    return true;
  }
  if (Ref->getDecl() != V)
    return false;
  Done = asksForEnd(Name);
  bool Empty = Name == "empty" || Name == "is_empty";
  if (!Done && !Empty &&
      !llvm::StringSwitch<bool>(Name)
           .Cases({"valid", "has_value", "size", "joinable", "is_valid"}, true)
           .Default(false))
    return false;
  FullWhen = Empty == Negated;
  if (Done)
    FullWhen = !Negated;
  return true;
}

bool looksAtEnd(const Stmt *Query, const VarDecl *V, const Parents &Up) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(Query);
  const StringRef Name = Call ? identifier(Call->getMethodDecl()) : StringRef();
  if (!asksForEnd(Name) && Name != "status" && Name != "Status")
    return false;
  const Stmt *Child = Query, *P = Up.of(Query);
  for (; isa_and_nonnull<Expr>(P); Child = P, P = Up.of(P))
    if (cast<Expr>(P)->getType()->isVoidType() && isa<ExplicitCastExpr>(P))
      return false;
  bool Full = false, Done = false;
  const Expr *Condition = conditionOf(P);
  if (Condition == Child)
    return !asksAbout(Condition, V, Full, Done);
  return Child != Query; // not a value that is thrown away
}

bool isFailedAssertion(const Stmt *Exit, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  if (!isa_and_nonnull<ReturnStmt, CoreturnStmt>(Exit))
    return false;
  for (SourceLocation Loc = Exit->getBeginLoc(); Loc.isMacroID();
       Loc = SM.getImmediateMacroCallerLoc(Loc)) {
    StringRef Name =
        Lexer::getImmediateMacroName(Loc, SM, Context.getLangOpts());
    if (Name.contains_insensitive("assert") || Name == "FAIL" ||
        Name == "GTEST_FAIL" || Name == "GTEST_SKIP")
      return true;
  }
  return false;
}

} // namespace coro
