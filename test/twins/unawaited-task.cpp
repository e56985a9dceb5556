// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A lazy task is never awaited, so it never runs.
#include <aio/aio.h>

#include <array>
#include <map>

aio::coro<> fetch();
aio::coro<int> answer(int = 0);
bool lucky();
void look(int);

// The result of a lazy coroutine is dropped.
aio::coro<> dropped_at_once() {
  fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

// Operators and casts do not consume a task.
aio::coro<> dropped_through_operators() {
  (fetch()), look(1);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  lucky() ? fetch() : fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // STATIC: :[[#@LINE-2]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-3]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  (void)fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  static_cast<void>(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  std::ignore = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  lucky() && (fetch(), true);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

// An operation of the library begins when it is awaited.
aio::coro<> a_sleep_that_is_never_awaited() {
  aio::sleep(std::chrono::seconds(1));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'sleep' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}

// A plain function drops the task as well.
void dropped_in_a_plain_function() {
  fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
}

// A local variable keeps the task until the end of the scope.
aio::coro<> held_and_never_awaited() {
  auto task = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

// Testing whether the variable holds a task does not start the task.
aio::coro<> only_looked_at() {
  auto task = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  if (task)
    look(1);
  co_return;
}

// One path leaves before the task is awaited.
aio::coro<> lost_on_an_early_return() {
  auto task = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is not awaited on every path [coro-unawaited-task]
  // STATIC: note: the path that leaves here loses 'task'
  // LIVE: :[[#@LINE-3]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  if (lucky())
    co_return;
  co_await std::move(task);
}

// The assignment destroys the first task.
aio::coro<> overwritten_before_it_was_awaited() {
  auto task = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is overwritten before it is awaited, so it never runs [coro-unawaited-task]
  // STATIC: note: 'task' is overwritten here
  // LIVE: :[[#@LINE-3]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  task = fetch();
  co_await std::move(task);
}

// Destroying a container destroys its tasks.
aio::coro<> collected_and_forgotten() {
  std::vector<aio::coro<>> tasks;
  tasks.push_back(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE-DAG: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  std::optional<aio::coro<>> maybe = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE-DAG: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  std::tuple<aio::coro<>, int> pair(fetch(), 1);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE-DAG: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  std::array<aio::coro<>, 1> array{fetch()};
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE-DAG: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

// No member function awaits what the constructor made.
class forgets_its_member {
  aio::coro<> task_ = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is stored in 'task_', which no member function of 'forgets_its_member' awaits, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
};

// A lambda that captures the task and is never called.
aio::coro<> captured_by_a_lambda_that_is_never_called() {
  auto task = fetch();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  auto later = [&]() -> aio::coro<> { co_await std::move(task); };
  co_return;
}

// Awaited at once.
aio::coro<int> awaited_at_once_is_fine() {
  co_await fetch();
  co_return co_await answer();
}

// Awaited later, on every path.
aio::coro<> awaited_later_is_fine() {
  auto task = fetch();
  look(1);
  if (lucky())
    co_await std::move(task);
  else
    co_await aio::wait_for(std::move(task), std::chrono::seconds(1));
}

// The same condition guards the creation and the await.
aio::coro<> correlated_conditions_are_fine() {
  bool wanted = lucky();
  std::optional<aio::coro<>> task;
  if (wanted)
    task = fetch();
  look(1);
  if (wanted)
    co_await std::move(*task);
}

// Another function or the loop gets the task and has to await it.
aio::coro<> returned_is_fine() { return fetch(); }
std::pair<aio::coro<>, int> returned_in_a_pair_is_fine() { return {fetch(), 1}; }
auto returned_in_a_lambda_is_fine() {
  return [task = fetch()]() mutable { return std::move(task); };
}
aio::coro<> given_to_the_loop_is_fine() {
  auto task = fetch();
  co_await aio::create_task(std::move(task));
}

// Every element is awaited.
aio::coro<> awaited_in_a_loop_is_fine() {
  std::vector<aio::coro<int>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(answer(i));
  for (auto &task : tasks)
    look(co_await std::move(task));
}

// The member is awaited by another member function.
class awaits_its_member_is_fine {
public:
  aio::coro<> finish() { co_await std::move(task_); }

private:
  aio::coro<> task_ = fetch();
};

#ifdef LIVE
aio::coro<> fetch() { co_await aio::sleep(std::chrono::milliseconds(1)); }
aio::coro<int> answer(int n) { co_return n; }
bool lucky() { return true; }
void look(int) {}

aio::coro<> all() {
  co_await dropped_at_once();
  co_await dropped_through_operators();
  co_await a_sleep_that_is_never_awaited();
  dropped_in_a_plain_function();
  co_await held_and_never_awaited();
  co_await only_looked_at();
  co_await lost_on_an_early_return();
  co_await overwritten_before_it_was_awaited();
  co_await collected_and_forgotten();
  { forgets_its_member forgetful; }
  co_await captured_by_a_lambda_that_is_never_called();

  co_await awaited_at_once_is_fine();
  co_await awaited_later_is_fine();
  co_await correlated_conditions_are_fine();
  co_await returned_is_fine();
  auto pair = returned_in_a_pair_is_fine();
  co_await std::move(pair.first);
  co_await returned_in_a_lambda_is_fine()();
  co_await given_to_the_loop_is_fine();
  co_await awaited_in_a_loop_is_fine();
  awaits_its_member_is_fine owner;
  co_await owner.finish();
}
int main() { aio::run(all()); }
#endif
