// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line: a table of subcommands, each a function from its arguments
// to an exit code.
#include "Analysis.h"
#include "Check.h"
#include "Pages.h"
#include "RunLog.h"
#include "clang-tidy/GlobList.h"
#include "writers/Writer.h"
#include "clang/Basic/Version.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace clang::tooling;

namespace coro {
namespace {

/// What the program answers with. Documented in docs/guide/checker.md.
enum ExitCode {
  Clean = 0,
  HasFindings = 1,
  BadUsage = 2,     // the command line, the configuration, or a facts file
  NotAnalysed = 3,  // some file could not be analysed
  NotWritten = 4,   // the output could not be written
  Interrupted = 130 // SIGINT, SIGTERM or SIGHUP
};

cl::OptionCategory Category("corolint");
cl::SubCommand CheckCommand("check", "lint files (the default)");
cl::SubCommand ListCommand("list", "list the rules and their options");
cl::SubCommand ExplainCommand("explain", "show the page of a rule");
cl::SubCommand FactsCommand(
    "facts", "check that every entity of facts files exists in a source file");
cl::SubCommand ReportCommand("report",
                             "show what debug mode wrote to AIO_DEBUG_LOG");

cl::list<std::string> Paths(cl::Positional, cl::desc("[paths...]"),
                            cl::sub(cl::SubCommand::getTopLevel()),
                            cl::sub(CheckCommand), cl::cat(Category));
cl::opt<std::string> BuildDir("p",
                              cl::desc("Directory with compile_commands.json"),
                              cl::value_desc("BUILD_DIR"),
                              cl::sub(cl::SubCommand::getTopLevel()),
                              cl::sub(CheckCommand), cl::sub(FactsCommand),
                              cl::cat(Category));
cl::list<std::string> FactsFiles("facts",
                                 cl::desc("Facts about a library of yours"),
                                 cl::value_desc("FILE"),
                                 cl::sub(cl::SubCommand::getTopLevel()),
                                 cl::sub(CheckCommand), cl::cat(Category));
cl::opt<std::string>
    Rules("rules", cl::desc("Rules to run: names or globs, comma separated"),
          cl::value_desc("LIST"), cl::sub(cl::SubCommand::getTopLevel()),
          cl::sub(CheckCommand), cl::cat(Category));
enum class Format { Text, Json };
cl::opt<Format> OutputFormat(
    "format", cl::desc("How findings are written"),
    cl::values(clEnumValN(Format::Text, "text", "As a compiler does"),
               clEnumValN(Format::Json, "json", "As one JSON array")),
    cl::init(Format::Text), cl::sub(cl::SubCommand::getTopLevel()),
    cl::sub(CheckCommand), cl::sub(ReportCommand), cl::cat(Category));
cl::opt<unsigned> Jobs("j", cl::desc("Files to analyse at a time"),
                       cl::value_desc("N"), cl::init(0),
                       cl::sub(cl::SubCommand::getTopLevel()),
                       cl::sub(CheckCommand), cl::cat(Category));
cl::opt<std::string> ExplainId(cl::Positional, cl::desc("ID"), cl::Required,
                               cl::sub(ExplainCommand), cl::cat(Category));
cl::list<std::string> FactsPositional(cl::Positional, cl::desc("FACTS..."),
                                      cl::OneOrMore, cl::sub(FactsCommand),
                                      cl::cat(Category));
cl::list<std::string> FactsIn("in",
                              cl::desc("The source that uses the library"),
                              cl::value_desc("SOURCE"), cl::OneOrMore,
                              cl::sub(FactsCommand), cl::cat(Category));
cl::list<std::string> RunLogs(cl::Positional, cl::desc("RUNLOG..."),
                              cl::OneOrMore, cl::sub(ReportCommand),
                              cl::cat(Category));
cl::opt<std::string>
    With("with", cl::desc("Findings of 'corolint --format=json' to compare"),
         cl::value_desc("STATIC.json"), cl::sub(ReportCommand),
         cl::cat(Category));

raw_ostream &complain() { return WithColor::error(errs(), "corolint"); }

/// The current directory, or "." when it has been deleted.
std::string rootDirectory() {
  SmallString<256> Here;
  if (sys::fs::current_path(Here))
    return ".";
  return std::string(Here);
}

std::string absolutePath(StringRef Path) {
  SmallString<256> P(Path);
  sys::path::make_absolute(rootDirectory(), P);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

bool isCppSource(StringRef Path) {
  return StringSwitch<bool>(sys::path::extension(Path))
      .Cases({".cpp", ".cc", ".cxx", ".c++", ".C", ".cp", ".cppm", ".ixx"},
             true)
      .Default(false);
}

bool isBelow(StringRef File, StringRef Directory) {
  return File.starts_with(Directory) &&
         (File.size() == Directory.size() || Directory.ends_with("/") ||
          File[Directory.size()] == '/');
}

/// The compile commands to use, or null after a message.
std::unique_ptr<CompilationDatabase>
findCommands(const std::vector<std::string> &Flags, bool HaveFlags,
             ArrayRef<std::string> Sources) {
  std::string Error;
  if (HaveFlags) {
    return std::make_unique<FixedCompilationDatabase>(rootDirectory(), Flags);
  }
  std::unique_ptr<CompilationDatabase> Found;
  if (!BuildDir.empty()) {
    Found = CompilationDatabase::loadFromDirectory(BuildDir, Error);
  } else {
    // In the directory of the sources, in `build` below it, and so on upwards.
    SmallString<256> Directory(
        absolutePath(Sources.empty() ? "." : Sources.front()));
    if (!sys::fs::is_directory(Directory))
      sys::path::remove_filename(Directory);
    while (!Found && !Directory.empty()) {
      for (StringRef Below : {"", "build"}) {
        SmallString<256> File(Directory);
        sys::path::append(File, Below, "compile_commands.json");
        if (!Found && sys::fs::exists(File))
          Found = CompilationDatabase::loadFromDirectory(
              sys::path::parent_path(File), Error);
      }
      if (sys::path::parent_path(Directory) == Directory.str())
        break;
      sys::path::remove_filename(Directory);
    }
    if (!Found && Error.empty())
      Error = "found no compile_commands.json in or above the sources";
  }
  if (!Found) {
    complain() << "no compile commands: " << StringRef(Error).trim() << '\n';
    errs() << "corolint: name the directory of compile_commands.json with "
              "'-p', or the compiler flags after '--'\n";
  }
  return Found;
}

/// The files to analyse; empty after a message.
std::vector<std::string> findFiles(const CompilationDatabase &Commands,
                                   bool HaveFlags,
                                   ArrayRef<std::string> Wanted) {
  std::vector<std::string> Files;
  std::set<std::string> Seen;
  auto Add = [&](std::string File) {
    if (Seen.insert(File).second)
      Files.push_back(std::move(File));
  };
  std::vector<std::string> Listed;
  if (!HaveFlags)
    for (const std::string &File : Commands.getAllFiles())
      if (isCppSource(File))
        Listed.push_back(absolutePath(File));
  llvm::sort(Listed);
  if (Wanted.empty())
    for (std::string &File : Listed)
      Add(std::move(File));
  for (const std::string &Path : Wanted) {
    std::string P = absolutePath(Path);
    if (!sys::fs::exists(P)) {
      complain() << "'" << Path << "': no such file or directory\n";
      return {};
    }
    if (!sys::fs::is_directory(P)) {
      Add(std::move(P));
      continue;
    }
    size_t Before = Files.size();
    if (HaveFlags) {
      std::vector<std::string> Below;
      std::error_code Error;
      for (sys::fs::recursive_directory_iterator It(P, Error), End;
           It != End && !Error; It.increment(Error))
        if (isCppSource(It->path()) && !sys::fs::is_directory(It->path()))
          Below.push_back(It->path());
      llvm::sort(Below);
      for (std::string &File : Below)
        Add(std::move(File));
    } else {
      for (const std::string &File : Listed)
        if (isBelow(File, P))
          Add(File);
    }
    if (Files.size() == Before) {
      complain() << "no C++ source file below '" << Path << "'"
                 << (HaveFlags ? "" : " in the compile commands") << '\n';
      return {};
    }
  }
  if (Files.empty())
    complain() << "no C++ source file in the compile commands\n";
  return Files;
}

/// The rules named by `--rules` as globs over full names; false after a
/// message.
bool findRules(std::vector<std::string> &Globs) {
  SmallVector<StringRef, 8> Items;
  StringRef(Rules).split(Items, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Item : Items) {
    Item = Item.trim();
    bool Minus = Item.consume_front("-");
    std::string Name = Item.starts_with("coro-") || Item.starts_with("*")
                           ? Item.str()
                           : ("coro-" + Item).str();
    clang::tidy::GlobList Glob(Name);
    if (none_of(registrations(), [&](const Registration &R) {
          return Glob.contains(
              StringRef(R.What->Rule.data(), R.What->Rule.size()));
        })) {
      complain() << "there is no rule '" << Item
                 << "'; 'corolint list' shows them all\n";
      return false;
    }
    Globs.push_back((Minus ? "-" : "") + Name);
  }
  // Only exclusions: from all rules.
  if (!Globs.empty() && Globs.front().front() == '-')
    Globs.insert(Globs.begin(), "coro-*");
  return true;
}

/// Reads the facts files once, for their errors; false after a message.
bool checkFactsFiles(ArrayRef<std::string> Files,
                     std::vector<std::string> &Absolute) {
  bool Fine = true;
  for (const std::string &File : Files) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
    if (!Buffer) {
      complain() << "cannot read facts file '" << File
                 << "': " << Buffer.getError().message() << '\n';
      Fine = false;
      continue;
    }
    FactsBase Base;
    for (const FactsError &E : Base.parse(File, (*Buffer)->getBuffer(), true)) {
      errs() << E.File << ':' << E.Line << ": error: " << E.Reason << '\n';
      Fine = false;
    }
    Absolute.push_back(absolutePath(File));
  }
  return Fine;
}

/// Says which entities of the user's facts exist nowhere. With \p Strict, every
/// one is an error; otherwise only one whose scope exists.
bool reportFacts(const FactsSeen &Seen, bool Strict) {
  bool Fine = true;
  for (const auto &[Where, Entry] : Seen.Lines) {
    if (Entry.Resolved)
      continue;
    bool Wrong = Strict || Entry.ScopeFound;
    errs() << Where.first << ':' << Where.second << ": "
           << (Wrong ? "error: " : "warning: ") << "'" << Entry.Entity
           << "' does not exist in the analysed files"
           << (Entry.ScopeFound ? ": nothing of that name in its scope" : "")
           << '\n';
    Fine &= !Wrong;
  }
  return Fine;
}

int finishOutput() {
  outs().flush();
  if (!outs().has_error())
    return Clean;
  complain() << "cannot write the output: " << outs().error().message() << '\n';
  outs().clear_error();
  return NotWritten;
}

std::string plural(size_t N, const char *Word) {
  return std::to_string(N) + " " + Word + (N == 1 ? "" : "s");
}

int check(const std::vector<std::string> &Flags, bool HaveFlags) {
  Request R;
  std::vector<std::string> Wanted(Paths.begin(), Paths.end());
  if (!findRules(R.Rules) ||
      !checkFactsFiles(
          std::vector<std::string>(FactsFiles.begin(), FactsFiles.end()),
          R.FactsFiles))
    return BadUsage;
  if (HaveFlags && Wanted.empty()) {
    complain() << "no file named before '--'\n";
    return BadUsage;
  }
  auto Commands = findCommands(Flags, HaveFlags, Wanted);
  if (!Commands)
    return BadUsage;
  R.Commands = Commands.get();
  R.Files = findFiles(*Commands, HaveFlags, Wanted);
  if (R.Files.empty())
    return BadUsage;
  R.Jobs = Jobs ? unsigned(Jobs)
                : std::max(1U, hardware_concurrency().compute_thread_count());

  bool Configured = true;
  std::set<std::string> Seen;
  for (const std::string &File : R.Files)
    for (const std::string &Problem : configurationErrors(File, Seen)) {
      complain() << Problem << '\n';
      Configured = false;
    }
  if (!Configured)
    return BadUsage;

  std::set<std::string> Said;
  bool Problems = false;
  unsigned NotDone = 0;
  RunResult Run = analyse(R, [&](const FileResult &F) {
    for (const std::string &Remark : F.Remarks)
      if (Said.insert(Remark).second)
        errs() << "corolint: " << Remark << '\n';
    for (const std::string &Problem : F.Problems) {
      Problems = true;
      if (Said.insert(Problem).second)
        complain() << Problem << '\n';
    }
    if (F.Status != FileResult::Analysed)
      ++NotDone;
    for (const std::string &Error : F.Errors)
      if (Said.insert(Error).second)
        errs() << Error << '\n';
  });
  if (Run.Interrupted) {
    complain() << "interrupted; nothing is written\n";
    return Interrupted;
  }
  if (OutputFormat == Format::Json)
    writeJson(outs(), Run.Findings);
  else
    writeText(outs(), Run.Findings, rootDirectory());
  if (int Failed = finishOutput())
    return Failed;
  errs() << "corolint: " << plural(Run.Findings.size(), "finding") << " in "
         << plural(R.Files.size(), "file");
  if (NotDone)
    errs() << "; " << NotDone << " could not be analysed";
  errs() << '\n';
  if (!reportFacts(Run.Facts, /*Strict=*/false) || Problems)
    return BadUsage;
  if (NotDone)
    return NotAnalysed;
  return Run.Findings.empty() ? Clean : HasFindings;
}

int list() {
  clang::tidy::ClangTidyContext Context(
      std::make_unique<clang::tidy::DefaultOptionsProvider>(
          clang::tidy::ClangTidyGlobalOptions(),
          clang::tidy::ClangTidyOptions()));
  for (const Registration &R : registrations()) {
    outs() << StringRef(R.What->Rule.data(), R.What->Rule.size()) << " ("
           << (R.What->Level == Severity::Error ? "error" : "warning")
           << "): " << StringRef(R.What->Summary.data(), R.What->Summary.size())
           << '\n';
    auto Rule = R.Make(&Context);
    for (const OptionBase *O : Rule->options())
      outs() << "    " << O->Name << " = " << O->defaultText() << ": " << O->Doc
             << '\n';
  }
  return finishOutput();
}

int explain() {
  StringRef Id = ExplainId;
  Id.consume_front("coro-");
  for (size_t I = 0; I < PageCount; ++I)
    if (Id == Pages[I].Id) {
      outs() << Pages[I].Text;
      return finishOutput();
    }
  complain() << "there is no rule '" << ExplainId
             << "'; 'corolint list' shows them all\n";
  return BadUsage;
}

int facts(const std::vector<std::string> &Flags, bool HaveFlags) {
  Request R;
  if (!checkFactsFiles(std::vector<std::string>(FactsPositional.begin(),
                                                FactsPositional.end()),
                       R.FactsFiles))
    return BadUsage;
  std::vector<std::string> Sources(FactsIn.begin(), FactsIn.end());
  auto Commands = findCommands(Flags, HaveFlags, Sources);
  if (!Commands)
    return BadUsage;
  R.Commands = Commands.get();
  R.Files = findFiles(*Commands, HaveFlags, Sources);
  if (R.Files.empty())
    return BadUsage;
  bool Broken = false;
  RunResult Run = analyse(R, [&](const FileResult &F) {
    for (const std::string &Error : F.Errors)
      errs() << Error << '\n';
    Broken |= F.Status != FileResult::Analysed;
  });
  if (Run.Interrupted)
    return Interrupted;
  if (Broken)
    return NotAnalysed;
  if (!reportFacts(Run.Facts, /*Strict=*/true))
    return BadUsage;
  outs() << plural(Run.Facts.Lines.size(), "fact") << ", all of them exist\n";
  return finishOutput();
}

/// The findings of a file that `--format=json` wrote; none after a message.
std::optional<std::vector<Finding>> readFindings(StringRef File) {
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer) {
    complain() << "cannot read '" << File
               << "': " << Buffer.getError().message() << '\n';
    return std::nullopt;
  }
  auto Wrong = [&](const Twine &Reason) {
    complain() << "'" << File
               << "' holds no findings of '--format=json': " << Reason << '\n';
    return std::nullopt;
  };
  Expected<json::Value> Parsed = json::parse((*Buffer)->getBuffer());
  if (!Parsed)
    return Wrong(toString(Parsed.takeError()));
  const json::Array *Items = Parsed->getAsArray();
  if (!Items)
    return Wrong("it is no array");
  std::vector<Finding> Findings;
  json::Path::Root Root("findings");
  const json::Path All(Root);
  for (size_t I = 0; I < Items->size(); ++I) {
    if (!fromJSON((*Items)[I], Findings.emplace_back(), All.index(I)))
      return Wrong(toString(Root.getError()));
  }
  return Findings;
}

void writeFindings(const std::vector<Finding> &Findings) {
  if (OutputFormat == Format::Json)
    writeJson(outs(), Findings);
  else
    writeText(outs(), Findings, rootDirectory());
}

int report() {
  RunLogReader Reader;
  for (const std::string &File : RunLogs) {
    auto Buffer = MemoryBuffer::getFileOrSTDIN(File, /*IsText=*/true);
    if (!Buffer) {
      complain() << "cannot read run log '" << File
                 << "': " << Buffer.getError().message() << '\n';
      return BadUsage;
    }
    Reader.read(File, (*Buffer)->getBuffer());
  }
  RunLog Log = Reader.take();
  size_t Total = Log.Findings.size();
  std::string Summary;
  if (With.empty()) {
    writeFindings(Log.Findings);
    Summary = plural(Log.Reports, "report");
  } else {
    auto Static = readFindings(With);
    if (!Static)
      return BadUsage;
    Joined J = join(std::move(*Static), std::move(Log.Findings));
    std::vector<Finding> All;
    for (auto [Words, Part] :
         {std::pair("confirmed at run time", &J.Both),
          std::pair("seen only statically", &J.StaticOnly),
          std::pair("seen only at run time", &J.RunOnly)}) {
      std::string Head = std::to_string(Part->size()) + " " + Words;
      Summary += (Summary.empty() ? "" : ", ") + Head;
      if (OutputFormat == Format::Text && !Part->empty()) {
        outs() << "-- " << Head << '\n';
        writeText(outs(), *Part, rootDirectory());
      }
      All.insert(All.end(), Part->begin(), Part->end());
    }
    llvm::sort(All);
    Total = All.size();
    if (OutputFormat != Format::Text)
      writeFindings(All);
  }
  if (int Failed = finishOutput())
    return Failed;
  errs() << "corolint: " << plural(Total, "finding") << ": " << Summary << '\n';
  for (const std::string &Problem : Log.Problems)
    errs() << Problem << '\n';
  if (!Log.Problems.empty()) {
    complain() << plural(Log.Problems.size(), "line") << " could not be read\n";
    return NotAnalysed;
  }
  return Total == 0 ? Clean : HasFindings;
}

int run(int Count, const char **Arguments) {
  // Everything behind "--" is for the compiler.
  std::vector<const char *> Own;
  std::vector<std::string> Flags;
  bool HaveFlags = false;
  for (int I = 0; I < Count; ++I) {
    if (!HaveFlags && StringRef(Arguments[I]) == "--")
      HaveFlags = true;
    else if (HaveFlags)
      Flags.push_back(Arguments[I]);
    else
      Own.push_back(Arguments[I]);
  }
  cl::HideUnrelatedOptions(Category);
  for (cl::SubCommand *Sub : {&CheckCommand, &ListCommand, &ExplainCommand,
                              &FactsCommand, &ReportCommand})
    cl::HideUnrelatedOptions(Category, *Sub);
  cl::SetVersionPrinter([](raw_ostream &OS) {
    OS << "corolint " COROLINT_VERSION " (Clang " CLANG_VERSION_STRING ")\n";
  });
  std::string Message;
  raw_string_ostream Errors(Message);
  if (!cl::ParseCommandLineOptions(
          static_cast<int>(Own.size()), Own.data(),
          "corolint finds the pitfalls of C++20 coroutines.\n", &Errors)) {
    errs() << Message;
    return BadUsage;
  }
  if (ListCommand)
    return list();
  if (ExplainCommand)
    return explain();
  if (FactsCommand)
    return facts(Flags, HaveFlags);
  if (ReportCommand)
    return report();
  return check(Flags, HaveFlags);
}

} // namespace
} // namespace coro

int main(int Count, const char **Arguments) {
  return coro::run(Count, Arguments);
}
