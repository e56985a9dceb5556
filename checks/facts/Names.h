// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which declarations a qualified name means in one translation unit.
#ifndef COROLINT_CHECKS_FACTS_NAMES_H
#define COROLINT_CHECKS_FACTS_NAMES_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <memory>
#include <vector>

namespace coro {

/// Names such as `::ns::type::method`, looked up when they are asked for: in
/// an editor, every lookup reads declarations from the file's preamble.
///
/// **Thread safety**: none; one per translation unit.
class Names {
public:
  explicit Names(clang::ASTContext &Context) : Context(Context) {}

  /// What a qualified name means as a scope.
  struct Scopes {
    llvm::SmallVector<const clang::DeclContext *, 2> Contexts;
    /// What `scopeKey` or `primary` answers for each.
    llvm::SmallVector<const clang::Decl *, 2> Keys;
    bool HasClass = false;
  };
  /// The namespaces and classes that \p Name names; "" is the whole unit.
  const Scopes &scopes(llvm::StringRef Name) const;

  /// The declarations that \p Entity names; a `*` at its end stands for any
  /// rest of the last name.
  std::vector<const clang::NamedDecl *> resolve(llvm::StringRef Entity) const;

private:
  clang::ASTContext &Context;
  mutable llvm::StringMap<std::unique_ptr<Scopes>> Seen;
};

/// `::ns::type::type`.
bool isConstructorName(llvm::StringRef Entity);

/// The scope a fact would name for a member of \p Ctx: inline namespaces,
/// linkage specifications and enumerations do not count.
const clang::Decl *scopeKey(const clang::DeclContext *Ctx);

/// The class that \p D is, or is a template or another name of; or null.
const clang::CXXRecordDecl *recordNamed(const clang::NamedDecl *D);

/// The declaration that stands for \p D and all its instantiations and
/// redeclarations.
const clang::Decl *primary(const clang::Decl *D);

} // namespace coro

#endif
