// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs clang-tidy's machinery over one file, and turns diagnostics into
// findings.
#include "analysis/TranslationUnit.h"
#include "Check.h"
#include "Paths.h"
#include "analysis/Bodies.h"
#include "analysis/Configuration.h"
#include "analysis/Entities.h"
#include "analysis/Flags.h"
#include "analysis/Preamble.h"
#include "analysis/SharedHead.h"
#include "analysis/Suppressions.h"
#include "clang-tidy/ClangTidy.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <unistd.h>

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {

/// Tells Clang which function bodies to skip: Clang asks its AST consumer.
class BodySkipper : public MultiplexConsumer {
public:
  BodySkipper(std::vector<std::unique_ptr<ASTConsumer>> Consumers,
              const SourceManager &SM)
      : MultiplexConsumer(std::move(Consumers)), SM(SM) {}

  bool shouldSkipFunctionBody(Decl *D) override {
    return isBodyNeedless(*D, SM);
  }

private:
  const SourceManager &SM;
};

class Action : public ASTFrontendAction {
public:
  Action(tidy::ClangTidyASTConsumerFactory &Factory,
         std::vector<std::unique_ptr<ASTConsumer>> Others, SharedHead *Shared)
      : Factory(Factory), Others(std::move(Others)), Shared(Shared) {}
  bool BeginInvocation(CompilerInstance &CI) override {
    CI.getFrontendOpts().SkipFunctionBodies = true;
    return true;
  }
  bool BeginSourceFileAction(CompilerInstance &CI) override {
    if (Shared)
      Shared->attach(CI.getPreprocessor());
    return true;
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef File) override {
    std::vector<std::unique_ptr<ASTConsumer>> Consumers = std::move(Others);
    Consumers.push_back(Factory.createASTConsumer(CI, File));
    return std::make_unique<BodySkipper>(std::move(Consumers),
                                         CI.getSourceManager());
  }

private:
  tidy::ClangTidyASTConsumerFactory &Factory;
  std::vector<std::unique_ptr<ASTConsumer>> Others;
  SharedHead *Shared;
};

/// Restricts the consumers after it to declarations that this run has parsed,
/// without those that come from a preamble.
class WithoutHead : public ASTConsumer {
public:
  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    for (Decl *D : Group)
      if (!D->isFromASTFile())
        Parsed.push_back(D);
    return true;
  }
  void HandleTranslationUnit(ASTContext &Context) override {
    Context.setTraversalScope(Parsed);
  }

private:
  std::vector<Decl *> Parsed;
};

class ActionFactory : public tooling::FrontendActionFactory {
public:
  ActionFactory(tidy::ClangTidyContext &Context, Entities &Functions,
                Suppressions &Silenced, Preamble *Head, SharedHead *Shared)
      : Factory(Context), Functions(Functions), Silenced(Silenced), Head(Head),
        Shared(Shared) {}
  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    llvm::IntrusiveRefCntPtr<FileManager> Behind;
    if (Shared)
      Shared->use(*Invocation);
    if (Head) {
      auto Sources = Files->getVirtualFileSystemPtr();
      Head->use(*Invocation, Sources, Containers);
      Behind = llvm::makeIntrusiveRefCnt<FileManager>(
          Files->getFileSystemOpts(), std::move(Sources));
      Files = Behind.get();
    }
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(Containers), Consumer);
  }
  std::unique_ptr<FrontendAction> create() override {
    std::vector<std::unique_ptr<ASTConsumer>> Others;
    if (Head)
      Others.push_back(std::make_unique<WithoutHead>());
    Others.push_back(Functions.collector());
    Others.push_back(Silenced.collector());
    return std::make_unique<Action>(Factory, std::move(Others), Shared);
  }

private:
  tidy::ClangTidyASTConsumerFactory Factory;
  Entities &Functions;
  Suppressions &Silenced;
  Preamble *Head;
  SharedHead *Shared;
};

