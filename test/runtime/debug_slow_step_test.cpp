// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slow steps, steps that never yield, late timers: one report for each cause, and the evidence for it.
#include "debug_support.h"

#include <atomic>
#include <thread>

#include <sys/syscall.h>
#include <unistd.h>

#include "../../runtime/src/debug/origin.h"
#include "../../runtime/src/debug/registry.h"
#include "../../runtime/src/debug/stack_sample.h"
#include "../../runtime/src/debug/watchdog.h"

namespace aio::debug {
std::shared_ptr<instrument> make_late_timer(event_loop &loop, registry &notes);
}
using aio::debug::expect_report;
using aio::debug::watched_loop;

namespace {

coro<int> three() { co_return 3; }
/// Makes `count` awaits that never suspend; the clock advances by `before` and `after` around them.
coro<> awaits(int count, std::chrono::milliseconds before, std::chrono::milliseconds after) {
  aio::testing::block_for(before);
  for (int i = 0; i < count; ++i)
    co_await three();
  aio::testing::block_for(after);
}
std::string told() { return aio::debug::allowances().empty() ? "" : aio::debug::allowances().back().reason; }

} // namespace

TEST(debug_slow_step, its_limit_belongs_to_the_loop) {
  aio::testing::virtual_loop loop;
  EXPECT_EQ(loop.slow_callback_duration(), 100ms);
  loop.set_slow_callback_duration(2s);
  EXPECT_EQ(loop.slow_callback_duration(), 2s);
  loop.set_debug(true);
  const auto stall = [] { return awaits(0, 1s, 0ms); };
  expect_reports("slow-step", 0, [&] { loop.run_until_complete(stall()); });
  loop.set_slow_callback_duration(1s);
  expect_reports("slow-step", 1, [&] { loop.run_until_complete(stall()); });
}

