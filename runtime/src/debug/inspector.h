// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// inspector: answers `corolint ps` and `corolint pstree` with the tasks of this process's loops. Each loop describes
// itself between two steps.
#pragma once

#include <memory>
#include <vector>

#include "watchdog.h"

namespace aio::debug {

/// Listens at the abstract Unix socket `aio-debug-PID` for processes of the same user; runs in the watchdog's thread.
///
/// A client gets a line of JSON for each loop. Each loop is asked through its inbox, so that it is not stopped, and
/// nothing is read that another thread may change. A loop whose step does not end in time is described from the
/// watchdog's view.
class inspector {
public:
  inspector() = default;
  inspector(const inspector &) = delete;
  inspector &operator=(const inspector &) = delete;
  ~inspector();

  using loop_list = detail::intrusive_list<watched_loop>;
  /// Accepts clients, and closes those that have their answers. **Errors** none: a client that fails is dropped.
  void look(loop_list &loops) noexcept;
  /// Called in the child of a fork: leaves the socket to the parent.
  void forget() noexcept;

private:
  struct visit;
  void listen() noexcept;
  void ask(int visitor, loop_list &loops);
  void answer(visit &done) noexcept;
  int listener_ = -1;
  bool tried_ = false;
  std::vector<std::shared_ptr<visit>> visits_;
};

} // namespace aio::debug
