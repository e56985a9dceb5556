// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs Clang over one file in a worker process, skipping the bodies of system
// headers.
#include "Analysis.h"
#include "Check.h"
#include "Worker.h"
#include "clang-tidy/ClangTidy.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Options/Options.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/YAMLParser.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

std::string resourceDirectory() {
  // Where Debian puts them first, then next to an unpacked LLVM.
  for (StringRef Directory :
       {StringRef(COROLINT_RESOURCE_DIR),
        StringRef("/usr/lib/llvm-" CLANG_VERSION_MAJOR_STRING
                  "/lib/clang/" CLANG_VERSION_MAJOR_STRING)})
    if (llvm::sys::fs::exists(Directory + "/include/stddef.h"))
      return Directory.str();
  return COROLINT_RESOURCE_DIR;
}

//===-- Flags -------------------------------------------------------------===//

namespace {

/// Makes any compiler's command one that Clang understands.
tooling::CommandLineArguments
clangCommand(const tooling::CommandLineArguments &Command,
             std::vector<std::string> &Remarks) {
  if (Command.empty())
    return Command;
  std::vector<const char *> Raw;
  for (size_t I = 1; I < Command.size(); ++I)
    Raw.push_back(Command[I].c_str());
  unsigned MissingIndex = 0, MissingCount = 0;
  llvm::opt::InputArgList Args = getDriverOptTable().ParseArgs(
      Raw, MissingIndex, MissingCount,
      llvm::opt::Visibility(options::ClangOption));
  tooling::CommandLineArguments Out = {Command[0]};
  std::set<unsigned> Dropped;
  bool Standard = false;
  std::string Left;
  for (const llvm::opt::Arg *A : Args) {
    if (A->getOption().matches(options::OPT_UNKNOWN)) {
      Dropped.insert(A->getIndex());
      // What every g++ build has needs no remark.
      if (!StringRef(A->getSpelling()).starts_with("-fcoroutines"))
        Left += (Left.empty() ? "" : " ") + std::string(A->getSpelling());
    }
    Standard |= A->getOption().matches(options::OPT_std_EQ);
  }
  for (unsigned I = 0; I < Raw.size(); ++I)
    if (!Dropped.count(I))
      Out.push_back(Raw[I]);
  if (!Left.empty())
    Remarks.push_back("flags that Clang does not know are left out: " + Left);
  auto End = std::find(Out.begin(), Out.end(), "--");
  std::vector<std::string> Extra = {"-Wno-error", "-Wno-everything",
                                    "-fno-spell-checking",
                                    "-resource-dir=" + resourceDirectory()};
  if (!Standard)
    Extra.push_back("-std=c++20");
  Out.insert(End, Extra.begin(), Extra.end());
  return Out;
}

//===-- One translation unit ----------------------------------------------===//

/// Bodies in system headers are not needed but for what tells about types.
class BodySkipper : public MultiplexConsumer {
public:
  BodySkipper(std::vector<std::unique_ptr<ASTConsumer>> Consumers,
              const SourceManager &SM)
      : MultiplexConsumer(std::move(Consumers)), SM(SM) {}

  bool shouldSkipFunctionBody(Decl *D) override {
    if (!SM.isInSystemHeader(SM.getExpansionLoc(D->getLocation())))
      return false;
    const FunctionDecl *F = D->getAsFunction();
    if (!F)
      return true;
    // What a task's destructor does is a fact of its type; the standard library
    // has no tasks.
    if (isa<CXXDestructorDecl>(F))
      return F->getEnclosingNamespaceContext()->isStdNamespace();
    StringRef Name =
        F->getDeclName().isIdentifier() ? F->getName() : StringRef();
    return Name != "initial_suspend" && Name != "await_ready";
  }

private:
  const SourceManager &SM;
};

class Action : public ASTFrontendAction {
public:
  explicit Action(tidy::ClangTidyASTConsumerFactory &Factory)
      : Factory(Factory) {}
  bool BeginInvocation(CompilerInstance &CI) override {
    CI.getFrontendOpts().SkipFunctionBodies = true;
    return true;
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef File) override {
    std::vector<std::unique_ptr<ASTConsumer>> Consumers;
    Consumers.push_back(Factory.createASTConsumer(CI, File));
    return std::make_unique<BodySkipper>(std::move(Consumers),
                                         CI.getSourceManager());
  }

private:
  tidy::ClangTidyASTConsumerFactory &Factory;
};

class ActionFactory : public tooling::FrontendActionFactory {
public:
  explicit ActionFactory(tidy::ClangTidyContext &Context) : Factory(Context) {}
  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Action>(Factory);
  }

private:
  tidy::ClangTidyASTConsumerFactory Factory;
};

