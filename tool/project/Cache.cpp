// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stores each entry in a file that begins with a hash of the rest.
#include "project/Cache.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace coro {

std::string digest(StringRef Text) {
  return toHex(BLAKE3::hash<16>(arrayRefFromStringRef(Text)),
               /*LowerCase=*/true);
}

Cache::Cache(std::string Where) : Directory(std::move(Where)) {
  if (Directory.empty())
    return;
  if (std::error_code Error = sys::fs::create_directories(Directory))
    Problem = "cannot make the cache '" + Directory + "': " + Error.message();
}

std::string Cache::file(StringRef Key) const {
  SmallString<256> Path(Directory);
  // The name that `pruneCache` looks for.
  sys::path::append(Path, "llvmcache-" + Key);
  return std::string(Path);
}

std::optional<std::string> Cache::get(StringRef Key) const {
  if (Directory.empty())
    return std::nullopt;
  auto Buffer = MemoryBuffer::getFile(file(Key), /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  auto [Hash, Text] = (*Buffer)->getBuffer().split('\n');
  if (Hash != digest(Text))
    return std::nullopt;
  return Text.str();
}

void Cache::put(StringRef Key, StringRef Text) {
  if (Directory.empty() || !Problem.empty())
    return;
  std::string Path = file(Key);
  Expected<sys::fs::TempFile> File =
      sys::fs::TempFile::create(Path + ".%%%%%%%%.tmp");
  std::error_code Error;
  if (!File) {
    Error = errorToErrorCode(File.takeError());
  } else {
    raw_fd_ostream OS(File->FD, /*shouldClose=*/false);
    OS << digest(Text) << '\n' << Text;
    OS.flush();
    Error = OS.error();
    OS.clear_error();
    if (Error)
      consumeError(File->discard());
    else
      Error = errorToErrorCode(File->keep(Path));
  }
  if (Error)
    Problem =
        "cannot write to the cache '" + Directory + "': " + Error.message();
}

void Cache::prune() const {
  if (Directory.empty())
    return;
  CachePruningPolicy Policy;
  Policy.Interval = std::chrono::hours(24);
  Policy.Expiration = std::chrono::hours(24 * 30);
  Policy.MaxSizeBytes = uint64_t(2) << 30;
  pruneCache(Directory, Policy);
}

std::string defaultCacheDirectory() {
  SmallString<256> Path;
  if (!sys::path::cache_directory(Path))
    return {};
  sys::path::append(Path, "corolint");
  return std::string(Path);
}

} // namespace coro
