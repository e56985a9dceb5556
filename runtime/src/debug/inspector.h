// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Answers `corolint ps` and `corolint pstree`: the tasks of this process's loops, as each loop itself sees them between
// two steps.
#pragma once

#include <memory>
#include <vector>

#include "watchdog.h"

namespace aio::debug {

/// Listens at the abstract Unix socket `aio-debug-PID`, for the process's own user; lives in the watchdog's thread.
///
/// A visitor gets a line of JSON for each loop. Every loop is asked through its inbox, so that it is never stopped and
/// nothing is read that another thread changes; one that does not come out of its step in time is described as the
/// watchdog sees it.
class inspector {
public:
  inspector() = default;
  inspector(const inspector &) = delete;
  inspector &operator=(const inspector &) = delete;
  ~inspector();

  using loop_list = detail::intrusive_list<watched_loop>;
  /// Lets visitors in and sends off those that have their answers. **Errors** none: a visitor that fails is dropped.
  void look(loop_list &loops) noexcept;
  /// Leaves the socket to the parent, in the child of a fork.
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
