// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A cache on disk: texts by key. Concurrent runs may share it; an entry that
// was not written completely counts as missing.
#ifndef COROLINT_TOOL_PROJECT_CACHE_H
#define COROLINT_TOOL_PROJECT_CACHE_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace coro {

/// A hash of \p Text: 32 hexadecimal digits of BLAKE3.
std::string digest(llvm::StringRef Text);

/// A failure to read or write only costs time. \ref problem describes it.
class Cache {
public:
  /// An empty \p Directory turns the cache off.
  explicit Cache(std::string Directory);

  explicit operator bool() const { return !Directory.empty(); }
  std::optional<std::string> get(llvm::StringRef Key) const;
  void put(llvm::StringRef Key, llvm::StringRef Text);
  /// Deletes entries that were not used for a month and, beyond 2 GiB, the
  /// oldest. Does so at most once a day.
  void prune() const;
  /// Why nothing could be written, or empty.
  const std::string &problem() const { return Problem; }

private:
  std::string file(llvm::StringRef Key) const;
  std::string Directory;
  std::string Problem;
};

/// `$XDG_CACHE_HOME/corolint`, or its default; empty if there is no home
/// directory.
std::string defaultCacheDirectory();

} // namespace coro

#endif
