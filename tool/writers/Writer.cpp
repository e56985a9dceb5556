// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks formats up by name, and writes files so that they appear completely or
// not at all.
#include "writers/Writer.h"
#include "Console.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

ArrayRef<Format> formats() {
  static const Format All[] = {
      {"text", "as a compiler does", writeText},
      {"json", "one JSON array", writeJson},
      {"sarif", "SARIF 2.1.0, for GitHub code scanning and others", writeSarif},
      {"gitlab", "GitLab Code Quality", writeGitLab},
      {"github", "GitHub workflow commands", writeGitHub},
      {"rdjson", "reviewdog", writeRdjson},
      {"junit", "JUnit XML", writeJUnit},
      {"html", "one page that draws each finding", writeHtml},
  };
  return All;
}

const Format *findFormat(StringRef Name) {
  const Format *Found =
      find_if(formats(), [&](const Format &F) { return F.Name == Name; });
  return Found == formats().end() ? nullptr : Found;
}

static bool failed(const std::string &Path, std::error_code Error) {
  complain() << "cannot write '" << Path << "': " << Error.message() << '\n';
  return false;
}

static std::error_code fill(int Fd, function_ref<void(raw_ostream &)> Write) {
  raw_fd_ostream OS(Fd, /*shouldClose=*/false);
  Write(OS);
  OS.flush();
  std::error_code Error = OS.error();
  OS.clear_error();
  return Error;
}

bool writeFile(const std::string &Path,
               function_ref<void(raw_ostream &)> Write) {
  if (sys::fs::exists(Path) && !sys::fs::is_regular_file(Path)) {
    int Fd = -1;
    std::error_code Error =
        sys::fs::openFileForWrite(Path, Fd, sys::fs::CD_OpenExisting);
    if (!Error) {
      Error = fill(Fd, Write);
      sys::fs::file_t Handle = Fd;
      std::error_code Closed = sys::fs::closeFile(Handle);
      Error = Error ? Error : Closed;
    }
    return Error ? failed(Path, Error) : true;
  }
  Expected<sys::fs::TempFile> Temporary = sys::fs::TempFile::create(
      Path + ".%%%%%%%%.tmp", 0666 & ~sys::fs::getUmask());
  if (!Temporary)
    return failed(Path, errorToErrorCode(Temporary.takeError()));
  std::error_code Error = fill(Temporary->FD, Write);
  if (Error)
    consumeError(Temporary->discard());
  else
    Error = errorToErrorCode(Temporary->keep(Path));
  return Error ? failed(Path, Error) : true;
}

std::vector<std::pair<Place, std::string>> pathOf(const Finding &F) {
  std::vector<std::pair<Place, std::string>> Steps = {{F.At, F.Message}};
  for (const Note &N : F.Notes)
    if (N.Step && N.At != F.At)
      Steps.push_back({N.At, N.Message});
  llvm::sort(Steps);
  return Steps;
}

SourceLines::Source &SourceLines::read(StringRef File) {
  auto [It, New] = Files.try_emplace(File.str());
  if (New)
    if (auto Buffer = MemoryBuffer::getFile(File)) {
      It->second.Buffer = std::move(*Buffer);
      SmallVector<StringRef, 0> Lines;
      It->second.Buffer->getBuffer().split(Lines, '\n');
      It->second.Lines.assign(Lines.begin(), Lines.end());
    }
  return It->second;
}

StringRef SourceLines::line(StringRef File, unsigned Line) {
  const auto &Lines = read(File).Lines;
  return Line >= 1 && Line <= Lines.size() ? Lines[Line - 1].rtrim('\r')
                                           : StringRef();
}

unsigned SourceLines::count(StringRef File) {
  return static_cast<unsigned>(read(File).Lines.size());
}

} // namespace coro
