// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Debug mode: the reports of each detector, and cases without a report.
#include "debug_support.h"

#include <csignal>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "../../runtime/src/debug/origin.h"
#include "../../runtime/src/debug/watchdog.h"

namespace {

coro<int> answer() { co_return 42; }
coro<> waits() { co_await aio::sleep(1000s); }

coro<> cancel_and_join(task<> child) {
  child.cancel();
  try {
    co_await child;
  } catch (const aio::cancelled_error &) {
  }
}
coro<> joins_its_child() {
  auto child = aio::create_task(sleeper(10));
  std::exception_ptr error;
  try {
    co_await aio::sleep(10s);
  } catch (...) {
    error = std::current_exception();
  }
  co_await cancel_and_join(child);
  std::rethrow_exception(error);
}

// The owner of a frame is not at fault if an exception skips the await.
coro<> throws_before_the_await() {
  auto later = answer();
  throw test_error("E");
  co_await std::move(later);
}

} // namespace

TEST(debug_unawaited_task, temporary_and_variable_and_container) {
  expect_reports("unawaited-task", 3, [] {
    in_debug([]() -> coro<> {
      static_cast<void>(answer());
      auto stored = answer();
      std::vector<coro<int>> many;
      many.push_back(answer());
      co_return;
    });
  });
}

// conformance: debug-007
TEST(debug_unawaited_task, names_the_call_and_the_coroutine) {
  const int line = __LINE__ + 3;
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      static_cast<void>(answer());
      co_return;
    });
  });
  EXPECT_EQ(r.rule, "unawaited-task");
  EXPECT_EQ(r.message, "task returned by 'answer' is never awaited, so it never runs");
  EXPECT_EQ(r.where.line, line);
  EXPECT_NE(r.where.file.find("debug_test.cpp"), std::string::npos) << r.text();
  EXPECT_EQ(r.task, "Task-1");
  EXPECT_TRUE(has_note(r, "'answer' is a lazy coroutine"));
  // Without debug mode there is the plain warning, which has no place.
  warnings seen;
  without_debug([]() -> coro<> {
    static_cast<void>(answer());
    co_return;
  });
  ASSERT_EQ(seen.seen.size(), 1U);
  EXPECT_NE(seen.seen[0].find("was never awaited"), std::string::npos);
  EXPECT_EQ(seen.seen[0].find("debug_test"), std::string::npos);
}

TEST(debug_unawaited_task, still_there_when_the_loop_closes) {
  coro<int> kept;
  expect_reports("unawaited-task", 1, [&] {
    in_debug([&]() -> coro<> {
      kept = answer();
      co_return;
    });
    // Reported once; the end of the frame adds nothing.
    kept = {};
  });
}

TEST(debug_unawaited_task, awaited_closed_or_skipped_by_an_exception_is_fine) {
  expect_reports("unawaited-task", 0, [] {
    in_debug([]() -> coro<> {
      auto stored = answer();
      co_await std::move(stored);
      auto closed = answer();
      closed.close();
      EXPECT_EQ(co_await ending(throws_before_the_await()), "E");
      auto t = aio::create_task(answer());
      t.cancel();
      co_await ending(t);
    });
  });
}

TEST(debug_discarded_task, nobody_holds_it) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      static_cast<void>(aio::create_task(sleeper(1)));
      co_await aio::sleep(2s);
    });
  });
  EXPECT_EQ(r.rule, "discarded-task");
  EXPECT_NE(r.message.find("'create_task' is dropped"), std::string::npos);
}

TEST(debug_discarded_task, its_handle_goes_while_it_sleeps) {
  expect_reports("discarded-task", 1, [] {
    in_debug([]() -> coro<> {
      {
        auto t = aio::create_task([]() -> coro<> {
          co_await aio::sleep(1s);
          co_await aio::sleep(1s);
        }());
        co_await aio::sleep(0.5s);
      }
      co_await aio::sleep(2s);
    });
  });
}

