// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What structure cannot tell: the roles of named functions and types, from
// facts files and from annotations.
#ifndef COROLINT_CHECKS_FACTS_FACTLOOKUP_H
#define COROLINT_CHECKS_FACTS_FACTLOOKUP_H

#include "facts/Facts.h"
#include "facts/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"
#include <deque>
#include <map>
#include <vector>

namespace coro {

/// The facts, as they apply to one translation unit.
///
/// **Thread safety**: none; one per translation unit.
class FactLookup {
public:
  FactLookup(clang::ASTContext &Context, const FactsBase *User);

  /// The fact that gives \p F the role \p R, or null. \p Object is the type of
  /// the object a method is called on, which may be more derived than the class
  /// that declares the method.
  const Fact *
  roleOfFunction(Role R, const clang::FunctionDecl *F,
                 const clang::CXXRecordDecl *Object = nullptr) const;
  /// The fact that gives the class \p Type the role \p R, or null.
  const Fact *roleOfType(Role R, const clang::CXXRecordDecl *Type) const;
  /// The first fact, the user's before the shipped ones, that gives \p Type one
  /// of \p Roles.
  const Fact *firstRoleOfType(llvm::ArrayRef<Role> Roles,
                              const clang::CXXRecordDecl *Type) const;
  /// The fact that gives the variable \p V, such as a function object, the role
  /// \p R, or null.
  const Fact *roleOfVariable(Role R, const clang::VarDecl *V) const;

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
  using TypeFacts =
      llvm::DenseMap<const clang::Decl *, llvm::SmallVector<const Fact *, 1>>;
  using Homes = llvm::SmallVector<const clang::Decl *, 1>;

  template <class Visitor> void forEachBase(Visitor Visit) const;
  const Names::Scopes &scopesOf(const Fact &F) const;
  bool isConstructor(const Fact &F) const;
  const Homes &homesOf(const Fact &F) const;
  const Fact *memberOf(Role R, const clang::Decl *Scope,
                       llvm::StringRef Name) const;
  const Fact *constructorOf(Role R, const clang::Decl *Class) const;
  const Fact *wildcardIn(Role R, const clang::Decl *Scope,
                         llvm::StringRef Name) const;
  const TypeFacts &typesWith(llvm::ArrayRef<Role> Roles) const;
  const Fact *annotated(Role R, const clang::Decl *D) const;

  clang::ASTContext &Context;
  const FactsBase *User;
  Names Entities;
  mutable std::map<uint64_t, TypeFacts> TypeCache; // by set of roles
  mutable llvm::DenseMap<unsigned, TypeFacts> ConstructorCache;
  mutable llvm::DenseMap<const Fact *, Homes> HomeCache;
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

} // namespace coro

#endif
