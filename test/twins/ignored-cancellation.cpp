// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A task keeps running long after it was cancelled.
#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

aio::coro<> ended(aio::task<> task) { co_await aio::wait(std::vector{task}); }

// The cleanup waits a minute for a peer that does not answer.
aio::coro<> says_goodbye() {
  std::exception_ptr error;
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    error = std::current_exception();
  }
  co_await aio::sleep(60s);
  // LIVE: :[[#@LINE-1]]:3: warning: task 'goodbye' was cancelled {{[0-9.]+}} s ago and is still here [coro-ignored-cancellation]
  // LIVE-NEXT: note: cancelled here, by task 'Task-1'
  // LIVE-NEXT: :[[#@LINE-3]]:3: note: 'says_goodbye' awaits here
  std::rethrow_exception(error);
}
aio::coro<> a_cleanup_that_hangs() {
  auto task = aio::create_task(says_goodbye(), {.name = "goodbye"});
  co_await aio::sleep(1s);
  task.cancel();
  co_await ended(task);
}

// The cleanup is awaited in a shield.
aio::coro<> keeps_its_cleanup(aio::task<> &cleanup) {
  std::exception_ptr error;
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    error = std::current_exception();
  }
  co_await aio::shield(cleanup);
  // LIVE: :[[#@LINE-1]]:3: warning: task 'careful' was cancelled {{[0-9.]+}} s ago and is still here, in a shield [coro-ignored-cancellation]
  std::rethrow_exception(error);
}
aio::coro<> a_shielded_cleanup() {
  auto cleanup = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(60s); }());
  auto task = aio::create_task(keeps_its_cleanup(cleanup), {.name = "careful"});
  co_await aio::sleep(1s);
  task.cancel();
  co_await ended(task);
  co_await cleanup;
}

// A task passes the request to the task that it awaits; only the inner one is reported.
aio::coro<> waits(aio::task<> inner) { co_await inner; }
aio::coro<> slow_cleanup() {
  std::exception_ptr error;
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    error = std::current_exception();
  }
  co_await aio::sleep(20s);
  // LIVE: :[[#@LINE-1]]:3: warning: task 'inner' was cancelled {{[0-9.]+}} s ago and is still here [coro-ignored-cancellation]
  std::rethrow_exception(error);
}
aio::coro<> only_the_inner_task_is_reported() {
  auto inner = aio::create_task(slow_cleanup(), {.name = "inner"});
  auto outer = aio::create_task(waits(inner), {.name = "outer"});
  co_await aio::sleep(1s);
  outer.cancel();
  co_await ended(outer);
}

// A cleanup of two seconds is short enough.
aio::coro<> flushes() {
  std::exception_ptr error;
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    error = std::current_exception();
  }
  co_await aio::sleep(2s);
  std::rethrow_exception(error);
}
aio::coro<> a_short_cleanup_is_fine() {
  auto task = aio::create_task(flushes());
  co_await aio::sleep(1s);
  task.cancel();
  co_await ended(task);
}

// uncancel() withdraws the request, as a timeout does.
aio::coro<> goes_on() {
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    aio::current_task().uncancel();
  }
  co_await aio::sleep(60s);
}
aio::coro<> a_withdrawn_request_is_fine() {
  auto task = aio::create_task(goes_on());
  co_await aio::sleep(1s);
  task.cancel();
  co_await ended(task);
}
aio::coro<> a_timeout_is_fine() {
  try {
    co_await aio::wait_for(aio::coro<>([]() -> aio::coro<> { co_await aio::sleep(1h); }()), 1s);
  } catch (const aio::timeout_error &) {
  }
  co_await aio::sleep(60s);
}

aio::coro<> all() {
  co_await a_cleanup_that_hangs();
  co_await a_shielded_cleanup();
  co_await only_the_inner_task_is_reported();
  co_await a_short_cleanup_is_fine();
  co_await a_withdrawn_request_is_fine();
  co_await a_timeout_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
