// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// What a function asks about a task, and how it leaves then: conditions, names for answers, assertions, endless loops.
#include "../own.h"

#include <utility>

using own::lazy;
lazy<int> work(int = 0);
lazy<> fetch();
bool lucky();

//===-- Asked for where it is taken, or by another name -------------------------------===//

lazy<int> next_of_all();
lazy<> taken_in_the_condition_is_fine() {
  lazy<int> task;
  while ((task = next_of_all()))
    co_await std::move(task);
  for (lazy<int> other; (other = next_of_all());)
    co_await std::move(other);
}
lazy<> the_answer_has_a_name_is_fine() {
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
lazy<> the_answer_is_no() {
  auto task = next_of_all();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'next_of_all' is not awaited on every path [coro-unawaited-task]
  const bool some = task.valid();
  if (some)
    co_return;
  co_await std::move(task);
}
lazy<> assigned_in_one_turn_is_fine() {
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
void another_return_in_a_macro() {
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
