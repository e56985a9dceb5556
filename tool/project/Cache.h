// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts by key in a directory, safe among concurrent runs: what cannot be read
// whole was never there.
#ifndef COROLINT_TOOL_PROJECT_CACHE_H
#define COROLINT_TOOL_PROJECT_CACHE_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace coro {

/// A hash of \p Text: 32 hexadecimal digits of BLAKE3.
std::string digest(llvm::StringRef Text);

/// Failing to read or write is no error, only slow; but \ref problem says so
/// once.
class Cache {
public:
  /// With an empty \p Directory nothing is ever remembered.
  explicit Cache(std::string Directory);

  explicit operator bool() const { return !Directory.empty(); }
  std::optional<std::string> get(llvm::StringRef Key) const;
  void put(llvm::StringRef Key, llvm::StringRef Text);
  /// Deletes what was not used for a month, and the oldest beyond 2 GiB; looks
  /// once a day.
  void prune() const;
  /// Why nothing could be written, or empty.
  const std::string &problem() const { return Problem; }

private:
  std::string file(llvm::StringRef Key) const;
  std::string Directory;
  std::string Problem;
};

/// `$XDG_CACHE_HOME/corolint`, or what the system has for it; empty if it has
/// nothing.
std::string defaultCacheDirectory();

} // namespace coro

#endif