TEST(debug_discarded_task, held_awaited_or_detached_is_fine) {
  expect_reports("discarded-task", 0, [] {
    in_debug([]() -> coro<> {
      auto held = aio::create_task(sleeper(1));
      aio::create_task(sleeper(1)).detach();
      co_await aio::create_task(sleeper(1));
      co_await aio::gather(sleeper(1), sleeper(2));
      co_await aio::async_with(aio::task_group(), [](aio::task_group &tg) -> coro<> {
        tg.create_task(sleeper(1));
        co_return;
      });
      int done = 0;
      aio::create_task(sleeper(1)).add_done_callback([&] { ++done; });
      co_await aio::wait_for(aio::shield(sleeper(1)), 5s);
      co_await held;
      EXPECT_EQ(done, 1);
    });
  });
}

// conformance: debug-006
TEST(debug_discarded_task, an_exception_that_nobody_reads) {
  int line = 0;
  const auto r = the_report([&] {
    in_debug([&]() -> coro<> {
      line = __LINE__ + 1;
      auto t = aio::create_task(fail_now("lost"), {.name = "loser"});
      co_await ticks(3);
    });
  });
  EXPECT_EQ(r.rule, "discarded-task");
  EXPECT_EQ(r.message, "nobody retrieves the exception of task 'loser': test_error: lost");
  EXPECT_EQ(r.where.line, static_cast<unsigned>(line));
}

TEST(debug_discarded_task, destroyed_while_pending) {
  aio::debug::collector collect;
  {
    aio::testing::virtual_loop loop;
    loop.set_debug(true);
    auto t = loop.create_task(waits());
    passes(loop, 2);
  }
  const auto all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].message, "task 'Task-1' is destroyed while it is pending");
  EXPECT_TRUE(has_note(all[0], "'waits' awaits here"));
}

// Reports on the tasks of a gather belong to the task that awaits the gather.
TEST(debug_discarded_task, what_a_gather_made_is_told_once) {
  const auto leave = [](bool debug, auto make) {
    log_t handled;
    {
      aio::testing::virtual_loop loop;
      loop.set_debug(debug);
      if (!debug)
        loop.set_exception_handler(
            [&](aio::event_loop &, const aio::exception_context &c) { handled.push_back(c.message); });
      make(loop);
    }
    return handled;
  };
  const auto awaits_one = [](aio::event_loop &loop) {
    loop.create_task([]() -> coro<> { co_await aio::gather(waits(), waits()); }()).detach();
    passes(loop, 3);
  };
  const auto nobody_awaits = [](aio::event_loop &loop) {
    static std::optional<aio::any_future> kept;
    loop.run_until_complete([]() -> coro<> {
      kept = aio::gather(waits(), waits());
      co_await ticks(2);
    }());
    kept.reset();
  };
  // As in asyncio, the awaiting task is reported, not those of its gather.
  log_t reported;
  {
    aio::debug::collector collect;
    leave(true, [&](aio::event_loop &loop) {
      auto t = loop.create_task([]() -> coro<> { co_await aio::gather(waits(), waits()); }(), {.name = "outer"});
      passes(loop, 3);
      static_cast<void>(t);
    });
    for (const auto &r : collect.take())
      reported.push_back(r.message);
  }
  EXPECT_EQ(reported, log_t{"task 'outer' is destroyed while it is pending"});
  EXPECT_EQ(leave(false, awaits_one), log_t{"Task was destroyed but it is pending!"});
  // asyncio reports nothing here; debug mode names the line.
  EXPECT_EQ(leave(false, nobody_awaits), log_t{});
  aio::debug::collector collect;
  leave(true, nobody_awaits);
  const auto all = collect.take();
  ASSERT_EQ(all.size(), 2U); // one line, so it is printed once
  EXPECT_EQ(all[0].rule, "discarded-task");
  EXPECT_TRUE(all[0].where.file.ends_with("debug_test.cpp")) << all[0].text();
  EXPECT_EQ(all[0].where.line, all[1].where.line);
}

// Tasks made from a range, or by other functions, are not reported at lines of the runtime's headers.
TEST(debug_discarded_task, lines_are_the_programs_own) {
  aio::debug::collector collect;
  {
    aio::testing::virtual_loop loop;
    loop.set_debug(true);
    static std::vector<aio::any_future> kept;
    loop.run_until_complete([]() -> coro<> {
      std::vector<coro<>> range;
      range.push_back(waits());
      kept.push_back(aio::gather(std::move(range)));
      kept.push_back(aio::ensure_future(waits()));
      std::vector<coro<>> more;
      more.push_back(waits());
      auto each = aio::as_completed(std::move(more), 1s);
      co_await ticks(2);
    }());
    kept.clear();
    loop.close();
  }
  EXPECT_GE(collect.reports().size(), 2U);
  for (const auto &r : collect.take())
    EXPECT_TRUE(r.where.file.ends_with("debug_test.cpp")) << r.text();
}

