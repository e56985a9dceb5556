// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads an asynchronous type: is it one, when does it start, what does its
// destructor do.
#include "code/TaskType.h"
#include "code/Calls.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

/// The definition to read \p Record from: its own, or its template's.
static const CXXRecordDecl *readable(const CXXRecordDecl *Record) {
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

static const CXXRecordDecl *recordOf(QualType T) {
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
        if (const CXXRecordDecl *B = recordOf(Base.getType()))
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

static bool hasMember(const CXXRecordDecl *Record, StringRef Name) {
  ASTContext &Context = Record->getASTContext();
  return !membersNamed(Record, &Context.Idents.get(Name)).empty();
}

static const CXXRecordDecl *memberType(const CXXRecordDecl *Record,
                                       StringRef Name) {
  ASTContext &Context = Record->getASTContext();
  for (const NamedDecl *D : membersNamed(Record, &Context.Idents.get(Name))) {
    if (const auto *Nested = dyn_cast<CXXRecordDecl>(D))
      return Nested;
    if (const auto *Alias = dyn_cast<TypedefNameDecl>(D))
      if (const CXXRecordDecl *R = recordOf(Alias->getUnderlyingType()))
        return R;
  }
  return nullptr;
}

const CXXRecordDecl *TaskTypes::promiseOf(const CXXRecordDecl *Record) {
  ASTContext &Context = Facts.context();
  // A specialization of coroutine_traits goes before the nested name.
  for (const NamedDecl *D : Facts.resolve("::std::coroutine_traits")) {
    const auto *Traits = dyn_cast<ClassTemplateDecl>(D);
    if (!Traits)
      continue;
    CanQualType Self = Context.getCanonicalTagType(Record);
    for (const ClassTemplateSpecializationDecl *Spec :
         Traits->specializations()) {
      const TemplateArgumentList &Args = Spec->getTemplateArgs();
      if (Args.size() == 0 || Args[0].getKind() != TemplateArgument::Type ||
          Context.getCanonicalType(Args[0].getAsType()) != Self ||
          !readable(Spec))
        continue;
      if (const CXXRecordDecl *Promise = memberType(Spec, "promise_type"))
        return Promise;
    }
    llvm::SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partials;
    const_cast<ClassTemplateDecl *>(Traits)->getPartialSpecializations(
        Partials);
    for (const ClassTemplatePartialSpecializationDecl *Partial : Partials) {
      const TemplateArgumentList &Args = Partial->getTemplateArgs();
      if (Args.size() == 0 || Args[0].getKind() != TemplateArgument::Type)
        continue;
      const CXXRecordDecl *For = recordOf(Args[0].getAsType());
      if (For && primary(For) == primary(Record))
        if (const CXXRecordDecl *Promise = memberType(Partial, "promise_type"))
          return Promise;
    }
  }
  return memberType(Record, "promise_type");
}

/// Whether \p T is the named type of namespace std.
static bool isStd(QualType T, StringRef Name) {
  const CXXRecordDecl *R = recordOf(T);
  return R && R->getIdentifier() && R->getName() == Name &&
         R->isInStdNamespace();
}

/// `return E;` as the only thing that \p Body does, or null.
static const Expr *onlyReturn(const Stmt *Body) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
  if (!Block || Block->body_empty())
    return nullptr;
  const auto *Return = dyn_cast<ReturnStmt>(Block->body_back());
  return Return ? Return->getRetValue() : nullptr;
}

/// When an awaiter of type \p T lets its coroutine go on.
static Start startByAwaiter(QualType T, unsigned Depth = 0) {
  if (isStd(T, "suspend_always"))
    return Start::Lazy;
  if (isStd(T, "suspend_never"))
    return Start::Eager;
  const CXXRecordDecl *R = recordOf(T);
  if (!R || Depth > 3)
    return Start::Unknown;
  ASTContext &Context = R->getASTContext();
  for (const NamedDecl *D :
       membersNamed(R, &Context.Idents.get("await_ready"))) {
    const FunctionDecl *F = D->getAsFunction();
    if (!F)
      continue;
    const Expr *Value = onlyReturn(bodyOrPattern(F));
    if (!Value)
      continue;
    if (const auto *Literal =
            dyn_cast<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts()))
      return Literal->getValue() ? Start::Eager : Start::Lazy;
  }
  return Start::Unknown;
}

