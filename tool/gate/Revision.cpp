// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nothing is checked out: the files that changed are laid over the disk.
#include "gate/Revision.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace coro {
namespace {

/// The disk without the files that came later.
class Hiding : public vfs::ProxyFileSystem {
public:
  Hiding(IntrusiveRefCntPtr<vfs::FileSystem> Disk, std::set<std::string> Paths)
      : ProxyFileSystem(std::move(Disk)), Paths(std::move(Paths)) {}
  ErrorOr<vfs::Status> status(const Twine &Path) override {
    if (hides(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::status(Path);
  }
  ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const Twine &Path) override {
    if (hides(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::openFileForRead(Path);
  }
  bool exists(const Twine &Path) override {
    return !hides(Path) && ProxyFileSystem::exists(Path);
  }

private:
  bool hides(const Twine &Path) {
    SmallString<256> P;
    Path.toVector(P);
    if (makeAbsolute(P))
      return false;
    sys::path::remove_dots(P, /*remove_dot_dot=*/true);
    return Paths.count(std::string(P)) != 0;
  }
  std::set<std::string> Paths;
};

/// Runs `git`, and returns its output or its error message.
Expected<std::string> git(const std::string &Root,
                          std::vector<StringRef> Arguments) {
  ErrorOr<std::string> Program = sys::findProgramByName("git");
  if (!Program)
    return createStringError(Program.getError(), "cannot find 'git'");
  SmallString<128> Out, Complaint;
  FileRemover Removers[2];
  for (auto [File, Remover] :
       {std::pair(&Out, &Removers[0]), std::pair(&Complaint, &Removers[1])}) {
    if (std::error_code Error =
            sys::fs::createTemporaryFile("corolint", "git", *File))
      return createStringError(Error, "cannot make a temporary file");
    Remover->setFile(*File);
  }
  std::vector<StringRef> All = {*Program, "-C", Root};
  All.insert(All.end(), Arguments.begin(), Arguments.end());
  std::string Failure;
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(Out),
                                          StringRef(Complaint)};
  int Status =
      sys::ExecuteAndWait(*Program, All, std::nullopt, Redirects,
                          /*SecondsToWait=*/0, /*MemoryLimit=*/0, &Failure);
  std::string Text, Words;
  if (auto Buffer = MemoryBuffer::getFile(Out))
    Text = (*Buffer)->getBuffer().str();
  if (auto Buffer = MemoryBuffer::getFile(Complaint))
    Words = (*Buffer)->getBuffer().trim().str();
  if (Status != 0)
    return createStringError(inconvertibleErrorCode(),
                             "git: " + (Words.empty() ? Failure : Words));
  return Text;
}

} // namespace

Expected<Revision> compareWith(const std::string &Name,
                               const std::string &Root) {
  // Paths from `git` are relative to the top of the work tree.
  Expected<std::string> Top = git(Root, {"rev-parse", "--show-toplevel"});
  if (!Top)
    return Top.takeError();
  const std::string Tree = StringRef(*Top).trim().str();
  Expected<std::string> Base =
      git(Tree, {"merge-base", "--end-of-options", Name, "HEAD"});
  if (!Base) {
    // In a shallow clone there may be no common ancestor: take the revision.
    consumeError(Base.takeError());
    Base = git(Tree, {"rev-parse", "--verify", "--end-of-options",
                      Name + "^{commit}"});
    if (!Base)
      return Base.takeError();
  }
  const std::string Commit = StringRef(*Base).trim().str();

  Revision R;
  auto Absolute = [&](StringRef File) {
    SmallString<256> Path(Tree);
    sys::path::append(Path, File);
    return std::string(Path);
  };
  Expected<std::string> Changes =
      git(Tree, {"diff", "--no-renames", "--name-status", "-z", Commit, "--"});
  if (!Changes)
    return Changes.takeError();
  auto Files = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  SmallVector<StringRef, 0> Fields;
  StringRef(*Changes).split(Fields, '\0', -1, /*KeepEmpty=*/false);
  for (size_t I = 0; I + 1 < Fields.size(); I += 2) {
    std::string Path = Absolute(Fields[I + 1]);
    R.Changed.insert(Path);
    if (Fields[I] == "A") {
      R.Added.insert(Path);
      continue;
    }
    std::string Object = Commit + ":" + Fields[I + 1].str();
    Expected<std::string> Text = git(Tree, {"cat-file", "blob", Object});
    // A submodule is no file.
    if (!Text) {
      consumeError(Text.takeError());
      continue;
    }
    Files->addFile(Path, /*ModificationTime=*/0,
                   MemoryBuffer::getMemBufferCopy(*Text, Path));
  }
  Expected<std::string> New =
      git(Tree, {"ls-files", "--others", "--exclude-standard", "-z"});
  if (!New)
    return New.takeError();
  Fields.clear();
  StringRef(*New).split(Fields, '\0', -1, /*KeepEmpty=*/false);
  for (StringRef File : Fields) {
    R.Changed.insert(Absolute(File));
    R.Added.insert(Absolute(File));
  }
  auto Overlay = makeIntrusiveRefCnt<vfs::OverlayFileSystem>(
      makeIntrusiveRefCnt<Hiding>(vfs::getRealFileSystem(), R.Added));
  Overlay->pushOverlay(Files);
  R.Before = Overlay;
  return R;
}

} // namespace coro