TEST(debug_swallowed_cancellation, a_child_that_returns) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      auto child = []() -> coro<> {
        try {
          co_await aio::sleep(10s);
        } catch (...) {
        }
      };
      auto parent = [&]() -> coro<> { co_await child(); };
      auto t = aio::create_task(parent(), {.name = "victim"});
      co_await ticks(1);
      t.cancel("enough");
      co_await t;
    });
  });
  EXPECT_EQ(r.rule, "swallowed-cancellation");
  EXPECT_EQ(r.task, "victim");
  EXPECT_TRUE(has_note(r, "cancelled here, by task 'Task-1': enough"));
  EXPECT_TRUE(has_note(r, "awaited here"));
}

TEST(debug_swallowed_cancellation, a_loop_that_tries_again) {
  expect_reports("swallowed-cancellation", 1, [] {
    in_debug([]() -> coro<> {
      auto t = aio::create_task([]() -> coro<> {
        for (int i = 0; i < 2; ++i)
          try {
            co_await aio::sleep(10s);
          } catch (...) {
          }
      }());
      co_await ticks(1);
      t.cancel();
      co_await t;
    });
  });
}

TEST(debug_swallowed_cancellation, replaced_by_another_exception) {
  expect_reports("swallowed-cancellation", 1, [] {
    in_debug([]() -> coro<> {
      auto t = aio::create_task([]() -> coro<> {
        try {
          co_await aio::sleep(10s);
        } catch (...) {
          throw test_error("E");
        }
      }());
      co_await ticks(1);
      t.cancel();
      EXPECT_EQ(co_await ending(t), "E");
    });
  });
}

TEST(debug_swallowed_cancellation, handed_on_withdrawn_or_at_the_end_of_the_task_is_fine) {
  expect_reports("swallowed-cancellation", 0, [] {
    in_debug([]() -> coro<> {
      // The exception is stored, and thrown again after the cleanup.
      auto a = aio::create_task(slow_to_cancel(1));
      // The request is withdrawn.
      auto b = aio::create_task([]() -> coro<> {
        try {
          co_await aio::sleep(10s);
        } catch (const aio::cancelled_error &) {
          aio::current_task().uncancel();
        }
        co_await aio::sleep(1s);
      }());
      // The cancellation ends with the task.
      auto c = aio::create_task([]() -> coro<> {
        try {
          co_await aio::sleep(10s);
        } catch (const aio::cancelled_error &) {
        }
      }());
      // The cancellation of a timeout.
      EXPECT_EQ(co_await ending(aio::wait_for(sleeper(10), 1s)), "timeout");
      // A cancellation of another task.
      auto d = aio::create_task(sleeper(10));
      d.cancel();
      try {
        co_await d;
      } catch (const aio::cancelled_error &) {
      }
      // A cancelled task whose cleanup joins a child that it cancels itself.
      auto e = aio::create_task(joins_its_child());
      // A sibling fails, and the group cancels the others.
      EXPECT_NE(co_await ending(aio::async_with(aio::task_group(),
                                                [](aio::task_group &tg) -> coro<> {
                                                  tg.create_task(fail_after(1));
                                                  tg.create_task(sleeper(10));
                                                  co_await aio::sleep(10s);
                                                })),
                "value");
      co_await ticks(2);
      for (const auto &t : {a, b, c, e})
        t.cancel();
      for (const auto &t : {a, e})
        EXPECT_EQ(co_await ending(t), "cancelled:");
      co_await b;
      co_await c;
    });
  });
}