Start TaskTypes::startOf(const CXXRecordDecl *Promise) {
  ASTContext &Context = Facts.context();
  for (const NamedDecl *D :
       membersNamed(Promise, &Context.Idents.get("initial_suspend"))) {
    const FunctionDecl *F = D->getAsFunction();
    if (!F)
      continue;
    QualType T = F->getReturnType();
    if (T->isUndeducedType() || T->isDependentType()) {
      // `auto initial_suspend() { return std::suspend_always{}; }`
      if (const Expr *Value = onlyReturn(bodyOrPattern(F)))
        T = Value->getType();
    }
    if (Start S = startByAwaiter(T); S != Start::Unknown)
      return S;
  }
  return Start::Unknown;
}

namespace {
/// What a destructor does to the coroutine it owns.
struct DestructorReader : RecursiveASTVisitor<DestructorReader> {
  bool Destroys = false, Blocks = false, Terminates = false, ChecksDone = false;

  void name(StringRef N) {
    Destroys |= N == "destroy";
    ChecksDone |= N == "done";
    Blocks |= N == "join" || N == "wait";
    Terminates |= N == "terminate" || N == "abort";
  }
  bool VisitMemberExpr(MemberExpr *E) {
    if (E->getMemberDecl()->getDeclName().isIdentifier())
      name(E->getMemberDecl()->getName());
    return true;
  }
  bool VisitCXXDependentScopeMemberExpr(CXXDependentScopeMemberExpr *E) {
    if (E->getMember().isIdentifier())
      name(E->getMember().getAsIdentifierInfo()->getName());
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *E) {
    if (const auto *F = dyn_cast<FunctionDecl>(E->getDecl()))
      if (F->getDeclName().isIdentifier())
        name(F->getName());
    return true;
  }
};
} // namespace

Drop TaskTypes::dropOf(const CXXRecordDecl *Record) {
  const CXXRecordDecl *Def = readable(Record);
  if (!Def)
    return Drop::Unknown;
  const CXXDestructorDecl *Destructor = Def->getDestructor();
  if (!Destructor || Destructor->isDefaulted()) {
    // Nothing but handles inside: nothing happens.
    for (const FieldDecl *Field : Def->fields())
      if (!Field->getType()->isPointerType() &&
          !Field->getType()->isScalarType() &&
          !isStd(Field->getType(), "coroutine_handle"))
        return Drop::Unknown;
    return Def->getNumBases() == 0 ? Drop::Detaches : Drop::Unknown;
  }
  const Stmt *Body = bodyOrPattern(Destructor);
  if (!Body)
    return Drop::Unknown;
  DestructorReader Reader;
  Reader.TraverseStmt(const_cast<Stmt *>(Body));
  // A destructor that delegates to a member function of its own.
  if (!Reader.Destroys && !Reader.Blocks && !Reader.Terminates) {
    struct Callees : RecursiveASTVisitor<Callees> {
      llvm::SmallVector<const FunctionDecl *, 4> Found;
      bool VisitCXXMemberCallExpr(CXXMemberCallExpr *E) {
        if (isa<CXXThisExpr>(
                E->getImplicitObjectArgument()->IgnoreParenImpCasts()))
          if (const FunctionDecl *F = E->getDirectCallee())
            Found.push_back(F);
        return true;
      }
    } Own;
    Own.TraverseStmt(const_cast<Stmt *>(Body));
    for (const FunctionDecl *F : Own.Found)
      if (const Stmt *Inner = bodyOrPattern(F))
        Reader.TraverseStmt(const_cast<Stmt *>(Inner));
  }
  if (Reader.Terminates)
    return Drop::Terminates;
  if (Reader.Blocks)
    return Drop::Blocks;
  if (Reader.Destroys)
    return Reader.ChecksDone ? Drop::Detaches : Drop::Cancels;
  return Drop::Unknown;
}

