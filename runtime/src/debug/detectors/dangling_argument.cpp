// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects coroutines with reference parameters to a part of the stack that is gone when they run.
#include "../detector.h"

namespace aio::debug {

namespace {

class dangling_argument final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::frame_arguments | hook::step_begins; }
  /// Needed only while there are suspects.
  hook_set on_demand() const noexcept override { return hook::step_begins; }

  void frame_arguments(frame_record &frame, std::span<const void *const> arguments) override {
    // Parameters by value are in the frame, on the heap. Objects of the callers are between this address and the start
    // of the stack.
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const std::uintptr_t end = stack_end();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const auto address = reinterpret_cast<std::uintptr_t>(arguments[i]);
      if (address < here || address >= end) [[likely]]
        continue;
      frame_note &note = notes().attach(frame);
      note.on_stack = address;
      note.argument = static_cast<unsigned>(i + 1);
      ++suspects_;
      loop().instruments().arm(hook::step_begins);
      return;
    }
  }
  void step_begins(detail::task_core &task) override {
    if (suspects_ == 0)
      return;
    look(task);
    loop().instruments().arm(hook::step_begins);
  }

private:
  void look(detail::task_core &task) {
    for (const frame_record *frame = task.leaf_frame(); frame; frame = frame->parent()) {
      frame_note *note = note_of(*frame);
      if (!note || note->on_stack == 0)
        continue;
      // Everything below the loop's own frame belonged to steps and calls that have ended. A task that starts inside
      // another step may use its creator's objects until that step ends, and that is not known here.
      if (loop().nested_steps() == 0 && note->on_stack < loop().stack_at_pass())
        say(task, *note);
      note->on_stack = 0;
      --suspects_;
    }
  }
  void say(detail::task_core &task, const frame_note &note) {
    const std::string name = name_of(note.frame);
    std::vector<debug::note> notes{{place(note.frame.location()), "'" + name + "' is defined here"}};
    if (&note.frame == task.root_frame())
      add_maker(notes, task);
    const bool object = note.argument == 1 && (name == "lambda" || name.find("operator()") != std::string::npos);
    tell("'" + name + "' runs with a reference to an object of its creator's stack that is gone (" +
             (object ? "the lambda itself)" : "argument " + std::to_string(note.argument) + ")"),
         created_at(note.frame), std::move(notes), task.name());
  }

  // Notes are destroyed with their frames, so some suspects may be gone; that only costs a look.
  std::size_t suspects_ = 0;
};

} // namespace

std::shared_ptr<instrument> make_dangling_argument(event_loop &loop, registry &notes) {
  return std::make_shared<dangling_argument>(::coro::pitfalls::DanglingArgument, loop, notes);
}

} // namespace aio::debug
