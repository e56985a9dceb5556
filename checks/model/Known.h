// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What structure cannot tell: the roles of named functions and types, from
// facts files and from annotations.
#ifndef COROLINT_CHECKS_MODEL_KNOWN_H
#define COROLINT_CHECKS_MODEL_KNOWN_H

#include "model/Facts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <deque>
#include <string>
#include <vector>

namespace coro {

/// The facts, resolved against one translation unit.
///
/// **Thread safety**: none; one per translation unit.
class Known {
public:
  Known(clang::ASTContext &Context, const FactsBase *User);

  /// The fact that gives \p F the role \p R, or null. \p Object is the type of
  /// the object a method is called on, which may be more derived than the class
  /// that declares the method.
  const Fact *of(Role R, const clang::FunctionDecl *F,
                 const clang::CXXRecordDecl *Object = nullptr) const;
  const Fact *of(Role R, const clang::CXXRecordDecl *Type) const;
  /// The first fact, the user's before the shipped ones, that gives \p Type one
  /// of \p Roles.
  const Fact *firstOf(llvm::ArrayRef<Role> Roles,
                      const clang::CXXRecordDecl *Type) const;
  /// The same for a function object.
  const Fact *of(Role R, const clang::VarDecl *V) const;
  /// The fact that gives the callee of \p Call the role \p R, honouring
  /// `unless`.
  const Fact *of(Role R, const clang::Expr *Call) const;

  /// The library that \p D belongs to by its namespace, or null.
  const Library *libraryOf(const clang::Decl *D) const;

  /// The declarations that the entity of a fact names here. \p ScopeFound says
  /// whether at least the scope around the last name exists.
  std::vector<const clang::NamedDecl *>
  resolve(llvm::StringRef Entity, bool *ScopeFound = nullptr) const;

  /// The classes with role \p R in this translation unit, by fact or by
  /// annotation, with the fact that says so.
  const std::vector<std::pair<const clang::CXXRecordDecl *, const Fact *>> &
  classes(Role R) const;

  /// What to write instead of a blocking sleep in a coroutine of \p Lib; empty
  /// when nothing is known.
  llvm::StringRef timerOf(const Library *Lib) const;

  clang::ASTContext &context() const { return Context; }

private:
  struct ScopeKey {
    const clang::Decl *Scope;
    std::string Name;
  };
  void add(const Fact &F);
  const Fact *annotated(Role R, const clang::Decl *D) const;

  clang::ASTContext &Context;
  const FactsBase *User;
  using FactList = std::vector<const Fact *>;
  llvm::DenseMap<const clang::Decl *, llvm::StringMap<FactList>> ByScope;
  llvm::DenseMap<const clang::Decl *, FactList> Wildcards;
  llvm::DenseMap<const clang::Decl *, FactList> ByType;
  mutable std::deque<Fact> Annotations;
  mutable llvm::DenseMap<std::pair<const clang::Decl *, unsigned>, const Fact *>
      AnnotationCache;
  mutable llvm::DenseMap<const clang::DeclContext *, const Library *>
      LibraryCache;
  mutable llvm::DenseMap<
      unsigned,
      std::vector<std::pair<const clang::CXXRecordDecl *, const Fact *>>>
      ClassCache;
};

/// The function that \p Call calls, or null; looks through constructors,
/// overloaded operators and conversions.
const clang::FunctionDecl *calleeOf(const clang::Expr *Call);
/// The class of the object that \p Call is a method call on, as written.
const clang::CXXRecordDecl *objectOf(const clang::Expr *Call);
/// Argument \p Index (from 0) of \p Call, or null.
const clang::Expr *argumentOf(const clang::Expr *Call, unsigned Index);

/// The name a reader knows the callee of \p Call by: qualified for functions of
/// libraries, the variable's for callable objects.
std::string calleeName(const clang::Expr *Call);
/// The same without scopes.
std::string shortCallee(const clang::Expr *Call);
/// \p D's name with its scopes, but for inline namespaces.
std::string qualifiedName(const clang::NamedDecl *D);

/// The declaration that stands for \p D and all its instantiations and
/// redeclarations.
const clang::Decl *primary(const clang::Decl *D);

} // namespace coro

#endif
