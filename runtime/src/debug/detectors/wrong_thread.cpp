// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds operations of a loop that another thread uses, although only the loop's own thread may.
#include "../detector.h"

namespace aio::debug {

namespace {

void say(event_loop &, const char *operation) {
  const std::vector<place> calls = places_here();
  std::vector<note> notes;
  for (std::size_t i = 1; i < calls.size() && i < 4; ++i)
    notes.push_back({calls[i], "called by way of '" + short_name(calls[i].function) + "'"});
  emit({std::string(::coro::pitfalls::WrongThread.Id),
        "'" + std::string(operation) + "' is used from another thread than the one its loop runs in",
        calls.empty() ? place() : calls.front(), std::move(notes)});
}

/// Nothing to watch: the loop calls `say` itself, from the foreign thread.
class wrong_thread final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override { return 0; }
};

} // namespace

std::shared_ptr<instrument> make_wrong_thread(event_loop &loop, registry &notes) {
  detail::foreign_touch.store(say, std::memory_order_release);
  return std::make_shared<wrong_thread>(::coro::pitfalls::WrongThread, loop, notes);
}

} // namespace aio::debug
