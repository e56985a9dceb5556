// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks up the facts about a declaration. Facts are matched by their last name
// first. What their whole name means here is looked up only after that: most
// files never touch most facts.
#include "facts/FactLookup.h"
#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

FactLookup::FactLookup(ASTContext &Context, const FactsBase *User)
    : Context(Context), User(User), Entities(Context) {}

//===-- Facts about a declaration -----------------------------------------===//

template <class Visitor> void FactLookup::forEachBase(Visitor Visit) const {
  // First hit wins, so the user's facts come first.
  if (User)
    Visit(*User);
  Visit(FactsBase::shipped());
}

const Names::Scopes &FactLookup::scopesOf(const Fact &F) const {
  return Entities.scopes(StringRef(F.Entity).rsplit("::").first);
}

bool FactLookup::isConstructor(const Fact &F) const {
  return isConstructorName(F.Entity) && scopesOf(F).HasClass;
}

const Fact *FactLookup::memberOf(Role R, const Decl *Scope,
                                 StringRef Name) const {
  const Fact *Found = nullptr;
  bool InClass = isa_and_nonnull<CXXRecordDecl>(Scope);
  forEachBase([&](const FactsBase &Base) {
    for (const Fact *F : Base.named(Name))
      if (!Found && F->R == R && !isConstructor(*F) &&
          (llvm::is_contained(scopesOf(*F).Keys, Scope) ||
           (!InClass && llvm::is_contained(homesOf(*F), Scope))))
        Found = F;
  });
  return Found;
}

/// A function that is reached through a using-declaration, or inherited: its
/// own home counts too.
const FactLookup::Homes &FactLookup::homesOf(const Fact &F) const {
  auto [It, New] = HomeCache.try_emplace(&F);
  if (!New)
    return It->second;
  Homes Found;
  // A fact about a global function names the one that is declared there, not
  // another one that `using library::sleep;` brings there.
  if (StringRef(F.Entity).rsplit("::").first.empty())
    return It->second;
  for (const NamedDecl *D : resolve(F.Entity))
    if (const auto *Function = D->getAsFunction())
      if (const Decl *Home = scopeKey(Function->getDeclContext());
          isa_and_nonnull<NamespaceDecl, TranslationUnitDecl>(Home) &&
          !llvm::is_contained(Found, Home))
        Found.push_back(Home);
  return HomeCache[&F] = std::move(Found);
}

std::vector<const NamedDecl *> FactLookup::resolve(StringRef Entity,
                                                   bool *ScopeFound) const {
  if (ScopeFound)
    *ScopeFound = !Entities.scopes(Entity.rsplit("::").first).Contexts.empty();
  return Entities.resolve(Entity);
}

const Fact *FactLookup::constructorOf(Role R, const Decl *Class) const {
  auto [It, New] = ConstructorCache.try_emplace(static_cast<unsigned>(R));
  if (New) {
    TypeFacts Found;
    forEachBase([&](const FactsBase &Base) {
      for (const Fact &F : Base.facts())
        if (F.R == R && isConstructor(F))
          for (const Decl *Key : scopesOf(F).Keys)
            Found[Key].push_back(&F);
    });
    It = ConstructorCache.find(static_cast<unsigned>(R));
    It->second = std::move(Found);
  }
  auto Facts = It->second.find(Class);
  return Facts == It->second.end() ? nullptr : Facts->second.front();
}

const Fact *FactLookup::wildcardIn(Role R, const Decl *Scope,
                                   StringRef Name) const {
  const Fact *Found = nullptr;
  forEachBase([&](const FactsBase &Base) {
    for (const Fact *F : Base.wildcards())
      if (!Found && F->R == R &&
          Name.starts_with(
              StringRef(F->Entity).rsplit("::").second.drop_back()) &&
          llvm::is_contained(scopesOf(*F).Keys, Scope))
        Found = F;
  });
  return Found;
}

/// Types have other names than that of their declaration, so every fact with
/// one of \p Roles is looked up.
const FactLookup::TypeFacts &
FactLookup::typesWith(llvm::ArrayRef<Role> Roles) const {
  uint64_t Set = 0;
  for (Role R : Roles)
    Set |= uint64_t(1) << static_cast<unsigned>(R);
  auto [It, New] = TypeCache.try_emplace(Set);
  if (!New)
    return It->second;
  forEachBase([&](const FactsBase &Base) {
    for (const Fact &F : Base.facts()) {
      if (!(Set >> static_cast<unsigned>(F.R) & 1) ||
          StringRef(F.Entity).ends_with("*") || isConstructor(F))
        continue;
      for (const NamedDecl *D : resolve(F.Entity))
        if (const CXXRecordDecl *Record = recordNamed(D))
          It->second[primary(Record)].push_back(&F);
    }
  });
  return It->second;
}