TEST(debug_deadlock, tasks_that_wait_for_each_other) {
  aio::debug::collector collect;
  aio::testing::virtual_loop loop;
  loop.set_debug(true);
  task<> a;
  task<> b;
  auto wait_for = [](const task<> &other) -> coro<> {
    co_await aio::sleep(0s);
    co_await other;
  };
  a = loop.create_task(wait_for(b), {.name = "a"});
  b = loop.create_task(wait_for(a), {.name = "b"});
  passes(loop, 4);
  auto all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].message, "tasks wait for each other: b -> a -> b");
  EXPECT_TRUE(has_note(all[0], "task 'a' waits here"));
  a.cancel();
  passes(loop, 4);
  EXPECT_TRUE(b.done());
}

TEST(debug_deadlock, a_chain_is_fine) {
  expect_reports("deadlock", 0, [] {
    in_debug([]() -> coro<> {
      auto a = aio::create_task(sleeper(1));
      auto wait = [](task<> t) -> coro<> { co_await t; };
      auto b = aio::create_task(wait(a));
      auto c = aio::create_task(wait(a));
      co_await aio::gather(wait(b), wait(c), wait(a));
    });
  });
}

namespace {
/// Stops instead of waiting for ever.
class impatient_loop final : public aio::event_loop {
  void idle(std::optional<aio::duration> timeout) override {
    if (timeout) {
      event_loop::idle(timeout);
      return;
    }
    if (hooks())
      hooks()->each(aio::hook::before_io_wait, [&](aio::instrument &i) { i.before_io_wait(*this, timeout); });
    stop();
  }
};
template <class F> void until_idle(F prepare) {
  impatient_loop loop;
  loop.set_debug(true);
  prepare(loop);
  loop.run_forever();
  for (const auto &t : aio::all_tasks(loop))
    t.cancel();
  loop.call_soon([&] { loop.stop(); });
  passes(loop, 3);
}
coro<> waits_on(aio::future<int> f) { co_await f; }
} // namespace

TEST(debug_deadlock, nothing_can_wake_the_loop) {
  const auto r = the_report([] {
    until_idle([](aio::event_loop &loop) {
      loop.create_task(waits_on(loop.create_future<int>()), {.name = "stuck"}).detach();
    });
  });
  EXPECT_EQ(r.rule, "deadlock");
  EXPECT_EQ(r.message, "1 task waits and nothing can wake it: 'stuck'");
  EXPECT_TRUE(has_note(r, "task 'stuck': 'waits_on' awaits here"));
}

// The alarms by which detectors look at joins and cancellations do not wake the program.
TEST(debug_deadlock, alarms_of_detectors_do_not_count) {
  struct stops final : aio::instrument {
    aio::hook_set wants() const noexcept override { return aio::hook::before_io_wait; }
    void before_io_wait(aio::event_loop &loop, std::optional<aio::duration> timeout) override {
      if (timeout != aio::duration::zero())
        std::thread([&loop] { loop.call_soon_threadsafe([&loop] { loop.stop(); }); }).join();
    }
  };
  const auto made = [](auto prepare) {
    aio::debug::collector collect;
    aio::event_loop loop; // one with a clock of its own has no alarms
    loop.set_debug(true);
    loop.call_soon([&] { loop.add_instrument(std::make_shared<stops>()); }); // behind those of debug mode
    prepare(loop);
    loop.run_forever();
    const auto all = collect.take();
    for (const auto &t : aio::all_tasks(loop))
      t.cancel();
    passes(loop, 3);
    return all;
  };
  aio::queue<int> queue;
  const auto joins = [&](aio::event_loop &loop) {
    queue.put_nowait(1);
    loop.create_task(queue.join(), {.name = "joins"}).detach();
  };
  const auto one = made([&](aio::event_loop &loop) {
    joins(loop);
    loop.create_task(waits_on(loop.create_future<int>()), {.name = "stuck"}).detach();
  });
  log_t rules;
  for (const auto &r : one)
    rules.push_back(r.rule + ": " + r.message);
  // Each cause is reported once: the join by its own rule, the others as a deadlock.
  EXPECT_EQ(rules, (log_t{"unjoinable-queue: task 'joins' joins a queue with 1 item "
                          "unfinished, and no task takes any",
                          "deadlock: 1 task waits and nothing can wake it: 'stuck'"}));
  // A timer of the program may do anything, so nothing is reported.
  EXPECT_TRUE(made([&](aio::event_loop &loop) {
                joins(loop);
                loop.call_later(1h, [] {});
              }).empty());
}