/// Turns offsets into lines and columns, reading each file once.
class Lines {
public:
  Place at(StringRef File, unsigned Offset) {
    auto &Starts = Cache[File.str()];
    if (Starts.empty()) {
      Starts.push_back(0);
      if (auto Buffer = llvm::MemoryBuffer::getFile(File)) {
        StringRef Text = (*Buffer)->getBuffer();
        for (size_t I = 0; I < Text.size(); ++I)
          if (Text[I] == '\n')
            Starts.push_back(I + 1);
      }
    }
    auto It = std::upper_bound(Starts.begin(), Starts.end(), Offset) - 1;
    return {File.str(), static_cast<unsigned>(It - Starts.begin()) + 1,
            Offset - *It + 1};
  }

private:
  std::map<std::string, std::vector<unsigned>> Cache;
};

std::string absolute(StringRef Path, StringRef Directory) {
  llvm::SmallString<256> P(Path);
  if (!llvm::sys::path::is_absolute(P)) {
    P = Directory;
    llvm::sys::path::append(P, Path);
  }
  llvm::sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

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
               : L.at(absolute(M.FilePath, Directory), M.FileOffset);
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
        std::string Path = absolute(R.getFilePath(), Directory);
        Edit Change{L.at(Path, R.getOffset()),
                    L.at(Path, R.getOffset() + R.getLength()),
                    R.getReplacementText().str()};
        if (!llvm::is_contained(F.Fixes, Change))
          F.Fixes.push_back(std::move(Change));
      }
  };
  Fixes(E.Message.Fix);
  for (const tooling::DiagnosticMessage &N : E.Notes) {
    F.Notes.push_back({At(N), N.Message});
    Fixes(N.Fix);
  }
  Out.Findings.push_back(std::move(F));
}

/// The options of the file's `.clang-tidy` chain; only its word on our rules
/// counts, and every rule is on unless it says otherwise.
tidy::ClangTidyOptions optionsFor(const Request &R, StringRef File) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.HeaderFilterRegex = ".*";
  tidy::FileOptionsProvider Provider({}, Defaults, {});
  tidy::ClangTidyOptions Options = Provider.getOptions(File);
  std::string Checks = "-*,coro-*";
  if (R.Rules.empty()) {
    llvm::SmallVector<StringRef, 16> Globs;
    const std::string Configured = Options.Checks.value_or("");
    StringRef(Configured).split(Globs, ',');
    for (StringRef Glob : Globs)
      if (Glob.contains("coro-"))
        Checks += "," + Glob.trim().str();
  } else {
    Checks = "-*";
    for (const std::string &Glob : R.Rules)
      Checks += "," + Glob;
  }
  Options.Checks = Checks;
  Options.WarningsAsErrors = "";
  Options.SystemHeaders = false;
  if (!R.FactsFiles.empty())
    Options.CheckOptions[FactsOption] =
        tidy::ClangTidyOptions::ClangTidyValue(llvm::join(R.FactsFiles, ";"));
  return Options;
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

} // namespace

