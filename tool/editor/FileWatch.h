// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells when files are written, made, replaced or removed.
#ifndef COROLINT_TOOL_EDITOR_FILEWATCH_H
#define COROLINT_TOOL_EDITOR_FILEWATCH_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace coro {

/// Watches the directories of files, for a file may not exist yet.
class FileWatch {
public:
  FileWatch() = default;
  FileWatch(const FileWatch &) = delete;
  FileWatch &operator=(const FileWatch &) = delete;
  ~FileWatch();

  void add(llvm::StringRef File);
  /// Readable when something happened; -1 while there is nothing to watch.
  int descriptor() const { return Fd; }
  /// Takes what happened; true if it was about a watched file.
  bool changed();

private:
  int Fd = -1;
  std::set<std::string> Names; // without directories
};

} // namespace coro

#endif