TEST(debug_deadlock, a_descriptor_a_thread_or_a_signal_may_wake_it) {
  expect_reports("deadlock", 0, [] {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    until_idle([&](aio::event_loop &loop) {
      loop.create_task(waits_on(loop.create_future<int>())).detach();
      loop.add_reader(ends[0], [] {});
    });
    ::close(ends[0]);
    ::close(ends[1]);
    until_idle([](aio::event_loop &loop) {
      loop.create_task(waits_on(loop.create_future<int>())).detach();
      loop.add_signal_handler(SIGUSR1, [] {});
    });
    std::mutex hold;
    hold.lock();
    std::thread other([&] { const std::lock_guard wait(hold); });
    until_idle([](aio::event_loop &loop) { loop.create_task(waits_on(loop.create_future<int>())).detach(); });
    hold.unlock();
    other.join();
  });
}

TEST(debug_unreleased_lock, held_at_the_end) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      aio::lock l;
      auto forgets = [&]() -> coro<> { co_await l.acquire(); };
      co_await aio::create_task(forgets(), {.name = "owner"});
    });
  });
  EXPECT_EQ(r.rule, "unreleased-lock");
  EXPECT_EQ(r.message, "task 'owner' ends while it holds a lock");
}

TEST(debug_unreleased_lock, guards_and_semaphores_are_fine) {
  expect_reports("unreleased-lock", 0, [] {
    in_debug([]() -> coro<> {
      aio::lock l;
      aio::semaphore permits(2);
      auto uses = [&]() -> coro<> {
        auto guard = co_await l.scoped();
        co_await aio::sleep(1s);
      };
      auto takes_a_permit_for_another = [&]() -> coro<> { co_await permits.acquire(); };
      co_await aio::gather(uses(), uses(), takes_a_permit_for_another());
      permits.release();
      auto cancelled = aio::create_task(uses());
      co_await ticks(1);
      cancelled.cancel();
      co_await ending(cancelled);
    });
  });
}

TEST(debug_unclosed_resource, a_generator_left_in_the_middle) {
  auto numbers = []() -> aio::async_generator<int> {
    for (int i = 0;; ++i)
      co_yield i;
  };
  const auto r = the_report([&] {
    in_debug([&]() -> coro<> {
      {
        auto g = numbers();
        co_await g.anext();
      }
      co_await ticks(3);
    });
  });
  EXPECT_EQ(r.rule, "unclosed-resource");
  expect_reports("unclosed-resource", 0, [&] {
    in_debug([&]() -> coro<> {
      auto g = numbers();
      co_await g.anext();
      co_await g.aclose();
      auto never_begun = numbers();
    });
  });
}

// As in asyncio's debug mode, operations that schedule refuse other threads, which would corrupt the queue.
TEST(debug_wrong_thread, what_schedules_is_refused) {
  aio::debug::collector collect;
  bool ran = false;
  in_debug([&]() -> coro<> {
    auto &loop = aio::get_running_loop();
    std::thread([&] {
      EXPECT_THROW(loop.call_soon([&] { ran = true; }), aio::runtime_error);
      EXPECT_THROW(loop.call_later(1s, [&] { ran = true; }), aio::runtime_error);
      EXPECT_THROW(loop.call_at(loop.time(), [&] { ran = true; }), aio::runtime_error);
      EXPECT_THROW(loop.create_task(answer()), aio::runtime_error);
      loop.call_soon_threadsafe([] {});
    }).join();
    co_await sleeper(2);
  });
  EXPECT_FALSE(ran);
  std::vector<std::string> rules;
  for (const aio::debug::report &report : collect.take())
    rules.push_back(report.rule);
  EXPECT_EQ(rules, log_t(4, "wrong-thread"));
}

namespace {
/// The line that scheduled the callback, as the exception handler receives it, without directories.
struct scheduling_lines {
  log_t lines;
  log_t wanted;
  explicit scheduling_lines(aio::event_loop &loop) {
    loop.set_exception_handler([this](aio::event_loop &, const aio::exception_context &c) {
      EXPECT_EQ(c.message.rfind("Exception in callback", 0), 0U) << c.message;
      lines.push_back(c.scheduled.substr(c.scheduled.rfind('/') + 1));
    });
  }
  /// A callback is scheduled in this line.
  template <class T> void want(const T &, const std::source_location &here = std::source_location::current()) {
    wanted.push_back("debug_test.cpp:" + std::to_string(here.line()));
  }
};
void fails() { throw test_error("E"); }
} // namespace

