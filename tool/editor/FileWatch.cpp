// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Watches directories with inotify.
#include "editor/FileWatch.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace coro {

FileWatch::~FileWatch() {
  if (Fd >= 0)
    ::close(Fd);
}

void FileWatch::add(llvm::StringRef File) {
  if (Fd < 0)
    Fd = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  Names.insert(llvm::sys::path::filename(File).str());
  std::string Directory = llvm::sys::path::parent_path(File).str();
  ::inotify_add_watch(Fd, Directory.empty() ? "." : Directory.c_str(),
                      IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE |
                          IN_MOVED_FROM | IN_MOVED_TO);
}

bool FileWatch::changed() {
  bool Ours = false;
  alignas(inotify_event) char Buffer[1 << 14];
  for (;;) {
    ssize_t N = ::read(Fd, Buffer, sizeof Buffer);
    if (N <= 0)
      return Ours;
    for (const char *At = Buffer; At < Buffer + N;) {
      inotify_event Event;
      std::memcpy(&Event, At, sizeof Event);
      // An overflow has dropped events, perhaps of a watched file.
      Ours |= (Event.mask & IN_Q_OVERFLOW) ||
              (Event.len > 0 && Names.count(At + sizeof Event) != 0);
      At += sizeof Event + Event.len;
    }
  }
}

} // namespace coro
