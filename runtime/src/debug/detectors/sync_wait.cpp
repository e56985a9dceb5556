// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects attempts to run a loop inside a running loop. They fail in every mode; debug mode names the place.
#include "../detector.h"

#include <cstring>

namespace aio::debug {

namespace {

class sync_wait final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::touched; }
  /// Needed only for operations that run a loop: these call the hook whether or not it is armed.
  hook_set on_demand() const noexcept override { return wants(); }

  void touched(event_loop &, const char *operation) override {
    // Operations that run a loop have a qualified name.
    if (std::strncmp(operation, "aio::", 5) != 0)
      return;
    const std::vector<place> at = places_here();
    std::vector<note> notes;
    for (std::size_t i = 1; i < at.size() && i < 4; ++i)
      notes.push_back({at[i], "called by way of '" + short_name(at[i].function) + "'"});
    tell("'" + std::string(operation) + "' runs an event loop inside this coroutine: a loop is already running it",
         at.empty() ? place() : at.front(), std::move(notes));
  }
};

} // namespace

std::shared_ptr<instrument> make_sync_wait(event_loop &loop, registry &notes) {
  return std::make_shared<sync_wait>(::coro::pitfalls::SyncWait, loop, notes);
}

} // namespace aio::debug
