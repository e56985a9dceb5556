// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// The handle of a task that runs is dropped.
#include <aio/aio.h>

aio::coro<> fetch();
aio::coro<int> answer();
bool lucky();
void look(int);

// Nobody will see the exception of this task.
aio::coro<> dropped_at_once() {
  aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_return;
}

// A cast says that it is on purpose, and not who sees the exception.
aio::coro<> cast_to_void() {
  (void)aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  std::ignore = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_return;
}

// The handle goes away at the end of the scope.
aio::coro<> dropped_at_the_end_of_the_scope() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // STATIC: note: it is held by 'task', which nothing awaits
  // LIVE: :[[#@LINE-3]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_await fetch();
}

// Looking at it does not fetch its result.
aio::coro<> only_its_name_is_read() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  look(static_cast<int>(task.get_name().size()));
  co_await fetch();
}

// One path leaves without the task.
aio::coro<> lost_on_an_early_return() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped on some path; {{.*}} [coro-discarded-task]
  // STATIC: note: the path that leaves here loses 'task'
  // LIVE: :[[#@LINE-3]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
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
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
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
  co_await aio::async_with(aio::task_group(), [](aio::task_group &group) -> aio::coro<> {
    group.create_task(fetch());
    co_return;
  });
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

#ifdef LIVE
aio::coro<> fetch() {
  for (int i = 0; i < 3; ++i)
    co_await aio::sleep(std::chrono::seconds(0));
}
aio::coro<int> answer() { co_return 42; }
bool lucky() { return true; }
void look(int) {}

aio::coro<> all() {
  co_await dropped_at_once();
  co_await cast_to_void();
  co_await dropped_at_the_end_of_the_scope();
  co_await only_its_name_is_read();
  co_await lost_on_an_early_return();
  co_await a_group_of_tasks_dropped();
  co_await collected_and_forgotten();

  co_await awaited_is_fine();
  co_await cancelled_and_joined_is_fine();
  co_await owned_by_a_group_is_fine();
  keeps_a_reference_is_fine keeper;
  keeper.begin();
  co_await returned_is_fine();
  co_await aio::sleep(std::chrono::milliseconds(1));
}
int main() { aio::run(all()); }
#endif
