// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// detector: the base of all detectors, an instrument bound to one pitfall. Each detector is one file of detectors/,
// named after its pitfall, and defines `make_<name>`; the build lists them.
#pragma once

#include <pitfalls/Pitfall.h>

#include "registry.h"

namespace aio::debug {

/// An instrument that reports one pitfall of one loop.
class detector : public instrument {
public:
  detector(const ::coro::Pitfall &pitfall, event_loop &loop, registry &notes) noexcept
      : pitfall_(pitfall), loop_(loop), notes_(notes.shared_from_this()) {}

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
  std::shared_ptr<registry> notes_; // shared: a detector may live longer than the loop's other instruments
};

/// A timer set by a detector. The registry counts these, so that a loop which waits for nothing else counts as sleeping
/// for ever.
class alarm {
public:
  alarm(event_loop &loop, registry &notes) noexcept : loop_(loop), notes_(notes) {}
  alarm(const alarm &) = delete;
  alarm &operator=(const alarm &) = delete;
  ~alarm() { drop(); }
  bool is_set() const noexcept { return static_cast<bool>(timer_); }
  /// Calls `ring()` at that time, unless `drop` is called before.
  template <class F> void set(time_point when, F ring) {
    timer_ = loop_.call_at(when, [this, ring = std::move(ring)] {
      timer_ = {};
      --notes_.alarms;
      ring();
    });
    ++notes_.alarms;
  }
  void drop() noexcept {
    if (!timer_)
      return;
    std::exchange(timer_, {}).cancel();
    --notes_.alarms;
  }

private:
  event_loop &loop_;
  registry &notes_;
  timer_handle timer_;
};

} // namespace aio::debug