TEST(debug_one_story, a_step_that_never_yields_is_not_slow_as_well) {
  expect_reports("never-yields", 1, [] { in_debug([] { return awaits(102'000, 0ms, 300ms); }); });
  expect_reports("slow-step", 1, [] { in_debug([] { return awaits(50'000, 0ms, 300ms); }); });
  // The next step is judged anew.
  aio::debug::collector collect;
  in_debug([]() -> coro<> {
    co_await awaits(102'000, 0ms, 300ms);
    co_await aio::yield_now();
    aio::testing::block_for(300ms);
  });
  EXPECT_EQ(collect.count("never-yields"), 1U);
  EXPECT_EQ(collect.count("slow-step"), 1U);
}

TEST(debug_one_story, is_told_by_the_other_where_the_first_is_silent) {
  aio::debug::set_level("never-yields", aio::debug::level::off);
  const std::string wrong = expect_report("slow-step", 1, [] { in_debug([] { return awaits(102'000, 0ms, 300ms); }); });
  aio::debug::set_level("never-yields", aio::debug::level::warning);
  EXPECT_EQ(wrong, "");
  expect_reports("slow-step", 1, [] {
    in_debug([]() -> coro<> {
      const aio::debug::allow batch("never-yields", "this test counts");
      co_await awaits(102'000, 0ms, 300ms);
    });
  });
}

TEST(debug_watchdog, is_silent_about_a_step_of_which_was_told) {
  aio::debug::collector collect;
  watched_loop loop;
  loop.limit = std::chrono::nanoseconds(50ms).count();
  loop.step_begins(std::source_location::current());
  loop.mark_told();
  for (int i = 0; i < 100; ++i)
    loop.look();
  EXPECT_TRUE(collect.reports().empty());
  loop.step_begins(std::source_location::current());
  for (int i = 0; i < 10; ++i)
    loop.look();
  EXPECT_EQ(collect.reports().size(), 1U);
  EXPECT_TRUE(loop.told());
}

TEST(debug_watchdog, what_a_scope_allows_does_not_count) {
  aio::debug::collector collect;
  watched_loop loop;
  loop.limit = std::chrono::nanoseconds(50ms).count();
  loop.allowances = &aio::debug::slow_step_allowances;
  watched_loop *const outer = std::exchange(watched_loop::here, &loop);
  const auto look = [&](int times) {
    for (int i = 0; i < times; ++i)
      loop.look();
  };
  loop.step_begins(std::source_location::current());
  {
    const aio::debug::allow batch("slow-step", "a batch of this test");
    look(100);
    EXPECT_EQ(loop.ticks_of_this_step(), 100U);
  }
  EXPECT_TRUE(collect.reports().empty());
  EXPECT_EQ(told(), "a batch of this test");
  // The step is judged from here on.
  EXPECT_EQ(loop.ticks_of_this_step(), 0U);
  look(4);
  EXPECT_EQ(loop.ticks_of_this_step(), 4U);
  EXPECT_TRUE(collect.reports().empty());
  look(4);
  EXPECT_EQ(collect.reports().size(), 1U);
  // A step that takes no time needs no allowance, and is not counted.
  const auto count = [] {
    std::size_t all = 0;
    for (const auto &each : aio::debug::allowances())
      all += each.count;
    return all;
  };
  const std::size_t before = count();
  loop.step_begins(std::source_location::current());
  {
    const aio::debug::allow short_one("slow-step", "a short one");
  }
  EXPECT_EQ(count(), before);
  watched_loop::here = outer;
}

namespace {
std::atomic<bool> found{false};
[[gnu::noinline]] long computes() {
  long turns = 0;
  while (!found.load(std::memory_order_relaxed))
    ++turns;
  return turns;
}
} // namespace

TEST(debug_stack_sample, of_a_thread_that_computes) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "TSan keeps signals back from threads that only compute";
#endif
  std::atomic<pid_t> thread{0};
  std::atomic<std::uintptr_t> end{0};
  std::thread busy([&] {
    end = aio::debug::stack_end();
    thread = static_cast<pid_t>(::syscall(SYS_gettid));
    EXPECT_GE(computes(), 0);
  });
  while (thread == 0)
    std::this_thread::yield();
  // A thread that is not scheduled does not answer: ask again.
  bool seen = false;
  for (int i = 0; i < 10'000 && !seen; ++i)
    for (const aio::debug::place &each : aio::debug::stack_of(thread, end))
      seen = seen || aio::debug::short_name(each.function).ends_with("computes");
  found = true;
  busy.join();
  EXPECT_TRUE(seen);
  // The thread has ended.
  EXPECT_TRUE(aio::debug::stack_of(thread, end).empty());
}

TEST(debug_stack_sample, leaves_the_program_its_signal) {
  static std::atomic<int> handled{0};
  struct sigaction ours{}, before{};
  ours.sa_handler = [](int) { ++handled; };
  ::sigaction(SIGURG, &ours, &before);
  EXPECT_TRUE(aio::debug::stack_of(static_cast<pid_t>(::syscall(SYS_gettid)), aio::debug::stack_end()).empty());
  EXPECT_EQ(handled, 0);
  ::sigaction(SIGURG, &before, nullptr);
}

namespace {
std::chrono::nanoseconds used_time{};
struct own_processor_time {
  own_processor_time() {
    aio::debug::processor_time = []() noexcept { return used_time; };
  }
  ~own_processor_time() { aio::debug::processor_time = real; }
  std::chrono::nanoseconds (*const real)() noexcept = aio::debug::processor_time;
};
/// The detector with simulated times of the loop, the thread and the watchdog.
struct late_timer_rig {
  own_processor_time clock;
  aio::event_loop loop;
  std::shared_ptr<aio::debug::registry> notes = std::make_shared<aio::debug::registry>(loop);
  std::shared_ptr<aio::instrument> detector = aio::debug::make_late_timer(loop, *notes);
  aio::debug::collector collect;
  aio::time_point started;

  late_timer_rig() {
    used_time = 10s;
    detector->loop_started(loop);
    started = loop.time();
  }
  /// A timer was due at `due` and fires `late`; the thread had the processor for `used` in between.
  std::size_t reports(std::chrono::milliseconds due, std::chrono::milliseconds late, std::chrono::milliseconds used) {
    used_time += used;
    detector->timers_due(loop, started + due + late, started + due);
    return collect.take().size();
  }
};
} // namespace

TEST(debug_late_timer, is_the_programs_fault_only_if_it_had_the_processor) {
  late_timer_rig rig;
  EXPECT_EQ(rig.reports(10ms, 200ms, 190ms), 1U);
  // The machine was busy with other programs, or suspended.
  EXPECT_EQ(rig.reports(1000ms, 200ms, 20ms), 0U);
  EXPECT_EQ(rig.reports(2000ms, 3600s, 99ms), 0U);
  // Not late enough.
  EXPECT_EQ(rig.reports(3000ms, 99ms, 99ms), 0U);
  // Due before the loop ran.
  EXPECT_EQ(rig.reports(-500ms, 600ms, 600ms), 0U);
}

TEST(debug_late_timer, what_debug_mode_takes_itself_does_not_count) {
  late_timer_rig rig;
  {
    const aio::debug::time_out reading;
    const aio::debug::time_out inside;
    used_time += 150ms;
  }
  EXPECT_EQ(rig.reports(10ms, 200ms, 40ms), 0U);
  {
    const aio::debug::time_out reading;
    used_time += 50ms;
  }
  EXPECT_EQ(rig.reports(1000ms, 200ms, 150ms), 1U);
}

TEST(debug_late_timer, counts_from_the_last_rest) {
  late_timer_rig rig;
  // The watchdog ticks, so the idle time is noted: processor time before it does not count for timers after it.
  watched_loop ticking;
  ticking.anchor = aio::detail::ref_ptr<aio::detail::loop_anchor>(&rig.loop.anchor());
  watched_loop *const outer = watched_loop::here;
  aio::debug::watchdog::watch(ticking);
  for (const std::uint32_t before = aio::debug::watchdog::ticks(); aio::debug::watchdog::ticks() == before;)
    std::this_thread::yield();
  used_time += 500ms;
  rig.detector->before_io_wait(rig.loop, aio::duration(1ms));
  aio::debug::watchdog::forget(ticking);
  watched_loop::here = outer;
  EXPECT_EQ(rig.reports(600ms, 200ms, 20ms), 0U);
  // A poll without a wait is not an idle time.
  used_time += 500ms;
  rig.detector->before_io_wait(rig.loop, aio::duration::zero());
  EXPECT_EQ(rig.reports(1300ms, 200ms, 20ms), 1U);
}

TEST(debug_late_timer, one_long_step_is_slow_steps_to_tell) {
  late_timer_rig rig;
  rig.notes->slow_step_ended = rig.started + 300ms;
  EXPECT_EQ(rig.reports(10ms, 290ms, 290ms), 0U);
  EXPECT_EQ(rig.reports(400ms, 200ms, 200ms), 1U);
}
