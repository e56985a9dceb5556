// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Works on the text of paths, and asks the file system only for the current
// directory.
#include "Paths.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

std::string currentDirectory() {
  SmallString<256> Here;
  if (sys::fs::current_path(Here))
    return ".";
  return std::string(Here);
}

std::string absolutePath(StringRef Path, StringRef Directory) {
  SmallString<256> P(Path);
  sys::path::make_absolute(Directory, P);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

std::string absolutePath(StringRef Path) {
  return absolutePath(Path, currentDirectory());
}

bool isBelow(StringRef File, StringRef Directory) {
  return File.starts_with(Directory) &&
         (File.size() == Directory.size() || Directory.ends_with("/") ||
          File[Directory.size()] == '/');
}

std::string relativeTo(StringRef Root, StringRef File) {
  if (!Root.empty() && isBelow(File, Root) && File.size() > Root.size())
    return File.drop_front(Root.size()).ltrim('/').str();
  return File.str();
}

bool isCppSource(StringRef Path) {
  return StringSwitch<bool>(sys::path::extension(Path))
      .Cases({".cpp", ".cc", ".cxx", ".c++", ".C", ".cp", ".cppm", ".ixx"},
             true)
      .Default(false);
}

bool isCppHeader(StringRef Path) {
  return StringSwitch<bool>(sys::path::extension(Path))
      .Cases({".h", ".hh", ".hpp", ".hxx", ".h++", ".H"}, true)
      .Default(false);
}

} // namespace coro
