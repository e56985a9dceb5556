// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the declarations that facts name, and answers which role a function or
// a type plays.
#include "model/Known.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

//===-- Naming declarations -----------------------------------------------===//

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

/// The scope a fact would name for a member of \p Ctx: inline namespaces,
/// linkage specifications and enumerations do not count.
static const Decl *scopeKey(const DeclContext *Ctx) {
  Ctx = Ctx->getRedeclContext();
  while (Ctx && Ctx->isInlineNamespace())
    Ctx = Ctx->getParent()->getRedeclContext();
  return Ctx ? primary(Decl::castFromDeclContext(Ctx)) : nullptr;
}

static const CXXRecordDecl *recordNamed(const NamedDecl *D) {
  if (const auto *Template = dyn_cast<ClassTemplateDecl>(D))
    return Template->getTemplatedDecl();
  if (const auto *Record = dyn_cast<CXXRecordDecl>(D))
    return Record;
  QualType T;
  if (const auto *Alias = dyn_cast<TypedefNameDecl>(D))
    T = Alias->getUnderlyingType();
  else if (const auto *AliasTemplate = dyn_cast<TypeAliasTemplateDecl>(D))
    T = AliasTemplate->getTemplatedDecl()->getUnderlyingType();
  if (T.isNull())
    return nullptr;
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  if (const auto *TST = T->getAs<TemplateSpecializationType>())
    if (TemplateDecl *TD = TST->getTemplateName().getAsTemplateDecl())
      return recordNamed(TD);
  return nullptr;
}

static const NamedDecl *target(const NamedDecl *D) {
  if (const auto *Shadow = dyn_cast<UsingShadowDecl>(D))
    return target(Shadow->getTargetDecl());
  if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(D))
    return Alias->getNamespace();
  return D;
}

std::vector<const NamedDecl *> Known::resolve(StringRef Entity,
                                              bool *ScopeFound) const {
  if (ScopeFound)
    *ScopeFound = false;
  Entity.consume_front("::");
  llvm::SmallVector<StringRef, 6> Parts;
  Entity.split(Parts, "::");
  llvm::SmallVector<const DeclContext *, 4> Scopes = {
      Context.getTranslationUnitDecl()};
  for (size_t I = 0; I < Parts.size(); ++I) {
    bool Last = I + 1 == Parts.size();
    if (Last && ScopeFound)
      *ScopeFound = true;
    std::vector<const NamedDecl *> Found;
    llvm::SmallVector<const DeclContext *, 4> Next;
    for (const DeclContext *Scope : Scopes) {
      if (Last && Parts[I].ends_with("*")) {
        StringRef Prefix = Parts[I].drop_back();
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
        continue;
      }
      if (Last && I > 0 && Parts[I] == Parts[I - 1])
        if (const auto *Record = dyn_cast<CXXRecordDecl>(Scope)) {
          Found.push_back(Record); // a constructor stands for its class
          continue;
        }
      DeclarationName Name = &Context.Idents.get(Parts[I]);
      llvm::SmallVector<const NamedDecl *, 8> Here;
      for (const NamedDecl *D : Scope->lookup(Name))
        Here.push_back(target(D));
      // `using namespace other;`
      if (Here.empty())
        for (const UsingDirectiveDecl *Using : Scope->using_directives())
          for (const NamedDecl *D :
               Using->getNominatedNamespace()->lookup(Name))
            Here.push_back(target(D));
      // A method may be inherited.
      if (Here.empty())
        if (const auto *Record = dyn_cast<CXXRecordDecl>(Scope);
            Record && Record->hasDefinition())
          for (const CXXBaseSpecifier &Base : Record->bases()) {
            const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl();
            if (!B)
              if (const auto *TST =
                      Base.getType()->getAs<TemplateSpecializationType>())
                if (TemplateDecl *TD =
                        TST->getTemplateName().getAsTemplateDecl())
                  B = recordNamed(TD);
            if (B && B->getDefinition())
              for (const NamedDecl *D : B->getDefinition()->lookup(Name))
                Here.push_back(target(D));
          }
      for (const NamedDecl *D : Here) {
        if (Last)
          Found.push_back(D);
        else if (const auto *Space = dyn_cast<NamespaceDecl>(D))
          Next.push_back(Space);
        else if (const CXXRecordDecl *Record = recordNamed(D))
          Next.push_back(Record->getDefinition() ? Record->getDefinition()
                                                 : Record);
      }
    }
    if (Last)
      return Found;
    Scopes = std::move(Next);
    if (Scopes.empty())
      return {};
  }
  return {};
}

