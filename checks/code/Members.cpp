// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks into classes, into their bases, and into the patterns of templates that
// are not instantiated.
#include "code/Members.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

/// The definition to read \p Record from: its own, or its template's.
const CXXRecordDecl *readable(const CXXRecordDecl *Record) {
  if (!Record)
    return nullptr;
  if (const CXXRecordDecl *Def = Record->getDefinition())
    return Def;
  if (const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern())
    return Pattern->getDefinition();
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    return Spec->getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
  return nullptr;
}

const CXXRecordDecl *classOrPattern(QualType T) {
  if (T.isNull())
    return nullptr;
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  if (const auto *TST = T->getAs<TemplateSpecializationType>())
    if (TemplateDecl *TD = TST->getTemplateName().getAsTemplateDecl())
      if (auto *Class = dyn_cast<ClassTemplateDecl>(TD))
        return Class->getTemplatedDecl();
  return nullptr;
}

llvm::SmallVector<const NamedDecl *, 4>
membersNamed(const CXXRecordDecl *Record, DeclarationName Name) {
  llvm::SmallVector<const NamedDecl *, 4> Found;
  llvm::SmallVector<const CXXRecordDecl *, 4> Todo = {Record};
  for (unsigned Steps = 0; !Todo.empty() && Steps < 64; ++Steps) {
    const CXXRecordDecl *C = readable(Todo.pop_back_val());
    if (!C)
      continue;
    size_t Before = Found.size();
    for (const NamedDecl *D : C->lookup(Name))
      Found.push_back(D->getUnderlyingDecl());
    if (Found.size() == Before)
      for (const CXXBaseSpecifier &Base : C->bases())
        if (const CXXRecordDecl *B = classOrPattern(Base.getType()))
          Todo.push_back(B);
  }
  return Found;
}

const Stmt *bodyOrPattern(const FunctionDecl *F) {
  const FunctionDecl *Def = nullptr;
  if (F->hasBody(Def))
    return Def->getBody();
  if (const FunctionDecl *Pattern = F->getTemplateInstantiationPattern())
    if (Pattern->hasBody(Def))
      return Def->getBody();
  return nullptr;
}

bool hasMember(const CXXRecordDecl *Record, StringRef Name) {
  ASTContext &Context = Record->getASTContext();
  return !membersNamed(Record, &Context.Idents.get(Name)).empty();
}

const CXXRecordDecl *memberType(const CXXRecordDecl *Record, StringRef Name) {
  ASTContext &Context = Record->getASTContext();
  for (const NamedDecl *D : membersNamed(Record, &Context.Idents.get(Name))) {
    if (const auto *Nested = dyn_cast<CXXRecordDecl>(D))
      return Nested;
    if (const auto *Alias = dyn_cast<TypedefNameDecl>(D))
      if (const CXXRecordDecl *R = classOrPattern(Alias->getUnderlyingType()))
        return R;
  }
  return nullptr;
}

/// Whether \p T is the named type of namespace std.
bool isStd(QualType T, StringRef Name) {
  const CXXRecordDecl *R = classOrPattern(T);
  return R && R->getIdentifier() && R->getName() == Name &&
         R->isInStdNamespace();
}

} // namespace coro
