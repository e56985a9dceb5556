// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// One step passes many awaits without suspending at any of them.
#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

constexpr int many = 150'000;
aio::coro<int> parse(int line) { co_return line; }

// Awaiting a coroutine that never suspends is an ordinary call.
aio::coro<int> a_loop_of_children() {
  int sum = 0;
  for (int i = 0; i < many; ++i)
    sum += co_await parse(i);
    // LIVE: :[[#@LINE-1]]:12: warning: task 'parser' has passed {{10[0-9]}}000 awaits in one step, and none has suspended it [coro-never-yields]
    // LIVE-NEXT: note: task 'parser' was created here
  co_return sum;
}

// A queue without a limit is never full.
aio::coro<> fill(aio::queue<int> &queue) {
  for (int i = 0; i < many; ++i)
    co_await queue.put(i);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'producer' has passed {{10[0-9]}}000 awaits in one step
}
aio::coro<> a_producer() {
  aio::queue<int> queue;
  co_await fill(queue);
  // LIVE-NEXT: :[[#@LINE-1]]:3: note: 'a_producer' awaits it here
}

// The report names the line of the loop, not the coroutine that it calls.
aio::coro<> locked(aio::lock &lock) {
  co_await lock.acquire();
  lock.release();
}
aio::coro<> a_lock_that_is_always_free() {
  aio::lock lock;
  for (int i = 0; i < many; ++i)
    co_await locked(lock);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'locker' has passed {{10[0-9]}}000 awaits in one step
}

// Awaiting a completed future does not suspend.
aio::coro<> a_future_that_is_done() {
  auto ready = aio::create_future<int>();
  ready.set_result(1);
  for (int i = 0; i < many; ++i)
    co_await ready;
    // LIVE: :[[#@LINE-1]]:5: warning: task 'future' has passed {{10[0-9]}}000 awaits in one step
}

// co_yield gives control to the consumer, not to the loop.
aio::async_generator<int> numbers() {
  for (int i = 0; i < many; ++i)
    co_yield i;
    // LIVE: :[[#@LINE-1]]:5: warning: task 'generator' has passed {{10[0-9]}}000 awaits in one step
}
aio::coro<> a_generator() {
  AIO_FOR_CO_AWAIT(int number, numbers())
    static_cast<void>(number);
  // LIVE-NEXT: :[[#@LINE-2]]:{{[0-9]+}}: note: 'a_generator' awaits it here
}

// The coroutine calls yield_now() from time to time.
aio::coro<int> a_turn_now_and_then_is_fine() {
  int sum = 0;
  for (int i = 0; i < many; ++i) {
    sum += co_await parse(i);
    if (i % 10'000 == 0)
      co_await aio::yield_now();
  }
  co_return sum;
}

// A producer suspends when the queue is full.
aio::coro<> drain(aio::queue<int> &queue) {
  for (int i = 0; i < many; ++i)
    co_await queue.get();
}
aio::coro<> back_pressure_is_fine() {
  aio::queue<int> queue(10);
  co_await aio::gather(fill(queue), drain(queue));
}

// Many tasks run in one pass, each with few awaits.
aio::coro<> a_few() {
  for (int i = 0; i < 100; ++i)
    co_await parse(i);
}
aio::coro<> many_tasks_are_fine() {
  std::vector<aio::coro<>> all;
  for (int i = 0; i < 2'000; ++i)
    all.push_back(a_few());
  co_await aio::gather(std::move(all));
}

// An eager task runs its first step inside the step of the task that created it.
aio::coro<> eager_tasks_are_fine() {
  for (int i = 0; i < 90; ++i) {
    auto t = aio::create_task(a_few(), {.eager_start = true});
    co_await t;
  }
}

// The task passes many awaits, but few in each step.
aio::coro<> long_lived_is_fine() {
  for (int i = 0; i < many; ++i)
    co_await aio::sleep(1ms);
}

aio::coro<> all() {
  co_await aio::create_task(a_loop_of_children(), {.name = "parser"});
  co_await aio::create_task(a_producer(), {.name = "producer"});
  co_await aio::create_task(a_lock_that_is_always_free(), {.name = "locker"});
  co_await aio::create_task(a_future_that_is_done(), {.name = "future"});
  co_await aio::create_task(a_generator(), {.name = "generator"});
  co_await a_turn_now_and_then_is_fine();
  co_await back_pressure_is_fine();
  co_await many_tasks_are_fine();
  co_await eager_tasks_are_fine();
  co_await long_lived_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
