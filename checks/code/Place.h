// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which variable or member an expression names. The one answer to that question
// for all readers.
#ifndef COROLINT_CHECKS_CODE_PLACE_H
#define COROLINT_CHECKS_CODE_PLACE_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include <cstdint>

namespace coro {

/// A variable or a member of `*this`, as one expression names it.
struct Place {
  enum Kind : uint8_t {
    None,     // no name leads to it
    Local,    // a variable of the function that mentions it
    Static,   // a static or thread-local variable of a function
    Global,   // a variable of a namespace or a class
    Captured, // a variable of an enclosing function, in a lambda
    Field,    // a member of *this
  };
  Kind K = None;
  const clang::ValueDecl *Decl = nullptr; // a VarDecl or a FieldDecl

  explicit operator bool() const { return K != None; }
  const clang::VarDecl *variable() const {
    return llvm::dyn_cast_or_null<clang::VarDecl>(Decl);
  }
  /// A variable or parameter whose storage is in the frame of the function that
  /// mentions it: nobody else reaches it, unless its address is given away.
  bool isInFrame() const {
    return K == Local && !Decl->getType()->isReferenceType();
  }
  /// The same, without parameters.
  bool isLocalVariable() const {
    return K == Local && variable()->isLocalVarDecl();
  }
};

/// The place that \p E names, through parentheses and implicit casts.
/// \p E may be null.
Place placeOf(const clang::Expr *E);

/// The place that \p E names or that holds what \p E names: `x` for
/// `std::move(x)`, `*x`, `x[0]`, `x.front()`, `std::get<0>(x)` and for a
/// structured binding of `x`.
Place holderOf(const clang::Expr *E);

/// The declaration that \p E names, or null.
inline const clang::ValueDecl *namedBy(const clang::Expr *E) {
  return placeOf(E).Decl;
}

} // namespace coro

#endif
