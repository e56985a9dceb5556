// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an expression calls, on what, and with what.
#ifndef COROLINT_CHECKS_CODE_CALLS_H
#define COROLINT_CHECKS_CODE_CALLS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include <string>

namespace coro {

/// The function that \p Call calls, or null; looks through constructors,
/// overloaded operators and conversions.
const clang::FunctionDecl *calleeOf(const clang::Expr *Call);
/// The class of the object that \p Call is a method call on, as written.
const clang::CXXRecordDecl *objectOf(const clang::Expr *Call);
/// Argument \p Index (from 0) of \p Call, or null.
const clang::Expr *argumentOf(const clang::Expr *Call, unsigned Index);

/// Whether \p E can be called: a lambda, a functor, or a function.
bool isCallable(const clang::Expr *E);

/// The name a reader knows the callee of \p Call by: qualified for functions of
/// libraries, the variable's for callable objects.
std::string calleeName(const clang::Expr *Call);
/// The same without scopes.
std::string shortCallee(const clang::Expr *Call);
/// Whether \p D is in namespace std or in one inside of it.
bool isOfStd(const clang::Decl *D);
/// \p D's name with its scopes, but for inline namespaces.
std::string qualifiedName(const clang::NamedDecl *D);

} // namespace coro

#endif