//===-- Asking ------------------------------------------------------------===//

/// `[[clang::annotate("coro:role")]]` or `"coro:role => text"` on \p D.
const Fact *FactLookup::annotated(Role R, const Decl *D) const {
  auto [It, New] =
      AnnotationCache.try_emplace({D, static_cast<unsigned>(R)}, nullptr);
  if (!New)
    return It->second;
  const Fact *Result = nullptr;
  auto Make = [&](StringRef Text) {
    Annotations.push_back({R, "", Text.str()});
    Result = &Annotations.back();
  };
  for (const Decl *Redecl : D->redecls())
    for (const auto *A : Redecl->specific_attrs<AnnotateAttr>()) {
      StringRef Text = A->getAnnotation();
      if (!Text.consume_front("coro:"))
        continue;
      auto [Word, Payload] = Text.split("=>");
      if (Word.trim() == roleName(R))
        Make(Payload.trim());
    }
  if (!Result)
    if (const auto *F = dyn_cast<FunctionDecl>(D))
      if (R == Role::Blocks || R == Role::Nonblocking)
        for (FunctionEffectWithCondition E :
             FunctionEffectsRef::get(F->getType()))
          if (!E.Cond.getCondition() &&
              E.Effect.kind() == (R == Role::Blocks
                                      ? FunctionEffect::Kind::Blocking
                                      : FunctionEffect::Kind::NonBlocking))
            Make("");
  if (!Result && R == Role::Task && D->hasAttr<CoroReturnTypeAttr>())
    Make("");
  // Insertion may have moved the map.
  AnnotationCache[{D, static_cast<unsigned>(R)}] = Result;
  return Result;
}

const Fact *FactLookup::roleOfFunction(Role R, const FunctionDecl *F,
                                       const CXXRecordDecl *Object) const {
  if (!F)
    return nullptr;
  const FunctionDecl *Pattern = F->getTemplateInstantiationPattern();
  for (const FunctionDecl *D : {F, Pattern})
    if (D)
      if (const Fact *Found = annotated(R, D->getCanonicalDecl()))
        return Found;
  bool Constructor = isa<CXXConstructorDecl>(F);
  if (!Constructor && !F->getDeclName().isIdentifier())
    return nullptr;
  StringRef Name = Constructor ? StringRef() : F->getName();
  auto In = [&](const Decl *Scope) -> const Fact * {
    if (Constructor)
      return constructorOf(R, Scope);
    if (const Fact *Found = memberOf(R, Scope, Name))
      return Found;
    return wildcardIn(R, Scope, Name);
  };
  if (const Fact *Found = In(scopeKey(F->getDeclContext()))) {
    // The global functions that ship with facts are C's. A user's own `wait` or
    // `poll` is a C++ function, and another one.
    if (!F->getDeclContext()->getRedeclContext()->isTranslationUnit() ||
        !Found->Lib || Found->Lib->UserSupplied || F->isExternC())
      return Found;
    return nullptr;
  }
  // `std::future<T>::wait` is declared in a base of std::future. What a fact
  // says of a base of the class that declares the method is true of overriders;
  // a method that only hides the base's is another one.
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F); Object && Method) {
    auto Hides = [&](const CXXRecordDecl *C) {
      return !Method->isVirtual() &&
             primary(C) != primary(Method->getParent()) &&
             Method->getParent()->hasDefinition() && C->hasDefinition() &&
             Method->getParent()->isDerivedFrom(C);
    };
    llvm::SmallVector<const CXXRecordDecl *, 4> Todo = {Object};
    for (unsigned Steps = 0; !Todo.empty() && Steps < 32; ++Steps) {
      const CXXRecordDecl *C = Todo.pop_back_val();
      if (const Fact *Found = Hides(C) ? nullptr : In(primary(C)))
        return Found;
      if (C->hasDefinition())
        for (const CXXBaseSpecifier &Base : C->bases())
          if (const auto *B = Base.getType()->getAsCXXRecordDecl())
            Todo.push_back(B);
    }
  }
  return nullptr;
}

const Fact *FactLookup::roleOfType(Role R, const CXXRecordDecl *Type) const {
  if (!Type)
    return nullptr;
  const Decl *Key = primary(Type);
  if (const Fact *Found = annotated(R, Key))
    return Found;
  const TypeFacts &Types = typesWith(R);
  auto It = Types.find(Key);
  return It == Types.end() ? nullptr : It->second.front();
}

