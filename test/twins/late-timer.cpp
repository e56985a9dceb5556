// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A timer fires late because many short steps kept the loop busy.
#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

// Each step takes 20 ms, which is too short for slow-step.
aio::coro<> handle_one(int) {
  // LIVE: late-timer.cpp:[[#@LINE-1]]:13: warning: a timer fires 0.190 s late: many short steps kept the loop from it [coro-late-timer]
  // LIVE-NEXT: late-timer.cpp:[[#@LINE-2]]:13: note: 'handle_one' has been busy for about 200 ms in 10 tasks
  aio::testing::block_for(20ms);
  co_await aio::yield_now();
  co_await aio::yield_now();
}
aio::coro<> a_burst_of_requests() {
  std::vector<aio::coro<>> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(handle_one(i));
  auto requests = aio::gather(std::move(all));
  co_await aio::sleep(10ms);
  co_await requests;
}

// Four steps delay the timer by less than the limit.
aio::coro<> a_little_late_is_fine() {
  std::vector<aio::coro<>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(handle_one(i));
  auto requests = aio::gather(std::move(all));
  co_await aio::sleep(10ms);
  co_await requests;
}

// The timer was set for a time in the past.
aio::coro<> due_in_the_past_is_fine() {
  auto &loop = aio::get_running_loop();
  co_await aio::sleep(10s);
  bool called = false;
  loop.call_at(loop.time() - 5s, [&] { called = true; });
  while (!called)
    co_await aio::sleep(1ms);
}

aio::coro<> all() {
  co_await a_burst_of_requests();
  co_await a_little_late_is_fine();
  co_await due_in_the_past_is_fine();
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
