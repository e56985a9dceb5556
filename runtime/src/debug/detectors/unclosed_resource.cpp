// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds what has an awaiting exit and dies without it: generators, task groups, timeouts, streams.
#include "../detector.h"

namespace aio::debug {

namespace {

class unclosed_resource final : public detector {
public:
  using detector::detector;
  std::uint32_t wants() const noexcept override { return static_cast<std::uint32_t>(hook::left_open); }

  void left_open(const char *kind, const std::string &name, frame_record *frame) override {
    // An exception that is on its way may have skipped the exit.
    if (frame) {
      this->notes().attach(*frame).left_open = true;
      std::vector<note> notes{{place(frame->location()), "'" + name_of(*frame) + "' is defined here"}};
      tell("async generator '" + name_of(*frame) + "' is dropped before its end, so it is closed later or not at all",
           created_at(*frame), std::move(notes));
      return;
    }
    const std::vector<place> at = places_here();
    tell(std::string(kind) + (name == kind || name.empty() ? "" : " '" + name + "'") + " is destroyed without its exit",
         at.empty() ? place() : at.front());
  }
};

} // namespace

std::shared_ptr<instrument> make_unclosed_resource(event_loop &loop, registry &notes) {
  return std::make_shared<unclosed_resource>(::coro::pitfalls::UnclosedResource, loop, notes);
}

} // namespace aio::debug