TEST(debug_callbacks, a_failure_names_the_line_that_scheduled_it) {
  in_debug([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    scheduling_lines seen(loop);
    auto f = aio::create_future<void>();
    seen.want(loop.call_soon(fails));
    seen.want(loop.call_soon_in(aio::copy_context(), fails));
    seen.want(loop.call_soon_threadsafe(fails));
    seen.want((f.add_done_callback(fails), 0));
    f.set_result();
    std::thread([&] { seen.want(loop.call_soon_threadsafe(fails)); }).join();
    seen.want(loop.call_later(1s, fails));
    seen.want(loop.call_at(loop.time() + 2s, fails));
    co_await sleeper(3);
    EXPECT_EQ(seen.lines, seen.wanted);
    loop.set_exception_handler({});
  });
}

TEST(debug_callbacks, of_a_future_that_take_too_long_are_slow_steps) {
  aio::debug::collector collect;
  std::size_t line = 0;
  in_debug([&]() -> coro<> {
    auto f = aio::create_future<void>();
    line = __LINE__ + 1;
    f.add_done_callback([] { aio::testing::block_for(150ms); });
    f.add_done_callback([] { aio::testing::block_for(50ms); });
    f.set_result();
    co_await ticks(2);
  });
  const auto all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].rule, "slow-step");
  EXPECT_NE(all[0].message.find("ran for 0.150 s"), std::string::npos) << all[0].message;
  EXPECT_EQ(all[0].where.line, line);
}

TEST(debug_callbacks, the_line_is_known_before_the_loop_runs_and_not_without_debug_mode) {
  for (const bool on : {true, false}) {
    aio::testing::virtual_loop loop;
    loop.set_debug(on);
    scheduling_lines seen(loop);
    seen.want(loop.call_soon(fails));
    loop.run_once();
    EXPECT_EQ(seen.lines, on ? seen.wanted : log_t{""});
  }
}

TEST(debug_callbacks, the_default_handler_prints_it) {
  testing::internal::CaptureStderr();
  in_debug([]() -> coro<> {
    aio::get_running_loop().call_soon(fails);
    co_await ticks(2);
  });
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("\n  scheduled at: "), std::string::npos) << text;
}

TEST(debug_sync_wait, a_loop_in_a_loop) {
  expect_reports("sync-wait", 1, [] {
    in_debug([]() -> coro<> {
      EXPECT_THROW(aio::run(answer()), aio::runtime_error);
      co_return;
    });
  });
}

// conformance: debug-002
TEST(debug_slow_step, a_task_and_a_callback) {
  aio::debug::collector collect;
  in_debug([]() -> coro<> {
    aio::get_running_loop().call_soon([] { aio::testing::block_for(100ms); });
    co_await ticks(1);
    aio::testing::block_for(150ms);
    co_await ticks(1);
    aio::testing::block_for(99ms);
    co_await ticks(1);
  });
  const auto all = collect.take();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].rule, "slow-step");
  EXPECT_EQ(all[0].message.rfind("callback '", 0), 0U);
  EXPECT_NE(all[0].message.find("ran for 0.100 s"), std::string::npos);
  EXPECT_NE(all[0].where.file.find("debug_test.cpp"), std::string::npos) << all[0].where.file;
  EXPECT_EQ(all[1].message, "task 'Task-1' ran for 0.150 s without suspending");
}

// conformance: debug-003
TEST(debug_slow_step, silent_without_debug) {
  expect_reports("slow-step", 0, [] {
    without_debug([]() -> coro<> {
      aio::testing::block_for(5s);
      co_await ticks(1);
      aio::testing::block_for(5s);
    });
  });
}

