// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replaces those functions of clangd that would leave our rules out. The linker
// turns a call of `f` into one of `__wrap_f`, and `__real_f` is the original.
// The file unstable.symbols lists the functions.
#include "editor/clangd/Unstable.h"
#include "analysis/Bodies.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/PrecompiledPreamble.h"
#include "llvm/ADT/FunctionExtras.h"
#include <memory>
#include <optional>

using namespace clang;
using llvm::StringRef;

namespace clang::clangd {

int clangdMain(int Count, char *Values[]);
class SymbolIndex;

namespace remote {

/// Never called, because there is no remote index; it only has to exist.
struct NoIndex {
  void operator()(SymbolIndex *) const {}
};

/// The remote index needs gRPC. clangd built without it has this same stub.
std::unique_ptr<SymbolIndex, NoIndex> getClient(StringRef Address,
                                                StringRef Root);
std::unique_ptr<SymbolIndex, NoIndex> getClient(StringRef, StringRef) {
  return nullptr;
}

} // namespace remote
} // namespace clang::clangd

namespace coro {

int clangdMain(int Count, char **Values) {
  return clang::clangd::clangdMain(Count, Values);
}

std::set<std::string> registeredChecks() {
  std::set<std::string> Names;
  for (const auto &Entry : tidy::ClangTidyModuleRegistry::entries()) {
    tidy::ClangTidyCheckFactories Factories;
    Entry.instantiate()->addCheckFactories(Factories);
    for (const auto &Factory : Factories)
      Names.insert(Factory.getKey().str());
  }
  return Names;
}

static std::set<std::string> &allowed() {
  static std::set<std::string> Names;
  return Names;
}

void allowInEditor(StringRef Check) { allowed().insert(Check.str()); }

#define ORIGINAL(Symbol) asm("__real_" Symbol)
#define REPLACES(Symbol) asm("__wrap_" Symbol)

// isFastTidyCheck(StringRef): no value means "not measured", and clangd skips
// the check.
std::optional<bool> isFastInClangd(StringRef Check) ORIGINAL(FAST_CHECK);
std::optional<bool> isFast(StringRef Check) REPLACES(FAST_CHECK);
std::optional<bool> isFast(StringRef Check) {
  if (Check.starts_with("coro-") || allowed().count(Check.str()))
    return true;
  return isFastInClangd(Check);
}

// provideDefaultChecks(): the checks that run without a configuration. As on
// the command line, our rules are on unless a configuration mentions them.
using TidyProvider =
    llvm::unique_function<void(tidy::ClangTidyOptions &, StringRef) const>;
TidyProvider defaultsOfClangd() ORIGINAL(DEFAULT_CHECKS);
TidyProvider defaults() REPLACES(DEFAULT_CHECKS);
TidyProvider defaults() {
  return [Rest = defaultsOfClangd()](tidy::ClangTidyOptions &Options,
                                     StringRef File) {
    Rest(Options, File);
    std::string Checks = Options.Checks.value_or("");
    std::string Ours = Checks + ",coro-*";
    llvm::SmallVector<StringRef, 16> Globs;
    StringRef(Checks).split(Globs, ',', -1, /*KeepEmpty=*/false);
    for (StringRef Glob : Globs)
      if (Glob.contains("coro-"))
        Ours += "," + Glob.trim().str();
    Options.Checks = Ours;
  };
}

/// The callbacks of clangd, but they keep the bodies that rules look into.
class KeepsBodies : public PreambleCallbacks {
public:
  explicit KeepsBodies(PreambleCallbacks &Next) : Next(Next) {}
  void BeforeExecute(CompilerInstance &CI) override {
    SM = &CI.getSourceManager();
    Next.BeforeExecute(CI);
  }
  void AfterExecute(CompilerInstance &CI) override { Next.AfterExecute(CI); }
  void AfterPCHEmitted(ASTWriter &Writer) override {
    Next.AfterPCHEmitted(Writer);
  }
  void HandleTopLevelDecl(DeclGroupRef DG) override {
    Next.HandleTopLevelDecl(DG);
  }
  std::unique_ptr<PPCallbacks> createPPCallbacks() override {
    return Next.createPPCallbacks();
  }
  CommentHandler *getCommentHandler() override {
    return Next.getCommentHandler();
  }
  bool shouldSkipFunctionBody(Decl *D) override {
    return Next.shouldSkipFunctionBody(D) && SM && isBodyNeedless(*D, *SM);
  }

private:
  PreambleCallbacks &Next;
  const SourceManager *SM = nullptr;
};

// PrecompiledPreamble::Build(...): clangd skips all bodies in headers, but
// rules read the bodies of a task's destructor and of functions that a
// coroutine calls.
using Built = llvm::ErrorOr<PrecompiledPreamble>;
Built build(const CompilerInvocation &Invocation,
            const llvm::MemoryBuffer *File, PreambleBounds Bounds,
            llvm::IntrusiveRefCntPtr<DiagnosticsEngine> Diagnostics,
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
            std::shared_ptr<PCHContainerOperations> Containers, bool InMemory,
            StringRef Directory, PreambleCallbacks &Callbacks)
    REPLACES(BUILD_PREAMBLE);
Built buildInClang(const CompilerInvocation &Invocation,
                   const llvm::MemoryBuffer *File, PreambleBounds Bounds,
                   llvm::IntrusiveRefCntPtr<DiagnosticsEngine> Diagnostics,
                   llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                   std::shared_ptr<PCHContainerOperations> Containers,
                   bool InMemory, StringRef Directory,
                   PreambleCallbacks &Callbacks) ORIGINAL(BUILD_PREAMBLE);
Built build(const CompilerInvocation &Invocation,
            const llvm::MemoryBuffer *File, PreambleBounds Bounds,
            llvm::IntrusiveRefCntPtr<DiagnosticsEngine> Diagnostics,
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
            std::shared_ptr<PCHContainerOperations> Containers, bool InMemory,
            StringRef Directory, PreambleCallbacks &Callbacks) {
  KeepsBodies Ours(Callbacks);
  CompilerInvocation Whole(Invocation);
  instantiateInHead(Whole.getLangOpts());
  return buildInClang(Whole, File, Bounds, std::move(Diagnostics),
                      std::move(Files), std::move(Containers), InMemory,
                      Directory, Ours);
}

} // namespace coro
