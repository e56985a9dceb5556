// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine waits synchronously for asynchronous work.
#include <aio/aio.h>

aio::coro<> fetch();
aio::coro<int> answer();
void use(int);

// The loop that should run the task is blocked by the wait.
aio::coro<> runs_a_second_loop() {
  use(aio::run(answer()));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  // LIVE: :[[#@LINE-2]]: warning: 'aio::run' runs an event loop inside this coroutine: a loop is already running it [coro-sync-wait]
  co_await fetch();
}

// The coroutine calls the loop that runs it.
aio::coro<> runs_the_loop_it_runs_on() {
  aio::get_running_loop().run_until_complete(fetch());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::event_loop::run_until_complete' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  // LIVE: :[[#@LINE-2]]: warning: 'aio::event_loop::run_until_complete' runs an event loop inside this coroutine: a loop is already running it [coro-sync-wait]
  co_await fetch();
}

// The wait is in a function that the coroutine calls.
static int answer_now() { return aio::run(answer()); }
aio::coro<> waits_in_a_helper() {
  use(answer_now());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'answer_now' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  // STATIC: note: 'aio::run' is called here
  // LIVE: :[[#@LINE-5]]: warning: 'aio::run' runs an event loop inside this coroutine: a loop is already running it [coro-sync-wait]
  // LIVE: :[[#@LINE-4]]: note: called by way of 'waits_in_a_helper'
  co_await fetch();
}

// The coroutine awaits instead.
aio::coro<> awaited_is_fine() { use(co_await answer()); }

// main is a plain function and must run the loop.
int main_is_fine() { return aio::run(answer()); }

// Another thread may run a loop of its own.
aio::coro<> a_loop_on_another_thread_is_fine() {
  co_await aio::to_thread([] { use(aio::run(answer())); });
}

#ifdef LIVE
aio::coro<> fetch() { co_return; }
aio::coro<int> answer() { co_return 42; }
void use(int) {}

// aio refuses the wait with and without debug mode.
aio::coro<> fails(aio::coro<> bad) {
  try {
    co_await std::move(bad);
  } catch (const aio::runtime_error &) {
    co_return;
  }
  std::abort();
}
aio::coro<> all() {
  co_await fails(runs_a_second_loop());
  co_await fails(runs_the_loop_it_runs_on());
  co_await fails(waits_in_a_helper());
  co_await awaited_is_fine();
  co_await a_loop_on_another_thread_is_fine();
}
int main() {
  aio::run(all());
  return main_is_fine() == 42 ? 0 : 1;
}
#endif
