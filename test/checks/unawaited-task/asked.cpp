// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Paths that depend on a test of the task: conditions, named results, assertions, endless loops.
#include "../own.h"

#include <string>
#include <utility>

using own::lazy;
lazy<int> work(int = 0);
lazy<> fetch();
bool lucky();
void look(int);

//===-- Tested where it is created, or through a named result ------------------------===//

lazy<int> next_of_all();
lazy<> taken_in_the_condition_is_fine() {
  lazy<int> task;
  while ((task = next_of_all()))
    co_await std::move(task);
  for (lazy<int> other; (other = next_of_all());)
    co_await std::move(other);
}
lazy<> a_named_test_result_is_fine() {
  auto task = next_of_all();
  const bool some = task.valid();
  if (!some)
    co_return;
  co_await std::move(task);
  auto other = next_of_all();
  const bool none = !other;
  if (none)
    co_return;
  co_await std::move(other);
}
lazy<> left_when_the_task_is_valid() {
  auto task = next_of_all();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'next_of_all' is not awaited on every path [coro-unawaited-task]
  const bool some = task.valid();
  if (some)
    co_return;
  co_await std::move(task);
}
lazy<> assigned_in_one_iteration_is_fine() {
  lazy<int> task;
  for (int i = 0; i < 3; ++i)
    if (i == 2)
      task = work(i);
  if (task)
    co_await std::move(task);
}
struct emptied {
  lazy<> task;
  void stop() { std::exchange(task, {}); }
  void restart() { std::exchange(task, fetch()); }
};

//===-- Assertions that fail ------------------------------------------------------------===//

struct verdict {
  explicit operator bool() const;
};
verdict verdict_of(bool);
void report_failure();
#define ASSERT_TRUE(condition) \
  if (const verdict v = verdict_of(bool(condition))) \
    ; \
  else \
    return report_failure()
#define CO_ASSERT_TRUE(condition) \
  if (const verdict v = verdict_of(bool(condition))) \
    ; \
  else \
    co_return report_failure()
#define GTEST_SKIP() return report_failure()
#define RETURN_IF(condition) \
  if (condition) \
  return
void run(lazy<int>);
void a_failed_assertion_ends_the_test_is_fine() {
  auto task = work();
  ASSERT_TRUE(task);
  if (lucky())
    GTEST_SKIP();
  run(std::move(task));
}
lazy<> in_a_coroutine_is_fine() {
  auto task = work();
  CO_ASSERT_TRUE(task.valid());
  CO_ASSERT_TRUE(lucky());
  co_await std::move(task);
}
void a_return_in_a_macro_that_is_no_assertion() {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  ASSERT_TRUE(task);
  RETURN_IF(lucky());
  run(std::move(task));
}

//===-- Endless loops --------------------------------------------------------------------===//

lazy<> lost_by_leaving_an_endless_loop() {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  while (true) {
    if (lucky())
      break;
    if (lucky()) {
      co_await std::move(task);
      co_return;
    }
  }
}
lazy<> awaited_in_an_endless_loop_is_fine() {
  auto task = work();
  while (true) {
    if (lucky())
      continue;
    co_await std::move(task);
    break;
  }
}

//===-- Opposite conditions, and cases of switches ---------------------------------------===//

enum class mode { fast, slow, none };
lazy<> the_opposite_is_fine(mode m, int n, const std::string &name) {
  lazy<int> task, other, third;
  if (m != mode::none)
    task = work();
  if (n > 3)
    other = work();
  if (name == "a")
    third = work();
  look(n);
  if (name == "a")
    co_await std::move(third);
  if (!(n <= 3))
    co_await std::move(other);
  if (m == mode::none)
    co_return;
  co_await std::move(task);
}
lazy<> switched_twice_is_fine(mode m) {
  lazy<int> task;
  switch (m) {
  case mode::fast:
    task = work(1);
    break;
  case mode::slow:
    task = work(2);
    break;
  case mode::none:
    break;
  }
  look(0);
  switch (m) {
  case mode::fast:
  case mode::slow:
    co_await std::move(task);
    break;
  case mode::none:
    look(1);
  }
}
lazy<> a_switch_and_a_condition_is_fine(int n) {
  lazy<int> task;
  if (n == 1 || n == 2)
    task = work(n);
  switch (n) {
  case 1:
    look(1);
    [[fallthrough]];
  case 2:
    co_await std::move(task);
    break;
  default:
    look(0);
  }
}
lazy<> switched_by_another_variable(mode m, mode other) {
  lazy<int> task;
  if (m == mode::fast)
    task = work();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  switch (other) {
  case mode::fast:
    co_await std::move(task);
    break;
  default:
    look(0);
  }
}
lazy<> switched_after_it_changed(mode m) {
  lazy<int> task;
  if (m == mode::fast)
    task = work();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  m = mode::slow;
  switch (m) {
  case mode::fast:
    co_await std::move(task);
    break;
  default:
    look(0);
  }
}

//===-- Variables that are set to constants ------------------------------------------------===//

void count(int &);
bool answer();
lazy<> a_constant_that_tells_the_path_is_fine(int n) {
  lazy<int> task, other;
  int state = 0;
  const int *where = nullptr;
  mode m = mode::none;
  if (n) {
    task = work();
    state = 2;
  } else {
    other = work();
    where = &n;
    m = mode::slow;
  }
  look(n);
  if (state == 2)
    co_await std::move(task);
  if (where && m == mode::slow)
    co_await std::move(other);
}
lazy<> other_tests_for_zero_are_fine(int n) {
  lazy<int> task, other;
  if (n)
    task = work();
  if (n & 1)
    other = work();
  if (n != 0)
    co_await std::move(task);
  if ((n & 1) == 0)
    co_return;
  co_await std::move(other);
}
lazy<> kept_where_it_is_tested_is_fine() {
  lazy<int> task;
  bool yes;
  if ((yes = answer()))
    task = work();
  if (yes)
    co_await std::move(task);
}
lazy<> one_state_after_the_other_is_fine() {
  auto task = work();
  mode m = mode::fast;
  while (m != mode::none) {
    if (m == mode::fast) {
      m = mode::slow;
    } else {
      co_await std::move(task);
      m = mode::none;
    }
  }
}
lazy<> set_by_a_called_function() {
  int failed = 0;
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  count(failed);
  if (failed)
    co_return;
  co_await std::move(task);
}
lazy<> set_by_a_lambda() {
  bool failed = false;
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  [&] { failed = answer(); }();
  if (failed)
    co_return;
  co_await std::move(task);
}
lazy<> set_to_one_of_two() {
  mode m = mode::fast;
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  if (answer())
    m = mode::slow;
  switch (m) {
  case mode::slow:
    co_return;
  default:
    co_await std::move(task);
  }
}
