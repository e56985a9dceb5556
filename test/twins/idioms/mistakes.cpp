// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// Typical first mistakes with asyncio, written with aio. The checker finds each one that the source shows, and debug mode
// finds each one at run time.
#include <aio/aio.h>
#include <aio/testing.h>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

aio::coro<std::string> fetch(std::string url) {
  co_await aio::sleep(100ms);
  co_return url;
}
aio::coro<> background_work() { co_await aio::sleep(1s); }
aio::coro<> cleanup() { co_await aio::sleep(1ms); }
aio::coro<> long_operation() { co_await aio::sleep(1h); }

// Three computations look concurrent but run one after the other, because none of them suspends. Only debug mode sees this.
aio::coro<long> slow() {
  long total = 0;
  for (long i = 0; i < 10'000'000; ++i)
    if (i % 1'000 == 0) {
      total += i;
      aio::testing::block_for(20us); // the clock of this test stands still while it computes
    }
  co_return total;
  // LIVE: :[[#@LINE-8]]:17: warning: task 'Task-{{[0-9]+}}' ran for 0.200 s without suspending [coro-slow-step]
}
aio::coro<> no_yields() { co_await aio::gather(slow(), slow(), slow()); }

// The awaits of this loop never suspend.
aio::coro<int> square(int i) { co_return i * i; }
aio::coro<> awaits_that_do_not_yield() {
  long total = 0;
  for (int i = 0; i < 150'000; ++i)
    total += co_await square(i);
    // LIVE: :[[#@LINE-1]]:14: warning: task '{{.*}}' has passed {{[0-9]+}} awaits in one step, and none has suspended it [coro-never-yields]
  static_cast<void>(total);
}

// The handle of a task is dropped.
aio::coro<> discard_the_task() {
  aio::create_task(background_work());
  // STATIC: :[[#@LINE-1]]:3: warning: running task returned by 'create_task' is dropped{{.*}} [coro-discarded-task]
  // LIVE: :[[#@LINE-2]]:3: warning: running task returned by 'create_task' is dropped{{.*}} [coro-discarded-task]
  co_await aio::sleep(2s);
}

// The await is forgotten.
aio::coro<> forget_the_await() {
  fetch("a");
  // STATIC: :[[#@LINE-1]]:3: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  // LIVE: :[[#@LINE-2]]: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_await aio::sleep(1ms);
}

// A blocking call stops all other tasks.
aio::coro<> block_in_a_coroutine() {
  std::this_thread::sleep_for(1ms);
  // STATIC: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'nanosleep' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await aio::sleep(1ms);
}

// The cancellation is caught and not passed on, so the caller sees a normal end.
aio::coro<> forget_to_raise() {
  bool cancelled = false;
  try {
    co_await long_operation();
    // LIVE: :[[#@LINE-1]]:5: warning: {{.*}}cancel{{.*}} [coro-swallowed-cancellation]
  } catch (const aio::cancelled_error &) {
    // STATIC: :[[#@LINE-1]]:5: warning: {{.*}} [coro-swallowed-cancellation]
    cancelled = true;
  }
  if (cancelled)
    co_await cleanup();
}
aio::coro<> work() {
  co_await forget_to_raise();
  co_await long_operation();
}
aio::coro<> cancel_it() {
  auto task = aio::create_task(work());
  co_await aio::sleep(1s);
  task.cancel();
  co_await aio::sleep(1s);
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// The first failure ends the gather but not its other tasks.
aio::coro<std::string> fetch_might_fail() {
  co_await aio::sleep(1ms);
  throw std::runtime_error("no route");
}
aio::coro<> leave_the_others_running() {
  try {
    co_await aio::gather(fetch("a"), fetch_might_fail(), fetch("b"));
    // LIVE: :[[#@LINE-1]]:5: warning: 2 tasks run on after 'gather' has failed with 'std::runtime_error: no route'{{.*}} [coro-left-running]
  } catch (const std::runtime_error &) {
  }
  co_await aio::sleep(1s);
}

// The sentinel is an item as well. No task calls task_done() for it, so join() waits forever.
using items = aio::queue<std::shared_ptr<int>>;
aio::coro<> producer(items &queue) {
  for (int i = 0; i < 100; ++i)
    co_await queue.put(std::make_shared<int>(i));
  co_await queue.put(nullptr);
}
aio::coro<> consumer(items &queue) {
  for (;;) {
    auto item = co_await queue.get();
    if (!item)
      break;
    queue.task_done();
  }
}
aio::coro<> join_behind_a_sentinel() {
  items queue(10);
  co_await aio::gather(producer(queue), consumer(queue));
  try {
    co_await aio::wait_for(queue.join(), 1min);
    // LIVE: :[[#@LINE-1]]:5: warning: task '{{.*}}' joins a queue with 1 item unfinished{{.*}} [coro-unjoinable-queue]
  } catch (const aio::timeout_error &) {
  }
}

aio::coro<> all() {
  co_await no_yields();
  co_await awaits_that_do_not_yield();
  co_await discard_the_task();
  co_await forget_the_await();
  co_await block_in_a_coroutine();
  co_await cancel_it();
  co_await leave_the_others_running();
  co_await join_behind_a_sentinel();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