const Fact *FactLookup::firstRoleOfType(llvm::ArrayRef<Role> Roles,
                                        const CXXRecordDecl *Type) const {
  const Decl *Key = primary(Type);
  const TypeFacts &Types = typesWith(Roles);
  auto It = Types.find(Key);
  if (It != Types.end())
    for (const Fact *F : It->second)
      if (F->Lib == nullptr || F->Lib->UserSupplied)
        return F;
  for (Role R : Roles)
    if (const Fact *F = annotated(R, Key))
      return F;
  return It == Types.end() ? nullptr : It->second.front();
}

const Fact *FactLookup::roleOfVariable(Role R, const VarDecl *V) const {
  return V->getDeclName().isIdentifier()
             ? memberOf(R, scopeKey(V->getDeclContext()), V->getName())
             : nullptr;
}

namespace {
/// Collects the classes that the user's code annotates.
struct AnnotatedClasses {
  const SourceManager &SM;
  llvm::SmallVector<const CXXRecordDecl *, 4> Found;

  void read(const DeclContext *Scope) {
    for (const Decl *D : Scope->decls()) {
      if (SM.isInSystemHeader(D->getLocation()))
        continue;
      if (const auto *Record = dyn_cast<CXXRecordDecl>(D);
          Record && Record->hasAttr<AnnotateAttr>())
        Found.push_back(Record);
      if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl, CXXRecordDecl>(D))
        read(cast<DeclContext>(D));
    }
  }
};
} // namespace

const std::vector<std::pair<const CXXRecordDecl *, const Fact *>> &
FactLookup::classes(Role R) const {
  auto [It, New] = ClassCache.try_emplace(static_cast<unsigned>(R));
  if (!New)
    return It->second;
  std::vector<std::pair<const CXXRecordDecl *, const Fact *>> Result;
  for (const auto &Entry : typesWith(R))
    for (const Fact *F : Entry.second)
      Result.push_back({cast<CXXRecordDecl>(Entry.first), F});
  AnnotatedClasses Annotated{Context.getSourceManager(), {}};
  Annotated.read(Context.getTranslationUnitDecl());
  for (const CXXRecordDecl *C : Annotated.Found)
    if (const Fact *F = annotated(R, primary(C)))
      Result.push_back({C, F});
  llvm::sort(Result, [](const auto &A, const auto &B) {
    return std::tie(A.second->File, A.second->Line, A.second->Entity) <
           std::tie(B.second->File, B.second->Line, B.second->Entity);
  });
  return ClassCache[static_cast<unsigned>(R)] = std::move(Result);
}

StringRef FactLookup::timerOf(const Library *Lib) const {
  if (!Lib)
    return {};
  for (const FactsBase *Base : {User, &FactsBase::shipped()})
    if (Base)
      for (const Fact &F : Base->facts())
        if (F.R == Role::Timer && F.Lib == Lib && !F.Text.empty() &&
            !resolve(F.Entity).empty())
          return F.Text;
  return {};
}

const Library *FactLookup::libraryOf(const Decl *D) const {
  if (!D)
    return nullptr;
  const DeclContext *Ctx = D->getDeclContext();
  while (Ctx && !Ctx->isFileContext())
    Ctx = Ctx->getParent();
  if (!Ctx)
    return nullptr;
  auto [It, New] = LibraryCache.try_emplace(Ctx, nullptr);
  if (!New)
    return It->second;
  std::string Path;
  llvm::SmallVector<StringRef, 6> Names;
  for (const DeclContext *C = Ctx; C && !C->isTranslationUnit();
       C = C->getParent())
    if (const auto *Space = dyn_cast<NamespaceDecl>(C))
      if (!Space->isInline() && !Space->isAnonymousNamespace())
        Names.push_back(Space->getName());
  for (StringRef Name : llvm::reverse(Names))
    Path += ("::" + Name).str();
  const Library *Best = nullptr;
  size_t Length = 0;
  auto Try = [&](const std::deque<Library> &Libraries) {
    for (const Library &L : Libraries)
      for (const std::string &Space : L.Namespaces)
        if (Space.size() > Length && StringRef(Path).starts_with(Space) &&
            (Path.size() == Space.size() || Path[Space.size()] == ':')) {
          Best = &L;
          Length = Space.size();
        }
  };
  if (User)
    Try(User->libraries());
  Try(FactsBase::shipped().libraries());
  LibraryCache[Ctx] = Best;
  return Best;
}

} // namespace coro
