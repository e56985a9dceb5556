// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects the second await of an object that can be awaited once. It fails in every mode; debug mode names the place.
#include "../detector.h"

namespace aio::debug {

namespace {

class awaited_twice final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::awaited_again; }

  void awaited_again(const char *what) override {
    const std::vector<place> at = places_here();
    std::vector<note> notes;
    for (std::size_t i = 1; i < at.size() && i < 4; ++i)
      notes.push_back({at[i], "called by way of '" + short_name(at[i].function) + "'"});
    tell("this " + std::string(what) + " was awaited, moved from or made a task before",
         at.empty() ? place() : at.front(), std::move(notes));
  }
};

} // namespace

std::shared_ptr<instrument> make_awaited_twice(event_loop &loop, registry &notes) {
  return std::make_shared<awaited_twice>(::coro::pitfalls::AwaitedTwice, loop, notes);
}

} // namespace aio::debug
