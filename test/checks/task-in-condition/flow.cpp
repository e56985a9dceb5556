// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Conditions of every shape, and tests that are meant.
#include "../own.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <vector>

using own::eager;
using own::lazy;
lazy<bool> ready();
eager<bool> running();
lazy<bool> even(int);
std::optional<lazy<bool>> maybe();
void act();

//===-- Tested ---------------------------------------------------------------===//

lazy<> statements() {
  if (ready())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  if (!ready())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  while (ready())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  for (; ready();)
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  do
    act();
  while (ready());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  if (running())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'running' returns, not its result [coro-task-in-condition]
    act();
  if (bool known = true; known && ready())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  co_return;
}
lazy<> operators(bool b) {
  ready() ? act() : act();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  bool both = ready() && co_await ready();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  bool either = b || ready();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  bool cast = static_cast<bool>(ready());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  bool twice = !!ready();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  bool braces{ready()};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  co_return;
}
bool in_a_plain_function() { return bool(ready()); }
// CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
void in_an_assertion() {
  assert(ready());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
}
#define EXPECT_TRUE(X)                                                                                                 \
  do {                                                                                                                 \
    if (!(X))                                                                                                          \
      act();                                                                                                           \
  } while (0)
void in_a_macro() {
  EXPECT_TRUE(ready());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
}
template <class T>
lazy<> template_is_reported_once(T) {
  if (ready())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  co_return;
}
lazy<> instantiates() {
  co_await template_is_reported_once(1);
  co_await template_is_reported_once('c');
}
void predicates(std::vector<int> &numbers) {
  (void)std::any_of(numbers.begin(), numbers.end(), even);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this predicate of 'std::any_of' returns a task, and a task is not its result [coro-task-in-condition]
  (void)std::find_if(numbers.begin(), numbers.end(), [](int n) { return even(n); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this predicate of 'std::find_if' returns a task, and a task is not its result [coro-task-in-condition]
  std::erase_if(numbers, [](int n) -> lazy<bool> { co_return n > 1; });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this predicate of 'std::erase_if' returns a task, and a task is not its result [coro-task-in-condition]
}

//===-- Fine -----------------------------------------------------------------===//

lazy<> results_are_fine() {
  if (co_await ready())
    act();
  while (!co_await ready())
    act();
  bool both = co_await ready() && co_await ready();
  if (auto yes = co_await ready(); yes || both)
    act();
  assert(co_await ready());
}
lazy<> variables_are_fine(std::unique_ptr<lazy<bool>> owned, std::optional<lazy<bool>> optional) {
  auto task = ready();
  if (task)
    co_await std::move(task);
  if (auto other = ready())
    co_await std::move(other);
  if (owned)
    co_await std::move(*owned);
  if (optional)
    co_await *std::move(optional);
  if (auto held = maybe())
    co_await *std::move(held);
}
lazy<bool> &reference();
const lazy<bool> *pointer();
std::shared_ptr<lazy<bool>> shared();
void references_and_pointers_to_tasks_are_fine() {
  if (reference())
    act();
  if (pointer())
    act();
  if (shared())
    act();
}
void ordinary_predicates_are_fine(std::vector<int> &numbers) {
  (void)std::any_of(numbers.begin(), numbers.end(), [](int n) { return n > 1; });
  std::vector<lazy<bool>> tasks;
  std::transform(numbers.begin(), numbers.end(), std::back_inserter(tasks), even);
  std::erase_if(tasks, [](auto &task) { return !task; });
  for (auto &task : tasks)
    task.start();
}
bool projections_are_fine(std::vector<lazy<bool>> &tasks) {
  return std::ranges::any_of(tasks, [](auto &task) { return task.valid(); }) &&
         std::ranges::all_of(tasks, &lazy<bool>::valid);
}
