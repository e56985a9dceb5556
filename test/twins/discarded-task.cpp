// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// LIVE: pending
// The handle of a task that runs is dropped.
#include <aio-standin/aio/aio.h>

aio::coro<> fetch();
aio::coro<int> answer();
bool lucky();
void look(int);

// Nobody will see the exception of this task.
aio::coro<> dropped_at_once() {
  aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_return;
}

// A cast says that it is on purpose, and not who sees the exception.
aio::coro<> cast_to_void() {
  (void)aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  std::ignore = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}

// The handle goes away at the end of the scope.
aio::coro<> dropped_at_the_end_of_the_scope() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // STATIC: note: it is held by 'task', which nothing awaits
  co_await fetch();
}

// Looking at it does not fetch its result.
aio::coro<> only_its_name_is_read() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  look(static_cast<int>(task.get_name().size()));
  co_await fetch();
}

// One path leaves without the task.
aio::coro<> lost_on_an_early_return() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped on some path; {{.*}} [coro-discarded-task]
  // STATIC: note: the path that leaves here loses 'task'
  if (lucky())
    co_return;
  co_await task;
}

// gather starts what it is given.
aio::coro<> a_group_of_tasks_dropped() {
  aio::gather(fetch(), answer());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'gather' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}

// A shared task is lost like any other when the local container goes.
aio::coro<> collected_and_forgotten() {
  std::vector<aio::task<void>> tasks;
  tasks.push_back(aio::create_task(fetch()));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  co_await fetch();
}

// Awaited, now or later.
aio::coro<> awaited_is_fine() {
  co_await aio::create_task(fetch());
  auto task = aio::create_task(answer());
  look(co_await task);
}

// Cancelled and joined.
aio::coro<> cancelled_and_joined_is_fine() {
  auto task = aio::create_task(fetch());
  task.cancel();
  try {
    co_await task;
  } catch (const aio::cancelled_error &) {
  }
}

// The group waits for its tasks.
aio::coro<> owned_by_a_group_is_fine() {
  aio::task_group group;
  group.create_task(fetch());
  co_await group.aclose();
}

// The keep-a-reference idiom.
class keeps_a_reference_is_fine {
public:
  void begin() { tasks_.push_back(aio::create_task(fetch())); }

private:
  std::vector<aio::task<void>> tasks_;
};

// The caller decides.
aio::task<void> returned_is_fine() { return aio::create_task(fetch()); }
