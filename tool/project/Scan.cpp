// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the preprocessor over the directives only, as clang-scan-deps does, and
// records every file that it finds or misses.
#include "project/Scan.h"
#include "analysis/Flags.h"
#include "clang/DependencyScanning/DependencyScanningFilesystem.h"
#include "clang/DependencyScanning/DependencyScanningService.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/DependencyDirectivesScanner.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

using namespace clang;
using llvm::StringRef;

namespace coro {
namespace {

using DirectivesFilesystem = dependencies::DependencyScanningWorkerFilesystem;

/// Records the paths that do not exist. If such a file appears later, it may be
/// included in place of another one.
class MissNoting : public llvm::vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto Found = ProxyFileSystem::status(Path);
    if (Found.getError() == std::errc::no_such_file_or_directory)
      note(Path);
    return Found;
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    auto Found = ProxyFileSystem::openFileForRead(Path);
    if (Found.getError() == std::errc::no_such_file_or_directory)
      note(Path);
    return Found;
  }
  bool exists(const llvm::Twine &Path) override {
    bool Found = ProxyFileSystem::exists(Path);
    if (!Found)
      note(Path);
    return Found;
  }

  std::vector<std::string> take() {
    std::vector<std::string> All;
    for (const auto &Entry : Missing)
      All.push_back(Entry.getKey().str());
    Missing.clear();
    llvm::sort(All);
    return All;
  }

private:
  void note(const llvm::Twine &Path) {
    llvm::SmallString<256> P;
    Path.toVector(P);
    if (!P.empty() && !ProxyFileSystem::makeAbsolute(P))
      Missing.insert(P);
  }
  llvm::StringSet<> Missing;
};

class Directives : public DependencyDirectivesGetter {
public:
  explicit Directives(llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files)
      : Files(std::move(Files)) {}
  std::unique_ptr<DependencyDirectivesGetter> cloneFor(FileManager &) override {
    return std::make_unique<Directives>(Files);
  }
  std::optional<ArrayRef<dependency_directives_scan::Directive>>
  operator()(FileEntryRef File) override {
    return Files->getDirectiveTokens(File.getName());
  }

private:
  llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files;
};

class ScanAction : public PreprocessOnlyAction {
public:
  ScanAction(llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files, Scanned &Out)
      : Files(std::move(Files)), Out(Out) {}

  bool BeginInvocation(CompilerInstance &CI) override {
    CI.setDependencyDirectivesGetter(std::make_unique<Directives>(Files));
    // The content of modules and precompiled headers is not among the inputs.
    Modules = CI.getHeaderSearchOpts().ImplicitModuleMaps ||
              !CI.getPreprocessorOpts().ImplicitPCHInclude.empty();
    return PreprocessOnlyAction::BeginInvocation(CI);
  }
  void EndSourceFileAction() override {
    CompilerInstance &CI = getCompilerInstance();
    const SourceManager &SM = CI.getSourceManager();
    std::set<std::string> Seen;
    auto Add = [&](StringRef Name) {
      llvm::SmallString<256> Path(Name);
      CI.getFileManager().makeAbsolutePath(Path);
      if (Seen.insert(std::string(Path)).second)
        Out.Inputs.push_back(std::string(Path));
    };
    if (OptionalFileEntryRef Main = SM.getFileEntryRefForID(SM.getMainFileID()))
      Add(Main->getName());
    for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
      Add(It->first.getName());
    // The order of the source manager is not deterministic.
    llvm::sort(Out.Inputs.begin() + !Out.Inputs.empty(), Out.Inputs.end());
    Out.Complete = !Modules && !CI.getDiagnostics().hasErrorOccurred();
    PreprocessOnlyAction::EndSourceFileAction();
  }

private:
  llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files;
  Scanned &Out;
  bool Modules = false;
};

class ScanFactory : public tooling::FrontendActionFactory {
public:
  ScanFactory(llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files,
              Scanned &Out)
      : Files(std::move(Files)), Out(Out) {}
  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<ScanAction>(Files, Out);
  }

private:
  llvm::IntrusiveRefCntPtr<DirectivesFilesystem> Files;
  Scanned &Out;
};

} // namespace

std::vector<Scanned> scan(const Request &R, llvm::ArrayRef<std::string> Files) {
  // Reads each header once for all files, and keeps only its directives.
  dependencies::DependencyScanningFilesystemSharedCache Shared;
  std::vector<Scanned> All;
  for (const std::string &File : Files) {
    Scanned &Out = All.emplace_back();
    auto Directives = llvm::makeIntrusiveRefCnt<DirectivesFilesystem>(
        Shared, llvm::vfs::createPhysicalFileSystem());
    auto Noting = llvm::makeIntrusiveRefCnt<MissNoting>(Directives);
    tooling::ClangTool Tool(*R.Commands, {File},
                            std::make_shared<PCHContainerOperations>(), Noting);
    Tool.setPrintErrorMessage(false);
    IgnoringDiagConsumer Ignored;
    Tool.setDiagnosticConsumer(&Ignored);
    std::vector<std::string> Remarks;
    adjustFlags(Tool, Remarks);
    ScanFactory Factory(Directives, Out);
    if (Tool.run(&Factory) != 0)
      Out.Complete = false;
    Out.Missing = Noting->take();
  }
  return All;
}

std::string encode(const Scanned &S) {
  std::string Text = S.Complete ? "complete\n" : "incomplete\n";
  for (auto [Sign, Paths] :
       {std::pair('+', &S.Inputs), std::pair('-', &S.Missing)})
    for (const std::string &Path : *Paths)
      (Text += Sign).append(Path).append("\n");
  return Text;
}

bool decode(StringRef Text, Scanned &S) {
  StringRef Line;
  std::tie(Line, Text) = Text.split('\n');
  S.Complete = Line == "complete";
  if (!S.Complete && Line != "incomplete")
    return false;
  while (!Text.empty()) {
    std::tie(Line, Text) = Text.split('\n');
    if (Line.consume_front("+"))
      S.Inputs.push_back(Line.str());
    else if (Line.consume_front("-"))
      S.Missing.push_back(Line.str());
    else
      return false;
  }
  return !S.Inputs.empty() || !S.Complete;
}

} // namespace coro
