// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects coroutines that are destroyed while suspended, so that the code after their await never runs.
#include "../detector.h"

namespace aio::debug {

namespace {

class destroyed_suspended final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::frame_destroyed; }

  void frame_destroyed(frame_record &frame) override {
    // A frame destroys the frames that it awaits, innermost first: they make one report.
    const bool taken_along = std::exchange(awaiter_of_last_, frame.parent()) == &frame;
    const frame_note *note = note_of(frame);
    if (taken_along || is_runtime_frame(frame) || (note && note->left_open))
      return;
    const std::vector<place> at = places_here();
    std::vector<debug::note> notes;
    if (!at.empty())
      notes.push_back({at.front(), "destroyed here"});
    notes.push_back({created_at(frame), "created here"});
    for (const frame_record *parent = frame.parent(); parent; parent = parent->parent())
      if (!is_runtime_frame(*parent))
        notes.push_back({place(parent->await_site()), "awaited here, by '" + name_of(*parent) + "'"});
    tell("'" + name_of(frame) + "' is destroyed while it is suspended here", place(frame.await_site()),
         std::move(notes));
  }

private:
  const frame_record *awaiter_of_last_ = nullptr;
};

} // namespace

std::shared_ptr<instrument> make_destroyed_suspended(event_loop &loop, registry &notes) {
  return std::make_shared<destroyed_suspended>(::coro::pitfalls::DestroyedSuspended, loop, notes);
}

} // namespace aio::debug
