// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// One step of the loop takes so long that all other tasks must wait. The test uses a virtual clock; block_for moves it.
#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

void compute(aio::duration time) { aio::testing::block_for(time); }

// A computation between two awaits.
aio::coro<> a_long_computation() {
  co_await aio::sleep(1s);
  // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: task 'Task-1' ran for 0.300 s without suspending [coro-slow-step]
  compute(300ms);
  co_await aio::sleep(1s);
}

// A callback computes for too long.
aio::coro<> a_long_callback() {
  aio::get_running_loop().call_soon([] { compute(200ms); });
  // LIVE: warning: callback '{{.*}}' ran for 0.200 s [coro-slow-step]
  co_await aio::sleep(1s);
}

// Three coroutines look concurrent, but each one keeps the loop until it is done.
aio::coro<> sums_up() {
  // LIVE: :[[#@LINE-1]]:13: warning: task '{{.*}}' ran for 0.400 s without suspending [coro-slow-step]
  compute(400ms);
  co_return;
}
aio::coro<> gathered_and_not_concurrent() { co_await aio::gather(sums_up(), sums_up(), sums_up()); }

// The computation is split, with a suspension between the parts.
aio::coro<> in_pieces_is_fine() {
  for (int i = 0; i < 10; ++i) {
    compute(50ms);
    co_await aio::sleep(0s);
  }
}

// Time while the task is suspended does not count.
aio::coro<> a_long_sleep_is_fine() { co_await aio::sleep(3600s); }

aio::coro<> all() {
  co_await a_long_computation();
  co_await a_long_callback();
  co_await gathered_and_not_concurrent();
  co_await in_pieces_is_fine();
  co_await a_long_sleep_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
