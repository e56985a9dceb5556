// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects resources that are destroyed, or lose their loop, without being closed: generators, task groups, timeouts,
// streams, servers, the loop's executor.
#include "../detector.h"

#include <cstring>

namespace aio::debug {

namespace {

class unclosed_resource final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::left_open | hook::loop_closing; }

  void loop_closing(event_loop &where) override {
    std::string names;
    std::size_t count = 0;
    for (detail::open_resource *each = where.resources().front(); each; each = where.resources().next(*each), ++count)
      names += (names.empty() ? "'" : ", '") + each->describe() + "'";
    if (count == 0)
      return;
    const std::vector<place> at = places_here();
    tell(names + (count == 1 ? " is" : " are") + " open when the loop closes", at.empty() ? place() : at.front());
  }

  void left_open(const char *kind, const std::string &name, frame_record *frame) override {
    // An exception is propagating and may have skipped the exit.
    if (frame) {
      this->notes().attach(*frame).left_open = true;
      std::vector<note> notes{{place(frame->location()), "'" + name_of(*frame) + "' is defined here"}};
      tell("async generator '" + name_of(*frame) + "' is dropped before its end, so it is closed later or not at all",
           created_at(*frame), std::move(notes));
      return;
    }
    const std::vector<place> at = places_here();
    if (std::strcmp(kind, "executor") == 0) {
      tell("the loop closes while its executor still works for it", at.empty() ? place() : at.front());
      return;
    }
    tell(std::string(kind) + (name == kind || name.empty() ? "" : " '" + name + "'") + " is destroyed without its exit",
         at.empty() ? place() : at.front());
  }
};

} // namespace

std::shared_ptr<instrument> make_unclosed_resource(event_loop &loop, registry &notes) {
  return std::make_shared<unclosed_resource>(::coro::pitfalls::UnclosedResource, loop, notes);
}

} // namespace aio::debug
