// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects timeouts and task groups that are left in another order, or by another task, than they were entered.
#include "../detector.h"

#include <unordered_map>

namespace aio::debug {

namespace {

class crossed_scopes final : public detector {
public:
  using detector::detector;
  hook_set wants() const noexcept override { return hook::scope_entered | hook::scope_left; }

  void scope_entered(const void *scope, const char *kind, detail::task_core &task) override {
    if (!task.root_frame())
      return;
    frame_note *root = &notes().attach(task);
    entered &e = open_[scope];
    e = {kind, task.number(), task.name(), root->innermost_scope, {}};
    e.at.capture();
    root->innermost_scope = scope;
  }
  void scope_left(const void *scope, const char *kind, detail::task_core &task) override {
    const auto found = open_.find(scope);
    if (found == open_.end())
      return;
    const entered e = std::move(found->second);
    open_.erase(found);
    frame_note *root = task.number() == e.number ? note_of(task) : nullptr;
    // A null kind means that the scope was destroyed, which unclosed-resource reports.
    const detail::task_core *here = detail::current_task_or_null();
    if (kind && here != &task)
      say(e, "a " + std::string(kind) + " is left in " + (here ? "task '" + current_task_name() + "'" : "no task") +
                 ", and was entered in task '" + e.task + "'");
    if (!root)
      return;
    if (root->innermost_scope == scope) {
      root->innermost_scope = e.outer;
      return;
    }
    // The scopes entered later stay open; they are no longer inside this one.
    const entered *inner = nullptr;
    for (const void *each = root->innermost_scope; each && each != scope;) {
      const auto at = open_.find(each);
      if (at == open_.end())
        break;
      inner = &at->second;
      if (at->second.outer == scope)
        at->second.outer = e.outer;
      each = at->second.outer;
    }
    if (kind && inner && here == &task)
      say(e, "a " + std::string(kind) + " is left before the " + inner->kind + " that was entered inside it", inner);
  }

private:
  struct entered {
    const char *kind = "";
    std::uint64_t number = 0; // that of the task
    std::string task{};
    const void *outer = nullptr;
    origin at{};
  };
  void say(const entered &e, std::string message, const entered *inner = nullptr) {
    const std::vector<place> here = places_here();
    std::vector<note> notes;
    const auto add = [&](const entered &of) {
      std::vector<place> at = of.at.places();
      notes.push_back(
          {at.empty() ? place() : std::move(at.front()), "the " + std::string(of.kind) + " was entered here"});
    };
    add(e);
    if (inner)
      add(*inner);
    // An exit that is a coroutine of the runtime has no caller on the stack.
    place at = here.empty() ? notes.front().where : here.front();
    tell(std::move(message), std::move(at), std::move(notes));
  }

  std::unordered_map<const void *, entered> open_;
};

} // namespace

std::shared_ptr<instrument> make_crossed_scopes(event_loop &loop, registry &notes) {
  return std::make_shared<crossed_scopes>(::coro::pitfalls::CrossedScopes, loop, notes);
}

} // namespace aio::debug