/// Passes every diagnostic on to clang-tidy, and notes which of them a NOLINT
/// comment silences.
class Observer : public DiagnosticConsumer {
public:
  Observer(tidy::ClangTidyContext &Context, Suppressions &Silenced)
      : Context(Context), Silenced(Silenced), Next(Context) {}

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    unsigned Before = Context.getStats().ErrorsIgnoredNOLINT;
    Next.HandleDiagnostic(Level, Info);
    if (Context.getStats().ErrorsIgnoredNOLINT != Before &&
        Info.hasSourceManager())
      Silenced.stopped(Info, Context.getCheckName(Info.getID()));
  }
  void BeginSourceFile(const LangOptions &Lang,
                       const Preprocessor *PP) override {
    Next.BeginSourceFile(Lang, PP);
  }
  void EndSourceFile() override { Next.EndSourceFile(); }
  std::vector<tidy::ClangTidyError> take() { return Next.take(); }

private:
  tidy::ClangTidyContext &Context;
  Suppressions &Silenced;
  tidy::ClangTidyDiagnosticConsumer Next;
};

/// Turns file offsets into lines and columns. Reads each file once.
class Lines {
public:
  explicit Lines(llvm::vfs::FileSystem &Files) : Files(Files) {}

  Place at(StringRef File, unsigned Offset) {
    const std::vector<unsigned> &Starts = read(File).Starts;
    auto It = std::upper_bound(Starts.begin(), Starts.end(), Offset) - 1;
    return {File.str(), static_cast<unsigned>(It - Starts.begin()) + 1,
            Offset - *It + 1};
  }

  /// The code of a line, without white space.
  std::string code(const Place &At) {
    const Source &S = read(At.File);
    if (!S.Buffer || At.Line == 0 || At.Line > S.Starts.size())
      return {};
    StringRef Line = S.Buffer->getBuffer().drop_front(S.Starts[At.Line - 1]);
    std::string Code;
    for (char C : Line.take_until([](char C) { return C == '\n'; }))
      if (!isWhitespace(C))
        Code += C;
    return Code;
  }

private:
  struct Source {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<unsigned> Starts;
  };
  const Source &read(StringRef File) {
    Source &S = Cache[File.str()];
    if (S.Starts.empty()) {
      S.Starts.push_back(0);
      if (auto Buffer = Files.getBufferForFile(File)) {
        S.Buffer = std::move(*Buffer);
        StringRef Text = S.Buffer->getBuffer();
        for (size_t I = 0; I < Text.size(); ++I)
          if (Text[I] == '\n')
            S.Starts.push_back(I + 1);
      }
    }
    return S;
  }
  llvm::vfs::FileSystem &Files;
  std::map<std::string, Source> Cache;
};

StringRef severityOf(StringRef Rule) {
  for (const Pitfall *P : pitfalls::All)
    if (Rule == StringRef(P->Rule.data(), P->Rule.size()))
      return P->Level == Severity::Error ? "error" : "warning";
  return "warning";
}

void take(const tidy::ClangTidyError &E, StringRef Directory, Lines &L,
          FileResult &Out) {
  auto At = [&](const tooling::DiagnosticMessage &M) {
    return M.FilePath.empty()
               ? Place{}
               : L.at(absolutePath(M.FilePath, Directory), M.FileOffset);
  };
  StringRef Name = E.DiagnosticName;
  if (!Name.starts_with("coro-")) {
    if (Name == "clang-tidy-config") {
      Out.Problems.push_back(E.Message.Message);
    } else if (E.DiagLevel == tooling::Diagnostic::Error) {
      Place P = At(E.Message);
      std::string Where = P.Line ? P.File + ":" + std::to_string(P.Line) + ":" +
                                       std::to_string(P.Column) + ": "
                                 : Out.File + ": ";
      Out.Errors.push_back(Where + "error: " + E.Message.Message);
    }
    return;
  }
  Finding F;
  F.At = At(E.Message);
  F.Rule = Name.str();
  F.Severity = severityOf(Name).str();
  F.Message = E.Message.Message;
  auto Fixes = [&](const llvm::StringMap<tooling::Replacements> &All) {
    for (const auto &File : All)
      for (const tooling::Replacement &R : File.second) {
        std::string Path = absolutePath(R.getFilePath(), Directory);
        Edit Change{L.at(Path, R.getOffset()),
                    L.at(Path, R.getOffset() + R.getLength()),
                    R.getReplacementText().str()};
        if (!llvm::is_contained(F.Fixes, Change))
          F.Fixes.push_back(std::move(Change));
      }
  };
  // `SafeFix` hangs on the warning, and what a rule suggests on a note.
  Fixes(E.Message.Fix);
  if (!F.Fixes.empty())
    F.Applicability = "safe";
  for (const tooling::DiagnosticMessage &N : E.Notes) {
    F.Notes.push_back({At(N), N.Message});
    Fixes(N.Fix);
  }
  if (!F.Fixes.empty() && F.Applicability.empty())
    F.Applicability = "unsafe";
  F.Code = L.code(F.At);
  Out.Findings.push_back(std::move(F));
}

