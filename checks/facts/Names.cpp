// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks qualified names up as a using-directive, an alias or a base class would
// have it, each scope once.
#include "facts/Names.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

const Decl *primary(const Decl *D) {
  if (!D)
    return nullptr;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(D)) {
    D = Spec->getSpecializedTemplate()->getTemplatedDecl();
  } else if (const auto *Record = dyn_cast<CXXRecordDecl>(D)) {
    if (const CXXRecordDecl *From = Record->getInstantiatedFromMemberClass())
      return primary(From);
    if (const ClassTemplateDecl *Template = Record->getDescribedClassTemplate())
      if (const ClassTemplateDecl *From =
              Template->getInstantiatedFromMemberTemplate())
        return primary(From->getTemplatedDecl());
  }
  return D->getCanonicalDecl();
}

const Decl *scopeKey(const DeclContext *Ctx) {
  Ctx = Ctx->getRedeclContext();
  while (Ctx && Ctx->isInlineNamespace())
    Ctx = Ctx->getParent()->getRedeclContext();
  return Ctx ? primary(Decl::castFromDeclContext(Ctx)) : nullptr;
}

/// The class that \p T is, or is a specialization of; or null.
static const CXXRecordDecl *recordOf(QualType T) {
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  if (const auto *TST = T->getAs<TemplateSpecializationType>())
    if (TemplateDecl *TD = TST->getTemplateName().getAsTemplateDecl())
      return recordNamed(TD);
  // `typename impl<T>::type`, as an alias template may say.
  if (const auto *Nested = T->getAs<DependentNameType>())
    if (NestedNameSpecifier Around = Nested->getQualifier();
        Around.getKind() == NestedNameSpecifier::Kind::Type)
      if (const CXXRecordDecl *Outer =
              recordOf(QualType(Around.getAsType(), 0));
          Outer && Outer->getDefinition())
        for (const NamedDecl *D :
             Outer->getDefinition()->lookup(Nested->getIdentifier()))
          if (const CXXRecordDecl *Record = recordNamed(D))
            return Record;
  return nullptr;
}

const CXXRecordDecl *recordNamed(const NamedDecl *D) {
  if (const auto *Template = dyn_cast<ClassTemplateDecl>(D))
    return Template->getTemplatedDecl();
  if (const auto *Record = dyn_cast<CXXRecordDecl>(D))
    return Record;
  QualType T;
  if (const auto *Alias = dyn_cast<TypedefNameDecl>(D))
    T = Alias->getUnderlyingType();
  else if (const auto *AliasTemplate = dyn_cast<TypeAliasTemplateDecl>(D))
    T = AliasTemplate->getTemplatedDecl()->getUnderlyingType();
  return T.isNull() ? nullptr : recordOf(T);
}

static const NamedDecl *target(const NamedDecl *D) {
  if (const auto *Shadow = dyn_cast<UsingShadowDecl>(D))
    return target(Shadow->getTargetDecl());
  if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(D))
    return Alias->getNamespace();
  return D;
}

/// What \p Name is in \p Scope.
static llvm::SmallVector<const NamedDecl *, 8> lookUp(const DeclContext *Scope,
                                                      DeclarationName Name) {
  llvm::SmallVector<const NamedDecl *, 8> Here;
  for (const NamedDecl *D : Scope->lookup(Name))
    Here.push_back(target(D));
  // `using namespace other;`
  if (Here.empty())
    for (const UsingDirectiveDecl *Using : Scope->using_directives())
      for (const NamedDecl *D : Using->getNominatedNamespace()->lookup(Name))
        Here.push_back(target(D));
  // A method may be inherited.
  if (Here.empty())
    if (const auto *Record = dyn_cast<CXXRecordDecl>(Scope);
        Record && Record->hasDefinition())
      for (const CXXBaseSpecifier &Base : Record->bases()) {
        const CXXRecordDecl *B = recordOf(Base.getType());
        if (B && B->getDefinition())
          for (const NamedDecl *D : B->getDefinition()->lookup(Name))
            Here.push_back(target(D));
      }
  return Here;
}

/// Where the members of \p Record are: in its definition, or in its template's
/// when nobody has needed it, as behind `using lock = basic_lock<>;`.
static const CXXRecordDecl *written(const CXXRecordDecl *Record) {
  if (const CXXRecordDecl *Def = Record->getDefinition())
    return Def;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    if (const CXXRecordDecl *Def =
            Spec->getSpecializedTemplate()->getTemplatedDecl()->getDefinition())
      return Def;
  return Record;
}

/// What starts with \p Prefix in \p Scope.
static void scan(const DeclContext *Scope, StringRef Prefix,
                 std::vector<const NamedDecl *> &Found) {
  auto Scan = [&](const DeclContext *Ctx) {
    for (const Decl *D : Ctx->decls())
      if (const auto *Named = dyn_cast<NamedDecl>(D))
        if (Named->getDeclName().isIdentifier() &&
            Named->getName().starts_with(Prefix))
          Found.push_back(Named);
  };
  if (const auto *Space = dyn_cast<NamespaceDecl>(Scope))
    for (const NamespaceDecl *Part : Space->redecls())
      Scan(Part);
  else
    Scan(Scope);
}

const Names::Scopes &Names::scopes(StringRef Name) const {
  auto [It, New] = Seen.try_emplace(Name);
  if (!New)
    return *It->second;
  It->second = std::make_unique<Scopes>();
  // Other names enter the map below, and move what it holds.
  Scopes &Out = *It->second;
  if (Name.empty()) {
    const TranslationUnitDecl *Unit = Context.getTranslationUnitDecl();
    Out.Contexts.push_back(Unit);
    Out.Keys.push_back(primary(Unit));
    return Out;
  }
  auto [Around, Last] = Name.rsplit("::");
  const Scopes &Outer = scopes(Around);
  if (Outer.Contexts.empty())
    return Out;
  DeclarationName Wanted = &Context.Idents.get(Last);
  for (const DeclContext *Scope : Outer.Contexts)
    for (const NamedDecl *D : lookUp(Scope, Wanted)) {
      if (const auto *Space = dyn_cast<NamespaceDecl>(D)) {
        Out.Contexts.push_back(Space);
        Out.Keys.push_back(scopeKey(Space));
      } else if (const CXXRecordDecl *Record = recordNamed(D)) {
        Out.Contexts.push_back(written(Record));
        Out.Keys.push_back(primary(Record));
        Out.HasClass = true;
      }
    }
  return Out;
}

std::vector<const NamedDecl *> Names::resolve(StringRef Entity) const {
  auto [Around, Name] = Entity.rsplit("::");
  std::vector<const NamedDecl *> Found;
  const Scopes &Outer = scopes(Around);
  if (Outer.Contexts.empty())
    return Found;
  if (Name.ends_with("*")) {
    for (const DeclContext *Scope : Outer.Contexts)
      scan(Scope, Name.drop_back(), Found);
    return Found;
  }
  bool Constructor = isConstructorName(Entity);
  DeclarationName Wanted = &Context.Idents.get(Name);
  for (const DeclContext *Scope : Outer.Contexts) {
    const auto *Record = dyn_cast<CXXRecordDecl>(Scope);
    if (Constructor && Record)
      Found.push_back(Record); // a constructor stands for its class
    else
      llvm::append_range(Found, lookUp(Scope, Wanted));
  }
  return Found;
}

bool isConstructorName(StringRef Entity) {
  auto [Around, Name] = Entity.rsplit("::");
  return !Around.empty() && Around.rsplit("::").second == Name;
}

} // namespace coro
