// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Notices when files are created, written, replaced or removed.
#ifndef COROLINT_TOOL_EDITOR_FILEWATCH_H
#define COROLINT_TOOL_EDITOR_FILEWATCH_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace coro {

/// Watches the directories of the files, because a file may not exist yet.
class FileWatch {
public:
  FileWatch() = default;
  FileWatch(const FileWatch &) = delete;
  FileWatch &operator=(const FileWatch &) = delete;
  ~FileWatch();

  void add(llvm::StringRef File);
  /// A file descriptor that is readable after a change; -1 without files.
  int descriptor() const { return Fd; }
  /// Reads the pending events; true if one concerns a watched file.
  bool changed();

private:
  int Fd = -1;
  std::set<std::string> Names; // without directories
};

} // namespace coro

#endif