Known::Known(ASTContext &Context, const FactsBase *User)
    : Context(Context), User(User) {
  // First hit wins, so the user's facts come first.
  if (User)
    for (const Fact &F : User->facts())
      add(F);
  for (const Fact &F : FactsBase::shipped().facts())
    add(F);
}

void Known::add(const Fact &F) {
  auto [ScopeName, Name] = StringRef(F.Entity).rsplit("::");
  // The scopes that the last name is looked up in.
  std::vector<const Decl *> Scopes;
  bool IsConstructor = false;
  if (ScopeName.empty()) {
    Scopes.push_back(primary(Context.getTranslationUnitDecl()));
  } else {
    for (const NamedDecl *D : resolve(ScopeName)) {
      if (const auto *Space = dyn_cast<NamespaceDecl>(D))
        Scopes.push_back(scopeKey(Space));
      else if (const CXXRecordDecl *Record = recordNamed(D)) {
        Scopes.push_back(primary(Record));
        IsConstructor |= ScopeName.rsplit("::").second == Name ||
                         ScopeName.drop_front(2) == Name;
      }
    }
  }
  llvm::sort(Scopes);
  Scopes.erase(llvm::unique(Scopes), Scopes.end());
  for (const Decl *Scope : Scopes) {
    if (Name.ends_with("*"))
      Wildcards[Scope].push_back(&F);
    else
      ByScope[Scope][IsConstructor ? StringRef("<constructor>") : Name]
          .push_back(&F);
  }
  if (Scopes.empty() || IsConstructor || Name.ends_with("*"))
    return;
  for (const NamedDecl *D : resolve(F.Entity)) {
    if (const CXXRecordDecl *Record = recordNamed(D))
      ByType[primary(Record)].push_back(&F);
    else if (const auto *Function = D->getAsFunction())
      // Reached through a using-declaration, or inherited: its own home counts
      // too.
      if (const Decl *Home = scopeKey(Function->getDeclContext());
          Home && !llvm::is_contained(Scopes, Home) &&
          isa<NamespaceDecl, TranslationUnitDecl>(Home))
        ByScope[Home][Name].push_back(&F);
  }
}

//===-- Asking ------------------------------------------------------------===//

static const Fact *withRole(llvm::ArrayRef<const Fact *> List, Role R) {
  for (const Fact *F : List)
    if (F->R == R)
      return F;
  return nullptr;
}

