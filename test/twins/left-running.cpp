// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// Tasks keep running without an owner after a gather or wait returned.
#include <aio/aio.h>
#include <aio/testing.h>
#include <stdexcept>

using namespace std::chrono_literals;

aio::coro<> slow() { co_await aio::sleep(10s); }
aio::coro<> quick() { co_await aio::sleep(1s); }
aio::coro<> fails() {
  co_await aio::sleep(1s);
  throw std::runtime_error("no route");
}

// The first failure ends the gather but not its other tasks.
aio::coro<> a_gather_that_fails() {
  try {
    co_await aio::gather(slow(), fails(), slow());
    // LIVE: :[[#@LINE-1]]:5: warning: 2 tasks run on after 'gather' has failed with 'std::runtime_error: no route': 'Task-{{[0-9]+}}', 'Task-{{[0-9]+}}' [coro-left-running]
  } catch (const std::runtime_error &) {
  }
  co_await aio::sleep(20s);
}

// The exception destroys the handle of the other task.
aio::coro<> handles_that_the_exception_drops() {
  try {
    auto other = aio::create_task(slow(), {.name = "other"});
    co_await aio::gather(fails(), other);
    // LIVE: :[[#@LINE-1]]:5: warning: 1 task runs on after 'gather' has failed with 'std::runtime_error: no route': 'other' [coro-left-running]
  } catch (const std::runtime_error &) {
  }
  co_await aio::sleep(20s);
}

// The loop is left after the first result; the other task keeps running.
aio::coro<> an_iteration_that_is_left() {
  std::vector<aio::coro<>> all;
  all.push_back(slow());
  all.push_back(quick());
  for (auto next : aio::as_completed(std::move(all))) {
    // LIVE: :[[#@LINE-1]]: warning: 1 task runs on after 'as_completed' is over, and nobody holds it: 'Task-{{[0-9]+}}' [coro-left-running]
    co_await std::move(next);
    break;
  }
  co_await aio::sleep(20s);
}

// Every task of the iteration is awaited.
aio::coro<> a_whole_iteration_is_fine() {
  std::vector<aio::coro<>> all;
  all.push_back(slow());
  all.push_back(quick());
  for (auto next : aio::as_completed(std::move(all)))
    co_await std::move(next);
}

// wait() returns with the first task, and the handle of the other one is dropped.
aio::coro<> pending_that_is_dropped() {
  {
    auto both = std::vector{aio::create_task(slow(), {.name = "slow"}), aio::create_task(quick())};
    co_await aio::wait(both, {.return_when = aio::FIRST_COMPLETED});
    // LIVE: :[[#@LINE-1]]:5: warning: 1 task runs on after 'wait' is over, and nobody holds it: 'slow' [coro-left-running]
  }
  co_await aio::sleep(20s);
}

// The handler of the failure cancels the other task.
aio::coro<> cancelled_is_fine() {
  auto other = aio::create_task(slow());
  try {
    co_await aio::gather(fails(), other);
  } catch (const std::runtime_error &) {
    other.cancel();
  }
  co_await aio::sleep(20s);
}

// The other task is awaited later.
aio::coro<> awaited_later_is_fine() {
  auto other = aio::create_task(slow());
  try {
    co_await aio::gather(fails(), other);
  } catch (const std::runtime_error &) {
  }
  co_await other;
}

// With return_exceptions, the gather waits for all tasks.
aio::coro<> exceptions_as_results_are_fine() { co_await aio::gather(aio::return_exceptions, slow(), fails()); }

// The pending task is cancelled after the first one has finished.
aio::coro<> first_wins_is_fine() {
  auto both = std::vector{aio::create_task(slow()), aio::create_task(quick())};
  auto result = co_await aio::wait(both, {.return_when = aio::FIRST_COMPLETED});
  for (auto &task : result.pending)
    task.cancel();
  both.clear();
  result.pending.clear();
  co_await aio::sleep(20s);
}

// A loop awaits the pending tasks.
aio::coro<> one_after_the_other_is_fine() {
  auto left = std::vector{aio::create_task(slow()), aio::create_task(quick())};
  while (!left.empty()) {
    auto result = co_await aio::wait(left, {.return_when = aio::FIRST_COMPLETED});
    left = result.pending;
  }
}

aio::coro<> all() {
  co_await a_gather_that_fails();
  co_await handles_that_the_exception_drops();
  co_await an_iteration_that_is_left();
  co_await a_whole_iteration_is_fine();
  co_await pending_that_is_dropped();
  co_await cancelled_is_fine();
  co_await awaited_later_is_fine();
  co_await exceptions_as_results_are_fine();
  co_await first_wins_is_fine();
  co_await one_after_the_other_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
