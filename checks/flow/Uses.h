// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What becomes of the value of an expression: is it consumed, kept, looked at,
// or lost.
#ifndef COROLINT_CHECKS_FLOW_USES_H
#define COROLINT_CHECKS_FLOW_USES_H

#include "code/Place.h"
#include "flow/FlowContext.h"
#include <optional>

namespace coro {

/// What becomes of a task at one place of the program.
struct Use {
  enum Kind : uint8_t {
    Awaited,   // by co_await or co_yield
    Returned,  // by return or co_return
    Moved,     // given to a function or an object that takes it over
    Escaped,   // out of sight: nothing is known of what becomes of it
    Discarded, // dropped at the end of its full expression
    VoidCast,  // dropped, with a cast to void
    Ignored,   // assigned to std::ignore, or given to a function that ignores
    Queried,   // only looked at
    Tested,    // tested as a bool
    Kept,      // put into the variable or member `To`
    Dropped,   // given to `Callee`, which drops its parameter `Param`
    Assigned,  // the target of an assignment
    Cleared,   // emptied on purpose
    Neutral,   // nothing happens to it
  };
  Kind K = Escaped;
  const clang::ValueDecl *To = nullptr; // a local variable or a field
  const clang::Stmt *At = nullptr;      // where it happens
  const clang::FunctionDecl *Callee = nullptr;
  unsigned Param = 0;

  /// Whether somebody else has the duty to see to the task from here on, or
  /// nothing is known of it.
  bool consumes() const { return K <= Escaped; }
};

/// Reads the uses of expressions in one function body.
class UseReader {
public:
  UseReader(FlowContext &Flow, const Parents &Up, const clang::Stmt *Body)
      : Flow(Flow), Up(Up), Body(Body) {}

  /// What becomes of the value of \p E, which is a prvalue task or a reference
  /// to a variable that holds one.
  Use of(const clang::Expr *E);

  /// Whether any use of \p V below the body consumes what it holds.
  bool consumes(const clang::ValueDecl *V);
  /// The same for the bindings of \p Many that are tasks.
  bool consumesBinding(const clang::DecompositionDecl *Many);

private:
  /// Nothing where the value goes on upwards, as that of the parent.
  using Step = std::optional<Use>;

  bool isValueUsed(const clang::Expr *E) const;
  Step ofOperand(const clang::Stmt *P, const clang::Expr *Child);
  Step ofMember(const clang::MemberExpr *Member, const clang::Expr *Object);
  Step ofOperator(const clang::CXXOperatorCallExpr *Call,
                  const clang::Expr *Operand);
  Step ofCall(const clang::CallExpr *Call, const clang::Expr *Arg);
  Step ofConstruction(const clang::CXXConstructExpr *Construct,
                      const clang::Expr *Arg);
  Step ofBraces(const clang::InitListExpr *List);
  Use ofDeclaration(const clang::DeclStmt *Decls, const clang::Expr *Init,
                    bool OfVariable);
  Use ofAssignment(const clang::CXXOperatorCallExpr *Call);
  Use ofArgument(const clang::Expr *Call, const clang::Expr *Arg);
  Use ofObject(const clang::CXXMemberCallExpr *Call, const clang::Expr *E);
  Use ofCapture(const clang::LambdaExpr *Lambda, const clang::Expr *E);

  FlowContext &Flow;
  const Parents &Up;
  const clang::Stmt *Body;
  llvm::SmallPtrSet<const clang::ValueDecl *, 8> Active;
};

/// Whether calling \p F only looks at its object.
bool isQuery(const FlowContext &Flow, const clang::CXXMethodDecl *F,
             const clang::CXXRecordDecl *Object);

/// `std::move(x)`, `std::forward<T>(x)`, `std::move_if_noexcept(x)`.
bool isMoveLike(const clang::CallExpr *Call);

/// Whether \p LambdaVar is mentioned in \p Body at all.
bool isMentioned(const clang::ValueDecl *V, const clang::Stmt *Body);

} // namespace coro

#endif
