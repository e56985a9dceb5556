// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives every rule of a translation unit the same model, and hands it the
// user's functions.
#include "Check.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace clang;
using namespace clang::ast_matchers;
using llvm::StringRef;

namespace coro {

/// The model that the rules of one ClangTidyContext share.
class SharedModel {
public:
  SharedModel(tidy::ClangTidyContext *Context) : Context(Context) {}
  ~SharedModel() { tell(); }

  static std::shared_ptr<SharedModel> of(tidy::ClangTidyContext *Context) {
    static thread_local std::weak_ptr<SharedModel> Last;
    std::shared_ptr<SharedModel> Current = Last.lock();
    if (!Current || Current->Context != Context) {
      Current = std::make_shared<SharedModel>(Context);
      Last = Current;
    }
    return Current;
  }

  void observe(FactsObserver &O) { Observer = &O; }

  void readFacts(StringRef Paths) {
    if (FactsRead || Paths.empty())
      return;
    FactsRead = true;
    auto Base = std::make_shared<FactsBase>();
    llvm::SmallVector<StringRef, 4> Files;
    Paths.split(Files, ';', -1, /*KeepEmpty=*/false);
    for (StringRef File : Files) {
      auto Buffer = llvm::MemoryBuffer::getFile(File.trim(), /*IsText=*/true);
      if (!Buffer) {
        Context->configurationDiag("cannot read facts file '%0': %1")
            << File.trim() << Buffer.getError().message();
        continue;
      }
      for (const FactsError &E :
           Base->parse(File.trim(), (*Buffer)->getBuffer(), true))
        Context->configurationDiag("%0:%1: %2") << E.File << E.Line << E.Reason;
    }
    User = std::move(Base);
  }

  Model &model(ASTContext &AST) {
    if (!Built || &Built->context() != &AST) {
      tell();
      Built = std::make_unique<Model>(AST, User);
      // Resolved now: the AST is gone when the rules are destroyed.
      Seen.clear();
      if (User && Observer)
        for (const Fact &F : User->facts()) {
          bool Scope = false;
          bool Resolved = !Built->facts().resolve(F.Entity, &Scope).empty();
          Seen.push_back({&F, Resolved, Scope});
        }
    }
    return *Built;
  }

private:
  void tell() {
    if (Observer)
      for (auto [F, Resolved, Scope] : Seen)
        Observer->seen(*F, Resolved, Scope);
    Seen.clear();
  }

  tidy::ClangTidyContext *Context;
  FactsObserver *Observer = nullptr;
  bool FactsRead = false;
  std::shared_ptr<const FactsBase> User;
  std::unique_ptr<Model> Built;
  std::vector<std::tuple<const Fact *, bool, bool>> Seen;
};

std::shared_ptr<SharedModel> observeFacts(tidy::ClangTidyContext &Context,
                                          FactsObserver &Observer) {
  auto Shared = SharedModel::of(&Context);
  Shared->observe(Observer);
  return Shared;
}

OptionBase::OptionBase(Check &Owner, StringRef Name, StringRef Doc)
    : Name(Name), Doc(Doc) {
  Owner.All.push_back(this);
}

Check::Check(StringRef Name, tidy::ClangTidyContext *Context)
    : ClangTidyCheck(Name, Context), Shared(SharedModel::of(Context)) {
  Shared->readFacts(Options.getLocalOrGlobal(FactsOption, ""));
}

void Check::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(functionDecl(isDefinition()).bind("function"), this);
  Finder->addMatcher(cxxRecordDecl(isDefinition()).bind("record"), this);
  // So that facts are resolved even where there is nothing to look at.
  Finder->addMatcher(translationUnitDecl(), this);
}

void Check::check(const MatchFinder::MatchResult &Result) {
  const SourceManager &SM = *Result.SourceManager;
  Model &M = Shared->model(*Result.Context);
  if (const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function")) {
    if (F->isInvalidDecl() || F->isDefaulted() || !F->getBody() ||
        !inUserCode(F->getLocation(), SM))
      return;
    checkFunction(*F, M);
  } else if (const auto *C = Result.Nodes.getNodeAs<CXXRecordDecl>("record")) {
    if (!C->isInvalidDecl() && inUserCode(C->getLocation(), SM))
      checkRecord(*C, M);
  }
}

void Check::storeOptions(tidy::ClangTidyOptions::OptionMap &Map) {
  for (const OptionBase *O : All)
    O->store(Options, Map);
}

void Check::checkFunction(const FunctionDecl &, Model &) {}
void Check::checkRecord(const CXXRecordDecl &, Model &) {}

bool Check::firstReportAt(SourceLocation Loc) {
  return Reported.insert(Loc).second;
}

static std::vector<Registration> &mutableRegistrations() {
  static std::vector<Registration> All;
  return All;
}

const std::vector<Registration> &registrations() {
  return mutableRegistrations();
}

void registerRule(Registration R) {
  auto &All = mutableRegistrations();
  All.insert(
      llvm::upper_bound(All, R,
                        [](const Registration &A, const Registration &B) {
                          return A.What->Id < B.What->Id;
                        }),
      std::move(R));
}

} // namespace coro
