// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A timeout or task group is exited in the wrong order or by the wrong task.
#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

// The consumer runs inside the generator's timeout between two values.
aio::async_generator<int> with_a_timeout() {
  auto limit = aio::timeout(10s);
  limit.enter();
  co_yield 1;
  limit.exit(nullptr);
  // LIVE: :[[#@LINE-1]]: warning: a timeout is left before the timeout that was entered inside it [coro-crossed-scopes]
  // LIVE-NEXT: :[[#@LINE-4]]: note: the timeout was entered here
  co_yield 2;
}
aio::coro<> a_generator_with_a_scope() {
  auto numbers = with_a_timeout();
  co_await numbers.anext();
  auto own = aio::timeout(1s);
  own.enter();
  // LIVE-NEXT: :[[#@LINE-1]]: note: the timeout was entered here
  co_await numbers.anext();
  own.exit(nullptr);
  co_await numbers.aclose();
}

// One task enters the timeout and another task exits it.
aio::coro<> leaves(aio::timeout_scope &limit) {
  limit.exit(nullptr);
  // LIVE: :[[#@LINE-1]]: warning: a timeout is left in task 'other', and was entered in task 'Task-1' [coro-crossed-scopes]
  co_return;
}
aio::coro<> another_task() {
  auto limit = aio::timeout(10s);
  limit.enter();
  // LIVE-NEXT: :[[#@LINE-1]]: note: the timeout was entered here
  co_await aio::create_task(leaves(limit), {.name = "other"});
}

// The group is exited before the timeout that was entered inside it.
aio::coro<> a_group() {
  aio::task_group group;
  group.enter();
  // LIVE: :[[#@LINE-1]]: warning: a task_group is left before the timeout that was entered inside it [coro-crossed-scopes]
  auto limit = aio::timeout(10s);
  limit.enter();
  co_await group.exit(nullptr);
  limit.exit(nullptr);
}

// A group inside a timeout, and a timeout inside a group.
aio::coro<> nested_is_fine() {
  co_await aio::async_with(aio::timeout(10s), []() -> aio::coro<> {
    co_await aio::async_with(aio::task_group(), [](aio::task_group &group) -> aio::coro<> {
      group.create_task([]() -> aio::coro<> { co_await aio::wait_for([]() -> aio::coro<> { co_await aio::sleep(1s); }(), 5s); }());
      co_await aio::async_with(aio::timeout(10s), []() -> aio::coro<> { co_await aio::sleep(1s); });
    });
  });
}

// Each task enters and exits its own timeout; their order does not matter.
aio::coro<> waits(std::chrono::seconds time) {
  auto limit = aio::timeout(time * 2);
  limit.enter();
  co_await aio::sleep(time);
  limit.exit(nullptr);
}
aio::coro<> other_tasks_are_fine() { co_await aio::gather(waits(3s), waits(1s), waits(2s)); }

// async_with runs the generator to its end before the consumer goes on.
aio::async_generator<int> limited() {
  auto limit = aio::timeout(10s);
  limit.enter();
  co_yield 1;
  limit.exit(nullptr);
}
aio::coro<> a_context_manager_is_fine() {
  co_await aio::async_with(aio::asynccontextmanager(limited()), [](int &) -> aio::coro<> { co_await waits(1s); });
}

// An exception exits both timeouts, the inner one first.
aio::coro<> sleeps() { co_await aio::sleep(100s); }
aio::coro<> an_exception_is_fine() {
  try {
    co_await aio::wait_for([]() -> aio::coro<> { co_await aio::wait_for(sleeps(), 50s); }(), 1s);
  } catch (const aio::timeout_error &) {
  }
}

aio::coro<> all() {
  co_await a_generator_with_a_scope();
  co_await another_task();
  co_await a_group();
  co_await nested_is_fine();
  co_await other_tasks_are_fine();
  co_await a_context_manager_is_fine();
  co_await an_exception_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