bool TaskTypes::hasFreeCoAwait(const CXXRecordDecl *Record) {
  ASTContext &Context = Facts.context();
  DeclarationName Name =
      Context.DeclarationNames.getCXXOperatorName(OO_Coawait);
  const DeclContext *Scope = Record->getDeclContext();
  while (Scope) {
    if (Scope->isFileContext())
      for (const NamedDecl *D : Scope->getRedeclContext()->lookup(Name)) {
        const FunctionDecl *F = D->getUnderlyingDecl()->getAsFunction();
        if (!F || F->getNumParams() == 0)
          continue;
        const CXXRecordDecl *Param =
            recordOf(F->getParamDecl(0)->getType().getNonReferenceType());
        if (Param && primary(Param) == primary(Record))
          return true;
      }
    Scope = Scope->getParent();
  }
  return false;
}

/// Public ways to use an object of this type, beyond construction.
static bool hasPublicInterface(const CXXRecordDecl *Record) {
  const CXXRecordDecl *Def = readable(Record);
  if (!Def)
    return true;
  if (Def->getNumBases() != 0)
    return true;
  for (const Decl *D : Def->decls()) {
    if (D->getAccess() == AS_private || D->getAccess() == AS_protected ||
        D->isImplicit())
      continue;
    if (isa<FieldDecl>(D))
      return true;
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      F = Template->getTemplatedDecl();
    if (F && !isa<CXXConstructorDecl, CXXDestructorDecl>(F) &&
        !F->isOverloadedOperator())
      return true;
  }
  return false;
}

/// Whether a coroutine that returns \p Def leaves nothing to hold: it has no
/// result, its frame ends by itself, and nothing waits for that.
static bool isOnItsOwn(const CXXRecordDecl *Def, const CXXRecordDecl *Promise) {
  if (hasMember(Promise, "return_value") || hasMember(Def, "get") ||
      hasMember(Def, "wait") || hasMember(Def, "join"))
    return false;
  ASTContext &Context = Def->getASTContext();
  return llvm::any_of(
      membersNamed(Promise, &Context.Idents.get("final_suspend")),
      [](const NamedDecl *D) {
        const FunctionDecl *F = D->getAsFunction();
        return F && startByAwaiter(F->getReturnType()) == Start::Eager;
      });
}

namespace {
/// Tells a value from a handle: a coroutine that yields `expected<T, E>` is a
/// way to write early returns. Nothing in the value leads back to a frame.
class ValueReader {
public:
  explicit ValueReader(const CXXRecordDecl *Record) {
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
      Own = Spec->getTemplateArgs().asArray();
  }

  /// Whether \p Record holds a result, and nothing that could be a handle.
  bool isValue(const CXXRecordDecl *Record) {
    return fieldsAreValues(Record, 0) && HoldsResult;
  }

private:
  bool fieldsAreValues(const CXXRecordDecl *Record, unsigned Depth) {
    const CXXRecordDecl *Def = readable(Record);
    if (!Def || Depth > 4)
      return false;
    for (const CXXBaseSpecifier &Base : Def->bases())
      if (!isValue(Base.getType(), Depth + 1))
        return false;
    return llvm::all_of(Def->fields(), [&](const FieldDecl *Field) {
      return isValue(Field->getType(), Depth + 1);
    });
  }

