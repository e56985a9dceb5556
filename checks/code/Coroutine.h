// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Is this function a coroutine, what is its own code, where does it suspend.
#ifndef COROLINT_CHECKS_CODE_COROUTINE_H
#define COROLINT_CHECKS_CODE_COROUTINE_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace coro {

/// Whether \p F is a coroutine with its body here.
bool isCoroutine(const clang::FunctionDecl *F);

/// Whether \p F belongs to a template of which this translation unit has no
/// instantiation: all that is known of it is its pattern.
bool isNeverInstantiated(const clang::FunctionDecl *F);

/// Whether what is below \p S is left out of some instantiations: `if
/// constexpr` on what depends on the arguments.
bool isChosenByArguments(const clang::Stmt *S);

/// What the programmer wrote as the body of \p F, without the parts a coroutine
/// adds; null when \p F is not defined here.
const clang::Stmt *ownBody(const clang::FunctionDecl *F);

/// The statements and expressions right below \p S that run when \p S does, as
/// written: the operand of `co_await` once, no lambda bodies, nothing that is
/// not evaluated.
llvm::SmallVector<const clang::Stmt *, 8> evaluated(const clang::Stmt *S);

/// Calls \p Visit on \p Root and on everything below it that runs with it, in
/// the order of the source; does not go below what \p Visit answers false to.
void forEachEvaluated(const clang::Stmt *Root,
                      llvm::function_ref<bool(const clang::Stmt *)> Visit);

/// Who contains whom, in one body, along `evaluated`.
class Parents {
public:
  Parents() = default;
  explicit Parents(const clang::Stmt *Root) { add(Root); }
  /// Adds the tree below \p Root.
  void add(const clang::Stmt *Root);
  const clang::Stmt *of(const clang::Stmt *S) const { return Map.lookup(S); }
  bool contains(const clang::Stmt *S) const { return Map.contains(S); }

private:
  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Map;
};

/// The expression that \p S suspends on as written, or null when \p S is no
/// `co_await`.
const clang::Expr *awaitedOperand(const clang::Stmt *S);

/// The name of \p D when it is a plain identifier, else nothing; \p D may be
/// null.
llvm::StringRef identifier(const clang::NamedDecl *D);

/// Whether `co_await ` before \p E awaits all of it: it begins in a file, and
/// is no operator expression.
bool canPrefix(const clang::Expr *E);

/// A printable name for \p F: 'work', or 'lambda'.
std::string nameOf(const clang::NamedDecl *F);

/// Whether \p Loc is in code of the user's: not in a system header, and not
/// written by a macro of one.
bool inUserCode(clang::SourceLocation Loc, const clang::SourceManager &SM);

} // namespace coro

#endif
