// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// LIVE: pending
// A coroutine waits synchronously for asynchronous work.
#include <aio-standin/aio/aio.h>

aio::coro<> fetch();
aio::coro<int> answer();
void use(int);

// The loop that should run the task is the one that waits.
aio::coro<> runs_a_second_loop() {
  use(aio::run(answer()));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_await fetch();
}

// The same, said to the loop.
aio::coro<> runs_the_loop_it_runs_on() {
  aio::get_running_loop().run_until_complete(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::event_loop::run_until_complete' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_await fetch();
}

// The wait hides in a helper.
static int answer_now() { return aio::run(answer()); }
aio::coro<> waits_in_a_helper() {
  use(answer_now());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'answer_now' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  // STATIC: note: 'aio::run' is called here
  co_await fetch();
}

// Awaiting is the way to wait.
aio::coro<> awaited_is_fine() { use(co_await answer()); }

// main is no coroutine: somebody has to run the loop.
int main_is_fine() { return aio::run(answer()); }

// A thread of its own may run a loop of its own.
aio::coro<> a_loop_on_another_thread_is_fine() {
  co_await aio::to_thread([] { use(aio::run(answer())); });
}
