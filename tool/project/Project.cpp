// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks for compile commands and walks directories.
#include "project/Project.h"
#include "Console.h"
#include "Paths.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace llvm;
using namespace clang::tooling;

namespace coro {

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
    // Looks into the directory of the sources, into `build` below it, and so on
    // upwards.
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
  // A `compile_flags.txt` or flags on the command line hold for any file.
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

} // namespace coro