  bool isValue(QualType T, unsigned Depth) {
    T = T.getCanonicalType().getUnqualifiedType();
    auto IsOwn = [&](const TemplateArgument &A) {
      return A.getKind() == TemplateArgument::Type &&
             A.getAsType().getCanonicalType().getUnqualifiedType() == T;
    };
    if (T->isTemplateTypeParmType() || llvm::any_of(Own, IsOwn)) {
      HoldsResult = true;
      return true;
    }
    if (T->isPointerType())
      return T->getPointeeType()->isAnyCharacterType(); // a message
    if (T->isReferenceType() || T->isMemberPointerType())
      return false;
    if (T->isScalarType())
      return true;
    if (const ArrayType *Array = T->getAsArrayTypeUnsafe()) {
      // Room for the result.
      HoldsResult |= Array->getElementType()->isAnyCharacterType() ||
                     isStd(Array->getElementType(), "byte");
      return isValue(Array->getElementType(), Depth + 1);
    }
    const CXXRecordDecl *R = recordOf(T);
    if (!R)
      return false;
    if (!isOfStd(R))
      return fieldsAreValues(R, Depth);
    if (llvm::StringSwitch<bool>(R->getIdentifier() ? R->getName() : "")
            .Cases({"basic_string", "basic_string_view", "error_code",
                    "error_condition", "exception_ptr", "monostate",
                    "source_location", "vector"},
                   true)
            .Default(false))
      return true;
    if (isStd(T, "unique_ptr") || isStd(T, "shared_ptr"))
      return isError(T, Depth);
    if (!llvm::StringSwitch<bool>(R->getIdentifier() ? R->getName() : "")
             .Cases({"variant", "optional", "expected"}, true)
             .Default(false))
      return false;
    HoldsResult = true;
    llvm::ArrayRef<TemplateArgument> Args;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R))
      Args = Spec->getTemplateArgs().asArray();
    else if (const auto *TST = T->getAs<TemplateSpecializationType>())
      Args = TST->template_arguments();
    return llvm::all_of(Args, [&](const TemplateArgument &A) {
      auto One = [&](const TemplateArgument &Inner) {
        return Inner.getKind() != TemplateArgument::Type ||
               isValue(Inner.getAsType(), Depth + 1);
      };
      return A.getKind() == TemplateArgument::Pack
                 ? llvm::all_of(A.pack_elements(), One)
                 : One(A);
    });
  }

  /// Whether the smart pointer \p T owns something that can be no state of a
  /// coroutine: a value apart from the result, such as a description of errors.
  bool isError(QualType T, unsigned Depth) {
    const auto *Pointer =
        dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
    if (!Pointer ||
        Pointer->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return false;
    const CXXRecordDecl *Error =
        recordOf(Pointer->getTemplateArgs()[0].getAsType());
    const bool Held = std::exchange(HoldsResult, false);
    const bool Value =
        Error && fieldsAreValues(Error, Depth + 1) && !HoldsResult;
    HoldsResult = Held;
    return Value;
  }

  llvm::ArrayRef<TemplateArgument> Own;
  bool HoldsResult = false;
};
} // namespace

Drop dropNamed(StringRef Text) {
  return llvm::StringSwitch<Drop>(Text)
      .Case("never-runs", Drop::NeverRuns)
      .Case("detaches", Drop::Detaches)
      .Case("cancels", Drop::Cancels)
      .Case("blocks", Drop::Blocks)
      .Case("terminates", Drop::Terminates)
      .Case("loses-exception", Drop::LosesException)
      .Default(Drop::Unknown);
}

