// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// The handle of a running task is dropped.
#include <aio/aio.h>

aio::coro<> fetch();
aio::coro<int> answer();
bool lucky();
void look(int);

// No code can see the exception of this task.
aio::coro<> dropped_at_once() {
  aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_return;
}

// A cast to void shows intention, but still no code sees the exception.
aio::coro<> cast_to_void() {
  (void)aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  std::ignore = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_return;
}

// The variable is destroyed at the end of the scope while the task runs.
aio::coro<> dropped_at_the_end_of_the_scope() {
  auto task = aio::create_task(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // STATIC: note: it is held by 'task', which nothing awaits
  // LIVE: :[[#@LINE-3]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_await fetch();
}

// Reading the name of a task does not retrieve its result.
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

// gather starts its tasks; its own handle is dropped.
aio::coro<> a_group_of_tasks_dropped() {
  aio::gather(fetch(), answer());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'gather' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}

// The container is destroyed while its task runs.
aio::coro<> collected_and_forgotten() {
  std::vector<aio::task<void>> tasks;
  tasks.push_back(aio::create_task(fetch()));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; {{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'create_task' is dropped; dropping it loses its exception [coro-discarded-task]
  co_await fetch();
}

// The task is awaited at once, or later from a variable.
aio::coro<> awaited_is_fine() {
  co_await aio::create_task(fetch());
  auto task = aio::create_task(answer());
  look(co_await task);
}

// The task is cancelled and then awaited.
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

// The task is kept in a member, so that its handle outlives the function.
class keeps_a_reference_is_fine {
public:
  void begin() { tasks_.push_back(aio::create_task(fetch())); }

private:
  std::vector<aio::task<void>> tasks_;
};

// The caller gets the handle.
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
