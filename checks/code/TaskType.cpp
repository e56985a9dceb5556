// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads an asynchronous type: is it one, when does it start, what does its
// destructor do.
#include "code/TaskType.h"
#include "code/Awaiter.h"
#include "code/Calls.h"
#include "code/Members.h"
#include "code/ValueType.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

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
      const CXXRecordDecl *For = classOrPattern(Args[0].getAsType());
      if (For && primary(For) == primary(Record))
        if (const CXXRecordDecl *Promise = memberType(Partial, "promise_type"))
          return Promise;
    }
  }
  return memberType(Record, "promise_type");
}

/// `return E;` as the last statement of \p Body, or null.
static const Expr *returnedBy(const Stmt *Body) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
  if (!Block || Block->body_empty())
    return nullptr;
  const auto *Return = dyn_cast<ReturnStmt>(Block->body_back());
  return Return ? Return->getRetValue() : nullptr;
}

/// When a coroutine starts whose initial awaiter has the type \p T.
static Start startOfAwaiter(QualType T) {
  switch (constantReady(T)) {
  case Ready::Always:
    return Start::Eager;
  case Ready::Never:
    return Start::Lazy;
  case Ready::Unknown:
    return Start::Unknown;
  }
  llvm_unreachable("an answer without a start");
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
      if (const Expr *Value = returnedBy(bodyOrPattern(F)))
        T = Value->getType();
    }
    if (Start S = startOfAwaiter(T); S != Start::Unknown)
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
            classOrPattern(F->getParamDecl(0)->getType().getNonReferenceType());
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
        return F && startOfAwaiter(F->getReturnType()) == Start::Eager;
      });
}

/// Whether the only ways to await an object of \p Def are declared for rvalues.
static bool isAwaitedAsRvalueOnly(const CXXRecordDecl *Def) {
  ASTContext &Context = Def->getASTContext();
  const auto Operators = membersNamed(
      Def, Context.DeclarationNames.getCXXOperatorName(OO_Coawait));
  return !Operators.empty() && llvm::all_of(Operators, [](const NamedDecl *D) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(D->getAsFunction());
    return Method && Method->getRefQualifier() == RQ_RValue;
  });
}

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
        (isValueType(Record) ||
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

  T.Shared = Facts.roleOfType(Role::Shared, Record) != nullptr;
  T.SingleShot = !T.Shared && T.Kind == AsyncKind::Task &&
                 (Facts.roleOfType(Role::SingleShot, Record) ||
                  isAwaitedAsRvalueOnly(Def));
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
  const CXXRecordDecl *Record = classOrPattern(T);
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
