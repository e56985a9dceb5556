// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the members of classes, of templates that are not instantiated as well.
#ifndef COROLINT_CHECKS_CODE_MEMBERS_H
#define COROLINT_CHECKS_CODE_MEMBERS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/SmallVector.h"

namespace coro {

/// The definition to read \p Record from: its own, or that of its template.
/// Null when there is none; \p Record may be null.
const clang::CXXRecordDecl *readable(const clang::CXXRecordDecl *Record);

/// The class of \p T, or the pattern of the template that a dependent \p T is
/// an instance of. Null for other types.
const clang::CXXRecordDecl *classOrPattern(clang::QualType T);

/// Members of \p Record and of its bases named \p Name; looks into the pattern
/// when \p Record is not instantiated.
llvm::SmallVector<const clang::NamedDecl *, 4>
membersNamed(const clang::CXXRecordDecl *Record, clang::DeclarationName Name);

/// Whether \p Record or one of its bases has a member named \p Name.
bool hasMember(const clang::CXXRecordDecl *Record, llvm::StringRef Name);

/// The class that the member type \p Name of \p Record names, or null.
const clang::CXXRecordDecl *memberType(const clang::CXXRecordDecl *Record,
                                       llvm::StringRef Name);

/// The body of \p F, or of the pattern it is an instantiation of.
const clang::Stmt *bodyOrPattern(const clang::FunctionDecl *F);

/// Whether \p T is the type \p Name of namespace std.
bool isStd(clang::QualType T, llvm::StringRef Name);

} // namespace coro

#endif
