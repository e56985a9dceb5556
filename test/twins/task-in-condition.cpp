// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// A condition tests a task instead of its result.
#include <aio/aio.h>

#include <algorithm>

aio::coro<bool> ready();
aio::coro<bool> is_even(int);
aio::coro<bool> &kept();
void act();

// The call always returns a task, so the branch is always taken.
aio::coro<> tested_in_an_if() {
  if (ready())
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  // STATIC: note: add 'co_await'
    act();
  co_return;
}

// Loops, negations, conditional operators and && test the task as well.
aio::coro<> tested_elsewhere() {
  while (ready())
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  for (; !ready();)
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  do
    act();
  while (ready());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  ready() ? act() : act();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
  if (co_await ready() && ready())
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
    act();
  co_return;
}

// An explicit conversion also tests the task.
bool tested_in_a_plain_function() {
  return static_cast<bool>(ready());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this condition tests the task that 'ready' returns, not its result [coro-task-in-condition]
}

// An algorithm tests what its predicate returns.
aio::coro<> a_predicate_that_returns_a_task() {
  std::vector<int> numbers{1, 2};
  if (std::any_of(numbers.begin(), numbers.end(), is_even))
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this predicate of 'std::any_of' returns a task, and a task is not its result [coro-task-in-condition]
    act();
  co_return;
}

// The result is tested.
aio::coro<> the_awaited_result_is_fine() {
  if (co_await ready())
    act();
  while (!co_await ready())
    act();
}

// The test asks whether a variable holds a task.
aio::coro<> validity_of_a_variable_is_fine() {
  auto task = ready();
  if (task)
    co_await std::move(task);
  if (kept())
    co_await std::move(kept());
}

// An optional task is tested for its presence.
aio::coro<> presence_in_an_optional_is_fine(std::optional<aio::coro<bool>> task) {
  if (task)
    co_await *std::move(task);
}
