// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds what the command line names, and says what is wrong with it.
#include "Project.h"
#include "Check.h"
#include "Flags.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;
using namespace clang::tooling;

namespace coro {

raw_ostream &complain() { return WithColor::error(errs(), "corolint"); }

std::string plural(size_t N, const char *Word) {
  return std::to_string(N) + " " + Word + (N == 1 ? "" : "s");
}

std::string currentDirectory() {
  SmallString<256> Here;
  if (sys::fs::current_path(Here))
    return ".";
  return std::string(Here);
}

std::string absolutePath(StringRef Path) {
  SmallString<256> P(Path);
  sys::path::make_absolute(currentDirectory(), P);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

static bool isCppSource(StringRef Path) {
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

std::string findRoot(ArrayRef<std::string> Sources) {
  SmallString<256> Directory(
      absolutePath(Sources.empty() ? "." : Sources.front()));
  while (!Directory.empty()) {
    SmallString<256> Git(Directory);
    sys::path::append(Git, ".git");
    if (sys::fs::exists(Git))
      return std::string(Directory);
    StringRef Parent = sys::path::parent_path(Directory);
    if (Parent == Directory)
      break;
    Directory = SmallString<256>(Parent);
  }
  return currentDirectory();
}

std::unique_ptr<CompilationDatabase>
findCommands(StringRef BuildDir, const CompilerFlags &Flags,
             ArrayRef<std::string> Sources) {
  std::string Error;
  if (Flags.Given)
    return std::make_unique<FixedCompilationDatabase>(currentDirectory(),
                                                      Flags.Flags);
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
      for (StringRef Name :
           {"compile_commands.json", "build/compile_commands.json",
            "compile_flags.txt"}) {
        SmallString<256> File(Directory);
        sys::path::append(File, Name);
        if (!Found && sys::fs::exists(File))
          Found = CompilationDatabase::loadFromDirectory(
              sys::path::parent_path(File), Error);
      }
      if (sys::path::parent_path(Directory) == Directory.str())
        break;
      sys::path::remove_filename(Directory);
    }
    if (!Found && Error.empty())
      Error = "found no compile_commands.json, nor compile_flags.txt, in or "
              "above the sources";
  }
  if (!Found) {
    complain() << "no compile commands: " << StringRef(Error).trim() << '\n';
    errs() << "corolint: name the directory of compile_commands.json with "
              "'-p', or the compiler flags after '--'\n";
  }
  return Found;
}

std::vector<std::string> findFiles(const CompilationDatabase &Commands,
                                   ArrayRef<std::string> Wanted) {
  const std::vector<std::string> All = Commands.getAllFiles();
  // The same flags for every file: those of a `compile_flags.txt`, or of the
  // command line.
  const bool AnyFile =
      All.empty() &&
      !Commands.getCompileCommands(absolutePath("any.cpp")).empty();
  const std::string Here = ".";
  if (AnyFile && Wanted.empty())
    Wanted = Here;
  std::vector<std::string> Files;
  std::set<std::string> Seen;
  auto Add = [&](std::string File) {
    if (Seen.insert(File).second)
      Files.push_back(std::move(File));
  };
  std::vector<std::string> Listed;
  for (const std::string &File : All)
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
    if (AnyFile) {
      std::vector<std::string> Below, Headers;
      std::error_code Error;
      for (sys::fs::recursive_directory_iterator It(P, Error), End;
           It != End && !Error; It.increment(Error))
        if ((isCppSource(It->path()) || isCppHeader(It->path())) &&
            !sys::fs::is_directory(It->path()))
          (isCppSource(It->path()) ? Below : Headers).push_back(It->path());
      // A library that is all headers: each is read by itself.
      if (Below.empty())
        Below = std::move(Headers);
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
                 << (AnyFile ? "" : " in the compile commands") << '\n';
      return {};
    }
  }
  if (Files.empty())
    complain() << "no C++ source file in the compile commands\n";
  return Files;
}

void noSuchRule(StringRef Name) {
  StringRef Nearest;
  unsigned Least =
      std::max<unsigned>(2, static_cast<unsigned>(Name.size()) / 3);
  for (const Registration &R : registrations()) {
    StringRef Rule(R.What->Rule.data(), R.What->Rule.size());
    StringRef Short = Rule.drop_front(StringRef("coro-").size());
    unsigned Distance =
        std::min(Rule.edit_distance(Name), Short.edit_distance(Name));
    if (Distance <= Least) {
      Least = Distance - (Distance != 0);
      Nearest = Rule;
    }
  }
  raw_ostream &OS = complain() << "there is no rule '" << Name << "'; ";
  if (!Nearest.empty())
    OS << "did you mean '" << Nearest << "'? ";
  OS << "'corolint list' shows them all\n";
}

bool findRules(StringRef List, std::vector<std::string> &Globs) {
  SmallVector<StringRef, 8> Items;
  List.split(Items, ',', -1, /*KeepEmpty=*/false);
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
      noSuchRule(Item);
      return false;
    }
    Globs.push_back((Minus ? "-" : "") + Name);
  }
  // Only exclusions: from all rules.
  if (!Globs.empty() && Globs.front().front() == '-')
    Globs.insert(Globs.begin(), "coro-*");
  return true;
}

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

} // namespace coro