// conformance: debug-008
TEST(debug_switch, while_the_loop_runs) {
  aio::debug::collector collect;
  aio::testing::virtual_loop loop;
  loop.set_debug(false);
  warnings plain;
  auto drop = [] { static_cast<void>(answer()); };
  auto body = [&]() -> coro<> {
    drop();
    aio::get_running_loop().set_debug(true);
    drop(); // not yet: from the next pass on
    co_await ticks(2);
    EXPECT_EQ(collect.reports().size(), 0U);
    drop();
    EXPECT_EQ(collect.reports().size(), 1U);
    aio::get_running_loop().set_debug(false);
    co_await ticks(2);
    drop();
    EXPECT_EQ(collect.reports().size(), 1U);
    aio::get_running_loop().set_debug(true);
    co_await ticks(2);
  };
  loop.run_until_complete(body());
  // Switched off again after the loop has stopped.
  drop();
  EXPECT_EQ(collect.reports().size(), 1U);
  EXPECT_EQ(plain.seen.size(), 4U);
}

TEST(debug_watchdog, reports_a_stall_while_it_lasts_and_then_less_often) {
  aio::debug::collector collect;
  aio::debug::watched_loop loop;
  loop.limit = std::chrono::nanoseconds(50ms).count();
  loop.thread = 0;
  for (int i = 0; i < 100; ++i)
    loop.look();
  EXPECT_TRUE(collect.reports().empty()); // no step
  loop.step_begins(std::source_location::current());
  loop.look(); // sees the step
  for (int i = 0; i < 5; ++i)
    loop.look();
  EXPECT_TRUE(collect.reports().empty());
  loop.look();
  EXPECT_EQ(collect.reports().size(), 1U);
  EXPECT_NE(collect.reports()[0].message.find("60 ms so far"), std::string::npos);
  for (int i = 0; i < 6; ++i)
    loop.look();
  EXPECT_EQ(collect.reports().size(), 2U);
  loop.step_ends();
  loop.look();
  loop.step_begins(std::source_location::current());
  for (int i = 0; i < 6; ++i)
    loop.look();
  EXPECT_EQ(collect.reports().size(), 2U); // another step begins anew
}

// The watchdog's thread outlives a loop, but does not exist after a fork.
TEST(debug_watchdog, watches_in_a_forked_child_too) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "TSan allows no new threads after a fork with threads";
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "TSan allows no new threads after a fork with threads";
#endif
#endif
  const auto threads = [] {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  };
  aio::run(answer(), {.debug = true});
  EXPECT_GE(threads(), 2);
  const pid_t child = ::fork();
  if (child == 0) {
    std::ptrdiff_t seen = 0;
    const auto look = [&]() -> coro<> {
      seen = threads();
      co_return;
    };
    aio::run(look(), {.debug = true});
    ::_exit(static_cast<int>(seen));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST(debug_watchdog, words_for_what_a_thread_does) {
  EXPECT_EQ(aio::debug::activity_of_text("running"), "running");
  EXPECT_EQ(aio::debug::activity_of_text("0 0x3 0x7ffd 0x1 0x0 0x0 0x0 0x7ffd 0x7f"), "in the system call 'read'");
  EXPECT_EQ(aio::debug::activity_of_text("9999 0x0"), "in the system call 9999");
  EXPECT_EQ(aio::debug::activity_of_text(""), "unknown");
}

TEST(debug_names, of_functions) {
  using aio::debug::short_name;
  EXPECT_EQ(short_name("aio::coro<int> fetch(int, std::string)"), "fetch");
  EXPECT_EQ(short_name("aio::coro<void> net::client::get() const"), "net::client::get");
  EXPECT_EQ(short_name("aio::coro<T> (anonymous namespace)::value(T) [T = int]"), "value");
  EXPECT_EQ(short_name("aio::coro<T> {anonymous}::value(T) [with T = int]"), "value");
  EXPECT_EQ(short_name("fetch(int) [clone .resume]"), "fetch");
  EXPECT_EQ(short_name("std::vector<std::pair<int, int> > make<int>()"), "make");
  EXPECT_EQ(short_name("auto main()::(anonymous class)::operator()() const"), "lambda");
  EXPECT_EQ(short_name("main()::<lambda(int)>"), "lambda");
  EXPECT_EQ(short_name("main()::$_0::operator()() const"), "lambda");
  EXPECT_EQ(short_name("bool ns::operator==(const A&, const B&)"), "ns::operator==");
  EXPECT_EQ(short_name(""), "");
}