struct FactsRecorder : FactsObserver {
  FactsSeen Seen;
  void seen(const Fact &F, bool Resolved, bool ScopeFound) override {
    FactsSeen::Entry &E = Seen.Lines[{F.File, F.Line}];
    E.Entity = F.Entity;
    E.Resolved |= Resolved;
    E.ScopeFound |= ScopeFound;
  }
};

/// Analyses \p File. With \p Shared, \p File is the first of a group, and the
/// process analyses the one that it continues with after the fork.
void analyseFile(const Request &R, const std::string &File, FileResult &Out,
                 FactsSeen &Facts, Preamble *Head, SharedHead *Shared) {
  Out.File = File;
  std::vector<tooling::CompileCommand> Commands =
      R.Commands->getCompileCommands(File);
  if (Commands.empty()) {
    Out.Status = FileResult::Broken;
    Out.Errors.push_back(File + ": error: no compile command for this file");
    return;
  }
  FactsRecorder Recorder;
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), optionsFor(R, File)));
  Context.setCurrentBuildDirectory(Commands.front().Directory);
  auto Observed = observeFacts(Context, Recorder);
  Suppressions Silenced;
  Observer Consumer(Context, Silenced);
  auto DiagnosticOpts = std::make_unique<DiagnosticOptions>();
  auto Engine = std::make_unique<DiagnosticsEngine>(DiagnosticIDs::create(),
                                                    *DiagnosticOpts, &Consumer,
                                                    /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(DiagnosticOpts), Engine.get());

  tooling::ClangTool Tool(
      *R.Commands, {File}, std::make_shared<PCHContainerOperations>(),
      R.Sources ? R.Sources : llvm::vfs::getRealFileSystem());
  Tool.setPrintErrorMessage(false);
  Tool.setDiagnosticConsumer(&Consumer);
  adjustFlags(Tool, Out.Remarks);
  Entities Functions(Commands.front().Directory);
  Silenced.directory(Commands.front().Directory);
  ActionFactory Factory(Context, Functions, Silenced, Head, Shared);
  if (Shared)
    Tool.mapVirtualFile(Shared->path(), Shared->text());
  int Status = Tool.run(&Factory);

  Lines L(Tool.getFiles().getVirtualFileSystem());
  for (const tidy::ClangTidyError &E : Consumer.take())
    take(E,
         E.BuildDirectory.empty() ? StringRef(Commands.front().Directory)
                                  : StringRef(E.BuildDirectory),
         L, Out);
  for (Finding &F : Out.Findings)
    Functions.describe(F);
  Out.Suppressions = Silenced.take(
      [&](StringRef Rule) { return Context.isCheckEnabled(Rule); });
  if (!Out.Errors.empty() || Status != 0) {
    Out.Status = FileResult::Broken;
    if (Out.Errors.empty())
      Out.Errors.push_back(File + ": error: Clang could not run on this file");
  }
  Observed.reset(); // reports the facts of the last translation unit
  Facts = std::move(Recorder.Seen);
}

} // namespace

void analyseOne(const Request &R, const std::string &File, FileResult &Out,
                FactsSeen &Facts, Preamble *Head) {
  analyseFile(R, File, Out, Facts, Head, nullptr);
}

void analyseTogether(const Request &R, const std::vector<std::string> &Files,
                     const std::function<void(size_t, const FileResult &,
                                              const FactsSeen &)> &Done) {
  SharedHead Shared(R, Files);
  FileResult Out;
  FactsSeen Facts;
  analyseFile(R, Files.front(), Out, Facts, nullptr, &Shared);
  if (!Shared.current())
    return;
  Out.File = Files[*Shared.current()];
  if (Out.Status == FileResult::Analysed)
    Done(*Shared.current(), Out, Facts);
  // The parent process waits for this one, and continues with the next file.
  ::_exit(0);
}

} // namespace coro