TaskType TaskTypes::compute(const CXXRecordDecl *Record) {
  TaskType T;
  T.Record = Record;
  T.Lib = Facts.libraryOf(Record);
  // One word on what kind of thing it is: the first that anybody says.
  const Fact *Said = Facts.firstRoleOfType(
      {Role::NotTask, Role::Immediate, Role::Generator, Role::Detached,
       Role::Lazy, Role::Eager, Role::Task},
      Record);
  if (Said && (Said->R == Role::NotTask || Said->R == Role::Immediate))
    return T;
  if (Said && Said->R == Role::Generator) {
    T.Kind = AsyncKind::Generator;
    return T;
  }
  if (Said && Said->R == Role::Detached) {
    T.Kind = AsyncKind::Detached;
    T.Starts = Start::Eager;
    return T;
  }
  const CXXRecordDecl *Def = readable(Record);
  if (!Def)
    return T;
  ASTContext &Context = Facts.context();

  bool Trio = hasMember(Def, "await_ready") &&
              hasMember(Def, "await_suspend") && hasMember(Def, "await_resume");
  DeclarationName CoAwait =
      Context.DeclarationNames.getCXXOperatorName(OO_Coawait);
  bool Awaitable = Trio || !membersNamed(Def, CoAwait).empty();
  // A type of the standard library that somebody made awaitable, such as a
  // duration, is still what it was.
  if (!Awaitable)
    Awaitable = !isOfStd(Record) && hasFreeCoAwait(Record);
  const CXXRecordDecl *Promise = promiseOf(Record);
  // A type of the same name as a library's that starts in another way is
  // another type.
  bool Namesake = false;
  if (Said && Promise && Said->Lib && !Said->Lib->UserSupplied) {
    Start Seen = startOf(Promise);
    Namesake = (Said->R == Role::Lazy && Seen == Start::Eager) ||
               (Said->R == Role::Eager && Seen == Start::Lazy);
    if (Namesake)
      Said = nullptr;
  }
  bool Named = Said != nullptr;

  // The standard's own awaiters are vocabulary, not work.
  if (!Named && (isStd(Context.getCanonicalTagType(Record), "suspend_always") ||
                 isStd(Context.getCanonicalTagType(Record), "suspend_never")))
    return T;

  if (Promise) {
    const Start Starts = startOf(Promise);
    // A value that a coroutine may compute is no work, whoever made it so: an
    // `expected`, or the standard's optional by way of coroutine_traits.
    if (!Named && Starts != Start::Lazy &&
        (ValueReader(Record).isValue(Record) ||
         (isOfStd(Record) && !memberType(Record, "promise_type") &&
          !isStd(Context.getCanonicalTagType(Record), "future") &&
          !isStd(Context.getCanonicalTagType(Record), "shared_future"))))
      return T;
    T.Starts = Starts;
    bool Yields = hasMember(Promise, "yield_value");
    bool Returns = hasMember(Promise, "return_value");
    if (!Named && Yields && (!Awaitable || !Returns)) {
      T.Kind = AsyncKind::Generator;
      return T;
    }
    if (!Named && !Awaitable && T.Starts == Start::Eager &&
        (!hasPublicInterface(Record) || isOnItsOwn(Def, Promise))) {
      T.Kind = AsyncKind::Detached;
      return T;
    }
    T.Kind = AsyncKind::Task;
  } else if (Named) {
    T.Kind = AsyncKind::Task;
  } else if (Trio) {
    T.Kind = AsyncKind::Awaiter;
    T.Starts = Start::Lazy;
  } else if (Awaitable) {
    T.Kind = AsyncKind::Awaitable;
  } else {
    return T;
  }

  if (Said && Said->R == Role::Lazy)
    T.Starts = Start::Lazy;
  else if (Said && Said->R == Role::Eager)
    T.Starts = Start::Eager;

  if (const Fact *F =
          Namesake ? nullptr : Facts.roleOfType(Role::OnDrop, Record))
    T.OnDrop = dropNamed(F->Text);
  else if (T.Starts == Start::Lazy)
    T.OnDrop = Drop::NeverRuns;
  else
    T.OnDrop = dropOf(Record);

  return T;
}

const TaskType &TaskTypes::of(QualType T) {
  static const TaskType Nothing;
  if (T.isNull())
    return Nothing;
  const CXXRecordDecl *Record =
      T.getNonReferenceType().getCanonicalType()->getAsCXXRecordDecl();
  return Record && !Record->isLambda() ? ofRecord(Record) : Nothing;
}

const TaskType &TaskTypes::ofPattern(QualType T) {
  static const TaskType Nothing;
  const CXXRecordDecl *Record = recordOf(T);
  return Record ? ofRecord(Record) : Nothing;
}

const TaskType &TaskTypes::ofRecord(const CXXRecordDecl *Record) {
  Record = Record->getCanonicalDecl();
  if (auto It = Cache.find(Record); It != Cache.end())
    return *It->second;
  // Entered first, to end recursion through promise types.
  TaskType *Entry = (Cache[Record] = std::make_unique<TaskType>()).get();
  *Entry = compute(Record);
  return *Entry;
}

StringRef dropText(Drop D) {
  switch (D) {
  case Drop::Unknown:
    return "nobody sees its result or its exception";
  case Drop::NeverRuns:
    return "it never runs";
  case Drop::Detaches:
    return "dropping it detaches it: nobody sees its result or its exception";
  case Drop::Cancels:
    return "dropping it cancels it";
  case Drop::Blocks:
    return "dropping it blocks until it is done";
  case Drop::Terminates:
    return "dropping it terminates the program";
  case Drop::LosesException:
    return "dropping it loses its exception";
  }
  llvm_unreachable("a drop without a text");
}

} // namespace coro
