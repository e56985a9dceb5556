// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every detector is: an instrument bound to one pitfall. A detector is one file of detectors/, named after its
// pitfall, that defines `make_<name>`; the build lists them.
#pragma once

#include <pitfalls/Pitfall.h>

#include "registry.h"

namespace aio::debug {

/// An instrument that reports one pitfall of one loop.
class detector : public instrument {
public:
  detector(const ::coro::Pitfall &pitfall, event_loop &loop, registry &notes) noexcept
      : pitfall_(pitfall), loop_(loop), notes_(notes.shared_from_this()) {}
  std::uint32_t wants_seldom() const noexcept override { return 0; }

protected:
  /// Makes a report of this detector's pitfall.
  void tell(std::string message, place where, std::vector<note> notes = {}, std::string task = current_task_name()) {
    emit(make(std::move(message), std::move(where), std::move(notes), std::move(task)));
  }
  report make(std::string message, place where, std::vector<note> notes, std::string task) const {
    return {std::string(pitfall_.Id), std::move(message), std::move(where), std::move(notes), std::move(task)};
  }
  event_loop &loop() const noexcept { return loop_; }
  registry &notes() const noexcept { return *notes_; }

private:
  const ::coro::Pitfall &pitfall_;
  event_loop &loop_;
  std::shared_ptr<registry> notes_; // detectors leave it as it was, and may be the last to go
};

} // namespace aio::debug