/// `[[clang::annotate("coro:role")]]` or `"coro:role => text"` on \p D.
const Fact *Known::annotated(Role R, const Decl *D) const {
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

const Fact *Known::of(Role R, const FunctionDecl *F,
                      const CXXRecordDecl *Object) const {
  if (!F)
    return nullptr;
  const FunctionDecl *Pattern = F->getTemplateInstantiationPattern();
  for (const FunctionDecl *D : {F, Pattern})
    if (D)
      if (const Fact *Found = annotated(R, D->getCanonicalDecl()))
        return Found;
  StringRef Name;
  if (isa<CXXConstructorDecl>(F))
    Name = "<constructor>";
  else if (F->getDeclName().isIdentifier())
    Name = F->getName();
  else
    return nullptr;
  auto In = [&](const Decl *Scope) -> const Fact * {
    if (auto It = ByScope.find(Scope); It != ByScope.end())
      if (auto Entry = It->second.find(Name); Entry != It->second.end())
        if (const Fact *Found = withRole(Entry->second, R))
          return Found;
    if (auto It = Wildcards.find(Scope); It != Wildcards.end())
      for (const Fact *W : It->second)
        if (W->R == R &&
            Name.starts_with(
                StringRef(W->Entity).rsplit("::").second.drop_back()))
          return W;
    return nullptr;
  };
  if (const Fact *Found = In(scopeKey(F->getDeclContext()))) {
    // The global functions that ship with facts are C's. A user's own `wait` or
    // `poll` is a C++ function, and another one.
    if (!F->getDeclContext()->getRedeclContext()->isTranslationUnit() ||
        !Found->Lib || Found->Lib->UserSupplied || F->isExternC())
      return Found;
    return nullptr;
  }
  // `std::future<T>::wait` is declared in a base of std::future.
  if (Object && isa<CXXMethodDecl>(F)) {
    llvm::SmallVector<const CXXRecordDecl *, 4> Todo = {Object};
    for (unsigned Steps = 0; !Todo.empty() && Steps < 32; ++Steps) {
      const CXXRecordDecl *C = Todo.pop_back_val();
      if (const Fact *Found = In(primary(C)))
        return Found;
      if (C->hasDefinition())
        for (const CXXBaseSpecifier &Base : C->bases())
          if (const auto *B = Base.getType()->getAsCXXRecordDecl())
            Todo.push_back(B);
    }
  }
  return nullptr;
}

const Fact *Known::of(Role R, const CXXRecordDecl *Type) const {
  if (!Type)
    return nullptr;
  const Decl *Key = primary(Type);
  if (const Fact *Found = annotated(R, Key))
    return Found;
  auto It = ByType.find(Key);
  return It == ByType.end() ? nullptr : withRole(It->second, R);
}

const Fact *Known::firstOf(llvm::ArrayRef<Role> Roles,
                           const CXXRecordDecl *Type) const {
  const Decl *Key = primary(Type);
  if (auto It = ByType.find(Key); It != ByType.end())
    for (const Fact *F : It->second)
      if (F->Lib == nullptr || F->Lib->UserSupplied)
        if (llvm::is_contained(Roles, F->R))
          return F;
  for (Role R : Roles)
    if (const Fact *F = annotated(R, Key))
      return F;
  if (auto It = ByType.find(Key); It != ByType.end())
    for (const Fact *F : It->second)
      if (llvm::is_contained(Roles, F->R))
        return F;
  return nullptr;
}

const Fact *Known::of(Role R, const VarDecl *V) const {
  auto It = ByScope.find(scopeKey(V->getDeclContext()));
  if (It == ByScope.end() || !V->getDeclName().isIdentifier())
    return nullptr;
  auto Entry = It->second.find(V->getName());
  return Entry == It->second.end() ? nullptr : withRole(Entry->second, R);
}

const Fact *Known::of(Role R, const Expr *Call) const {
  const FunctionDecl *F = calleeOf(Call);
  const Fact *Found = of(R, F, objectOf(Call));
  // A function object such as std::ranges::for_each.
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Call);
      !Found && Operator && Operator->getOperator() == OO_Call)
    if (const auto *Ref =
            dyn_cast<DeclRefExpr>(Operator->getArg(0)->IgnoreParenImpCasts()))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
          V && V->hasGlobalStorage())
        Found = of(R, V);
  if (!Found || !Found->UnlessArg)
    return Found;
  const Expr *Arg = argumentOf(Call, Found->UnlessArg - 1);
  if (!Arg || Arg->isValueDependent())
    return Found;
  Expr::EvalResult Value;
  if (!Arg->EvaluateAsInt(Value, Context))
    return Found;
  int64_t V = Value.Val.getInt().getExtValue();
  // "Any of these bits".
  bool Off = Found->UnlessMask ? (V & Found->UnlessValue) != 0
                               : V == Found->UnlessValue;
  return Off ? nullptr : Found;
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
Known::classes(Role R) const {
  auto [It, New] = ClassCache.try_emplace(static_cast<unsigned>(R));
  if (!New)
    return It->second;
  std::vector<std::pair<const CXXRecordDecl *, const Fact *>> Result;
  for (const auto &Entry : ByType)
    for (const Fact *F : Entry.second)
      if (F->R == R)
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

StringRef Known::timerOf(const Library *Lib) const {
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

const Library *Known::libraryOf(const Decl *D) const {
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

//===-- Calls -------------------------------------------------------------===//

const FunctionDecl *calleeOf(const Expr *Call) {
  if (!Call)
    return nullptr;
  if (const auto *C = dyn_cast<CallExpr>(Call))
    return C->getDirectCallee();
  if (const auto *C = dyn_cast<CXXConstructExpr>(Call))
    return C->getConstructor();
  return nullptr;
}

const CXXRecordDecl *objectOf(const Expr *Call) {
  const auto *Member = dyn_cast_or_null<CXXMemberCallExpr>(Call);
  if (!Member)
    return nullptr;
  const Expr *Object = Member->getImplicitObjectArgument();
  if (!Object)
    return nullptr;
  QualType T = Object->IgnoreParenImpCasts()->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T->getAsCXXRecordDecl();
}

const Expr *argumentOf(const Expr *Call, unsigned Index) {
  if (const auto *C = dyn_cast<CXXConstructExpr>(Call))
    return Index < C->getNumArgs() ? C->getArg(Index) : nullptr;
  if (const auto *C = dyn_cast<CXXOperatorCallExpr>(Call))
    if (isa_and_nonnull<CXXMethodDecl>(C->getDirectCallee()))
      ++Index; // argument 0 is the object
  if (const auto *C = dyn_cast<CallExpr>(Call))
    return Index < C->getNumArgs() ? C->getArg(Index) : nullptr;
  return nullptr;
}

std::string qualifiedName(const NamedDecl *D) {
  std::string Name;
  llvm::raw_string_ostream OS(Name);
  PrintingPolicy Policy(D->getASTContext().getLangOpts());
  Policy.SuppressUnwrittenScope = true;
  Policy.SuppressInlineNamespace =
      llvm::to_underlying(PrintingPolicy::SuppressInlineNamespaceMode::All);
  Policy.SuppressTemplateArgsInCXXConstructors = true;
  D->printQualifiedName(OS, Policy);
  return Name;
}

std::string shortCallee(const Expr *Call) {
  const FunctionDecl *F = calleeOf(Call);
  if (F && F->isOverloadedOperator() && F->getOverloadedOperator() != OO_Call)
    return F->getNameAsString();
  std::string Name = calleeName(Call);
  size_t Scope = StringRef(Name).rfind("::");
  return Scope == StringRef::npos ? Name : Name.substr(Scope + 2);
}

std::string calleeName(const Expr *Call) {
  const FunctionDecl *F = calleeOf(Call);
  // A callable object, or a pointer to a function.
  const Expr *Object = nullptr;
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Call);
      Operator && Operator->getOperator() == OO_Call)
    Object = Operator->getArg(0);
  else if (const auto *Indirect = dyn_cast_or_null<CallExpr>(Call);
           Indirect && !F)
    Object = Indirect->getCallee();
  if (Object) {
    Object = Object->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Object))
      return qualifiedName(Ref->getDecl());
    if (const auto *Member = dyn_cast<MemberExpr>(Object))
      return Member->getMemberDecl()->getNameAsString();
    return "lambda";
  }
  if (!F)
    return "call";
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(F))
    return qualifiedName(Constructor->getParent());
  if (const CXXRecordDecl *Owner = objectOf(Call))
    return qualifiedName(Owner) + "::" + F->getNameAsString();
  return qualifiedName(F);
}

} // namespace coro