/// Analyses \p File in this process.
static void analyseOne(const Request &R, const std::string &File,
                       FileResult &Out, FactsSeen &Facts) {
  Out.File = File;
  std::vector<tooling::CompileCommand> Commands =
      R.Commands->getCompileCommands(File);
  if (Commands.empty()) {
    Out.Status = FileResult::Broken;
    Out.Errors.push_back(File + ": error: no compile command for this file");
    return;
  }
  FactsRecorder Recorder;
  TheFactsObserver = &Recorder;
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), optionsFor(R, File)));
  Context.setCurrentBuildDirectory(Commands.front().Directory);
  tidy::ClangTidyDiagnosticConsumer Consumer(Context);
  auto DiagnosticOpts = std::make_unique<DiagnosticOptions>();
  auto Engine = std::make_unique<DiagnosticsEngine>(DiagnosticIDs::create(),
                                                    *DiagnosticOpts, &Consumer,
                                                    /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(DiagnosticOpts), Engine.get());

  tooling::ClangTool Tool(*R.Commands, {File});
  Tool.setPrintErrorMessage(false);
  Tool.setDiagnosticConsumer(&Consumer);
  Tool.clearArgumentsAdjusters();
  Tool.appendArgumentsAdjuster(tooling::getClangStripOutputAdjuster());
  Tool.appendArgumentsAdjuster(tooling::getClangStripDependencyFileAdjuster());
  Tool.appendArgumentsAdjuster(tooling::getStripPluginsAdjuster());
  Tool.appendArgumentsAdjuster(
      [&](const tooling::CommandLineArguments &Args, StringRef) {
        return clangCommand(Args, Out.Remarks);
      });
  Tool.appendArgumentsAdjuster(tooling::getClangSyntaxOnlyAdjuster());
  ActionFactory Factory(Context);
  int Status = Tool.run(&Factory);

  Lines L;
  for (const tidy::ClangTidyError &E : Consumer.take())
    take(E,
         E.BuildDirectory.empty() ? StringRef(Commands.front().Directory)
                                  : StringRef(E.BuildDirectory),
         L, Out);
  if (!Out.Errors.empty() || Status != 0) {
    Out.Status = FileResult::Broken;
    if (Out.Errors.empty())
      Out.Errors.push_back(File + ": error: Clang could not run on this file");
  }
  Facts = std::move(Recorder.Seen);
  TheFactsObserver = nullptr;
}

//===-- Between processes -------------------------------------------------===//

static llvm::json::Array strings(const std::vector<std::string> &All) {
  llvm::json::Array A;
  for (const std::string &S : All)
    A.push_back(llvm::json::fixUTF8(S));
  return A;
}

static std::string encode(const FileResult &F, const FactsSeen &Facts) {
  llvm::json::Object O;
  O["status"] = static_cast<int>(F.Status);
  O["errors"] = strings(F.Errors);
  O["remarks"] = strings(F.Remarks);
  O["problems"] = strings(F.Problems);
  llvm::json::Array Findings;
  for (const Finding &One : F.Findings)
    Findings.push_back(toJSON(One));
  O["findings"] = std::move(Findings);
  llvm::json::Array Seen;
  for (const auto &[Key, Entry] : Facts.Lines)
    Seen.push_back(llvm::json::Object{{"file", llvm::json::fixUTF8(Key.first)},
                                      {"line", Key.second},
                                      {"entity", Entry.Entity},
                                      {"resolved", Entry.Resolved},
                                      {"scope", Entry.ScopeFound}});
  O["facts"] = std::move(Seen);
  std::string Text;
  llvm::raw_string_ostream(Text) << llvm::json::Value(std::move(O));
  return Text;
}

static bool decode(StringRef Text, FileResult &F, FactsSeen &Facts) {
  llvm::Expected<llvm::json::Value> V = llvm::json::parse(Text);
  if (!V) {
    llvm::consumeError(V.takeError());
    return false;
  }
  const llvm::json::Object *O = V->getAsObject();
  if (!O)
    return false;
  F.Status =
      static_cast<FileResult::State>(O->getInteger("status").value_or(0));
  auto Strings = [&](StringRef Name, std::vector<std::string> &Out) {
    if (const llvm::json::Array *A = O->getArray(Name))
      for (const llvm::json::Value &S : *A)
        Out.push_back(S.getAsString().value_or("").str());
  };
  Strings("errors", F.Errors);
  Strings("remarks", F.Remarks);
  Strings("problems", F.Problems);
  llvm::json::Path::Root Root;
  if (const llvm::json::Array *A = O->getArray("findings"))
    for (const llvm::json::Value &One : *A) {
      Finding Found;
      if (!fromJSON(One, Found, Root))
        return false;
      F.Findings.push_back(std::move(Found));
    }
  if (const llvm::json::Array *A = O->getArray("facts"))
    for (const llvm::json::Value &One : *A)
      if (const llvm::json::Object *Line = One.getAsObject()) {
        FactsSeen::Entry &E = Facts.Lines[{
            Line->getString("file").value_or("").str(),
            static_cast<unsigned>(Line->getInteger("line").value_or(0))}];
        E.Entity = Line->getString("entity").value_or("").str();
        E.Resolved |= Line->getBoolean("resolved").value_or(false);
        E.ScopeFound |= Line->getBoolean("scope").value_or(false);
      }
  return true;
}

RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done) {
  RunResult Run;
  Run.Files.resize(R.Files.size());
  Run.Interrupted = !runWorkers(
      R.Files.size(), R.Jobs,
      [&](size_t Index) {
        FileResult Result;
        FactsSeen Facts;
        analyseOne(R, R.Files[Index], Result, Facts);
        return encode(Result, Facts);
      },
      [&](size_t Index, const WorkerEnd &End) {
        FileResult &Result = Run.Files[Index];
        Result.File = R.Files[Index];
        if (!End.Died.empty() || !decode(End.Output, Result, Run.Facts)) {
          Result = FileResult();
          Result.File = R.Files[Index];
          Result.Status = FileResult::Crashed;
          Result.Errors.push_back(
              Result.File + ": error: Clang crashed on this file (" +
              (End.Died.empty() ? "no result" : End.Died) + ")");
        }
        Done(Result);
      });
  // One finding a place, whatever the number of files that include it.
  std::set<std::tuple<Place, std::string>> Seen;
  for (const FileResult &F : Run.Files)
    for (const Finding &Found : F.Findings)
      if (Seen.insert({Found.At, Found.Rule}).second)
        Run.Findings.push_back(Found);
  llvm::sort(Run.Findings);
  return Run;
}

//===-- Configuration -----------------------------------------------------===//

std::vector<std::string> configurationErrors(StringRef File,
                                             std::set<std::string> &Seen) {
  std::vector<std::string> Problems;
  std::set<std::string> KnownOptions = {FactsOption.str()};
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), tidy::ClangTidyOptions()));
  for (const Registration &R : registrations()) {
    std::unique_ptr<Check> Rule = R.Make(&Context);
    for (const OptionBase *O : Rule->options())
      KnownOptions.insert(std::string(R.What->Rule) + "." + O->Name.str());
  }

  llvm::SmallString<256> Directory(llvm::sys::path::parent_path(File));
  while (!Directory.empty()) {
    if (!Seen.insert(std::string(Directory)).second)
      break;
    llvm::SmallString<256> Config(Directory);
    llvm::sys::path::append(Config, ".clang-tidy");
    if (llvm::sys::fs::exists(Config)) {
      auto Buffer = llvm::MemoryBuffer::getFile(Config, /*IsText=*/true);
      if (!Buffer) {
        Problems.push_back((Config + ": " + Buffer.getError().message()).str());
      } else {
        auto Options = tidy::parseConfigurationWithDiags(
            (*Buffer)->getMemBufferRef(), [&](const llvm::SMDiagnostic &D) {
              Problems.push_back(
                  (D.getFilename() + ":" + llvm::Twine(D.getLineNo()) + ":" +
                   llvm::Twine(D.getColumnNo() + 1) + ": " + D.getMessage())
                      .str());
            });
        if (Options)
          for (const auto &Option : Options->CheckOptions)
            if ((Option.getKey().starts_with("coro-") ||
                 Option.getKey().starts_with("Coro")) &&
                !KnownOptions.count(Option.getKey().str()))
              Problems.push_back(
                  (Config + ": unknown option '" + Option.getKey() + "'")
                      .str());
      }
    }
    llvm::StringRef Parent = llvm::sys::path::parent_path(Directory);
    if (Parent == Directory)
      break;
    Directory = llvm::SmallString<256>(Parent);
  }
  return Problems;
}

} // namespace coro
