// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Debug mode: for each detector a case to report and a similar one to ignore, so that they run under the sanitizers.
#include "debug_support.h"

#include <csignal>
#include <future>
#include <mutex>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

namespace {

coro<int> three() { co_return 3; }
coro<> waits_for_ever() { co_await aio::sleep(1h); }
aio::async_generator<int> numbers() {
  for (int i = 0;; ++i)
    co_yield i;
}
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): that is what it is about
coro<> reads(const int &) { co_await aio::sleep(1s); }
/// Not inlined: the local of a coroutine may live in its frame.
[[gnu::noinline]] task<> reads_a_local() {
  const int local = 42;
  return aio::create_task(reads(local));
}
/// g++ 12 does not accept a list of initialisers in an await.
std::vector<task<>> only(const task<> &t) { return {t}; }
coro<> cancel_and_wait(task<> t) {
  t.cancel();
  co_await aio::wait(only(t));
}

} // namespace

TEST(debug_awaited_twice, a_coroutine_and_a_step) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      auto c = three();
      co_await std::move(c);
      EXPECT_THROW(co_await std::move(c), aio::runtime_error); // NOLINT(bugprone-use-after-move)
    });
  });
  EXPECT_EQ(r.rule, "awaited-twice");
  EXPECT_EQ(r.message, "this coroutine was awaited, moved from or made a task before");
}

TEST(debug_destroyed_suspended, a_frame_that_is_driven_by_hand) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      aio::event never;
      auto body = [&]() -> coro<> { co_await never.wait(); };
      auto c = body();
      c.frame()->mark_started();
      c.handle().resume();
      co_return;
    });
  });
  EXPECT_EQ(r.rule, "destroyed-suspended");
}

TEST(debug_dangling_argument, of_its_creators_stack) {
  expect_reports("dangling-argument", 1, [&] { in_debug([&]() -> coro<> { co_await reads_a_local(); }); });
  expect_reports("dangling-argument", 0, [&] {
    in_debug([&]() -> coro<> {
      const int mine = 42;
      co_await aio::create_task(reads(mine));
    });
  });
}

TEST(debug_broken_promise, nobody_else_holds_it) {
  expect_reports("broken-promise", 1, [] {
    aio::event_loop loop;
    loop.set_debug(true);
    auto lost = [&]() -> coro<> {
      const future<int> f = loop.create_future<int>();
      co_await f;
    };
    // The frame holds a reference to the future as the awaiter does: the rule has to count both.
    auto dropped = [&]() -> coro<> { co_await loop.create_future<int>(); };
    auto a = loop.create_task(dropped());
    // The detector looks when the loop is about to sleep.
    loop.run_until_complete(sleeper(0.001));
    a.cancel();
    passes(loop, 3);
    static_cast<void>(lost);
  });
}

TEST(debug_left_running, after_a_gather_a_wait_and_an_iteration) {
  expect_reports("left-running", 3, [] {
    in_debug([]() -> coro<> {
      EXPECT_EQ(co_await ending(aio::gather(fail_after(1), sleeper(5))), "E");
      {
        std::vector<task<>> both{aio::create_task(sleeper(1)), aio::create_task(sleeper(5))};
        co_await aio::wait(both, {.return_when = aio::FIRST_COMPLETED});
      }
      std::vector<coro<>> all;
      all.push_back(sleeper(1));
      all.push_back(sleeper(5));
      for (auto next : aio::as_completed(std::move(all))) {
        co_await std::move(next);
        break;
      }
      co_await aio::sleep(10s);
    });
  });
}

TEST(debug_left_running, an_iteration_that_ends_or_whose_tasks_are_held_is_fine) {
  expect_reports("left-running", 0, [] {
    in_debug([]() -> coro<> {
      std::vector<coro<>> all;
      all.push_back(sleeper(1));
      all.push_back(sleeper(5));
      for (auto next : aio::as_completed(std::move(all)))
        co_await std::move(next);
      std::vector<task<>> held{aio::create_task(sleeper(1)), aio::create_task(sleeper(5))};
      for (auto next : aio::as_completed(held)) {
        co_await std::move(next);
        break;
      }
      for (auto &t : held)
        t.cancel();
      co_await aio::wait(held);
    });
  });
}

TEST(debug_ignored_cancellation, after_five_seconds_and_in_a_shield) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      auto t = aio::create_task(slow_to_cancel(20), {.name = "stubborn"});
      co_await aio::sleep(1s);
      t.cancel();
      co_await aio::wait(only(t));
    });
  });
  EXPECT_EQ(r.rule, "ignored-cancellation");
  EXPECT_EQ(r.message.find("shield"), std::string::npos) << r.message;
  const auto shielded = the_report([] {
    in_debug([]() -> coro<> {
      auto cleanup = aio::create_task(sleeper(20));
      auto body = [&]() -> coro<> {
        std::exception_ptr error;
        try {
          co_await aio::sleep(1h);
        } catch (const aio::cancelled_error &) {
          error = std::current_exception();
        }
        co_await aio::shield(cleanup);
        std::rethrow_exception(error);
      };
      auto t = aio::create_task(body(), {.name = "careful"});
      co_await aio::sleep(1s);
      t.cancel();
      co_await aio::wait(only(t));
    });
  });
  EXPECT_NE(shielded.message.find("ago and is still here, in a shield"), std::string::npos) << shielded.message;
  expect_reports("ignored-cancellation", 0,
                 [] { in_debug([]() -> coro<> { co_await cancel_and_wait(aio::create_task(slow_to_cancel(3))); }); });
}

TEST(debug_never_yields, while_the_step_lasts) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      for (int i = 0; i < 102'000; ++i)
        co_await three();
    });
  });
  EXPECT_EQ(r.rule, "never-yields");
  EXPECT_EQ(r.message, "task 'Task-1' has passed 100000 awaits in one step, and none has suspended it");
  expect_reports("never-yields", 0, [] {
    in_debug([]() -> coro<> {
      for (int i = 0; i < 400'000; ++i) {
        co_await three();
        if (i % 50'000 == 0)
          co_await aio::yield_now();
      }
    });
    without_debug([]() -> coro<> {
      for (int i = 0; i < 200'000; ++i)
        co_await three();
    });
  });
}

TEST(debug_never_yields, and_threads_count_for_themselves) {
  expect_reports("never-yields", 4, [] {
    // Each thread runs a loop of its own, so its reports are made in that thread.
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i)
      all.emplace_back([] {
        in_debug([]() -> coro<> {
          for (int n = 0; n < 102'000; ++n)
            co_await three();
        });
      });
    for (auto &each : all)
      each.join();
  });
}

TEST(debug_late_timer, many_short_steps_or_one_long_one) {
  auto short_step = []() -> coro<> {
    aio::testing::block_for(30ms);
    co_return;
  };
  expect_reports("late-timer", 1, [&] {
    in_debug([&]() -> coro<> {
      auto busy = aio::gather(short_step(), short_step(), short_step(), short_step(), short_step());
      co_await aio::sleep(1ms);
      co_await busy;
    });
  });
  // slow-step reports a single long step.
  expect_reports("slow-step", 1, [] {
    in_debug([]() -> coro<> {
      auto t = aio::create_task(sleeper(0.001));
      co_await aio::yield_now();
      aio::testing::block_for(300ms);
      co_await t;
    });
  });
  // A loop that does not run between two runs is not late.
  expect_reports("late-timer", 0, [] {
    aio::testing::virtual_loop loop;
    loop.set_debug(true);
    auto t = loop.create_task(sleeper(1));
    passes(loop, 2);
    loop.advance(10s);
    loop.run_until_complete(t);
  });
}

TEST(debug_unjoinable_queue, a_report_that_is_skipped) {
  const auto r = the_report([] {
    in_debug([]() -> coro<> {
      aio::queue<int> queue;
      auto forgetful = [&]() -> coro<> {
        for (;;)
          co_await queue.get();
      };
      auto consumer = aio::create_task(forgetful(), {.name = "forgetful"});
      queue.put_nowait(1);
      queue.put_nowait(2);
      EXPECT_EQ(co_await ending(aio::wait_for(queue.join(), 1h)), "timeout");
      co_await cancel_and_wait(consumer);
    });
  });
  EXPECT_EQ(r.rule, "unjoinable-queue");
  EXPECT_TRUE(has_note(r, "task 'forgetful' took 2 items that nobody has reported done, and waits for the next"))
      << r.text();
}

TEST(debug_unjoinable_queue, work_that_goes_on_is_fine) {
  expect_reports("unjoinable-queue", 0, [] {
    in_debug([]() -> coro<> {
      aio::queue<int> queue;
      auto slow = [&]() -> coro<> {
        for (;;) {
          co_await queue.get();
          co_await aio::sleep(60s);
          queue.task_done();
        }
      };
      auto consumer = aio::create_task(slow());
      for (int i = 0; i < 3; ++i)
        queue.put_nowait(i);
      co_await queue.join();
      co_await cancel_and_wait(consumer);
      // Many tasks that take one each, and a queue that outlives them and its loop.
      aio::queue<int> many;
      auto takes_one = [&]() -> coro<> {
        co_await many.get();
        many.task_done();
      };
      for (int i = 0; i < 100; ++i) {
        many.put_nowait(i);
        co_await aio::create_task(takes_one());
      }
      co_await many.join();
    });
  });
  aio::queue<int> outlives;
  in_debug([&]() -> coro<> {
    outlives.put_nowait(1);
    co_await outlives.get();
  });
}

TEST(debug_crossed_scopes, order_and_task) {
  expect_reports("crossed-scopes", 2, [] {
    in_debug([]() -> coro<> {
      auto outer = aio::timeout(10s);
      auto inner = aio::timeout(10s);
      outer.enter();
      inner.enter();
      outer.exit(nullptr);
      inner.exit(nullptr);
      auto elsewhere = aio::timeout(10s);
      elsewhere.enter();
      auto leave = [&]() -> coro<> {
        elsewhere.exit(nullptr);
        co_return;
      };
      co_await aio::create_task(leave());
    });
  });
  expect_reports("crossed-scopes", 0, [] {
    in_debug([]() -> coro<> {
      auto nested = []() -> coro<> { co_await aio::wait_for(aio::wait_for(sleeper(1), 5s), 10s); };
      co_await aio::gather(nested(), nested(), nested());
      EXPECT_EQ(co_await ending(aio::wait_for(aio::wait_for(sleeper(100), 50s), 1s)), "timeout");
    });
  });
}

TEST(debug_deadlock, a_circle_by_way_of_a_gather_and_a_group) {
  aio::debug::collector collect;
  aio::testing::virtual_loop loop;
  loop.set_debug(true);
  task<> parent;
  auto child = [&]() -> coro<> { co_await parent; };
  auto gathers = [&]() -> coro<> {
    auto c = aio::create_task(child(), {.name = "child"});
    co_await aio::sleep(0s);
    co_await aio::sleep(0s);
    co_await aio::gather(aio::gather(c), three());
  };
  parent = loop.create_task(gathers(), {.name = "parent"});
  passes(loop, 6);
  auto all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].message, "tasks wait for each other: parent -> child -> parent");
  parent.cancel();
  passes(loop, 6);
  EXPECT_TRUE(parent.done());
}

TEST(debug_deadlock, waits_that_one_of_many_may_end_are_fine) {
  expect_reports("deadlock", 0, [] {
    in_debug([]() -> coro<> {
      task<> parent;
      auto child = [&]() -> coro<> { co_await parent; };
      auto waits = [&]() -> coro<> {
        std::vector<task<>> both{aio::create_task(child()), aio::create_task(sleeper(1))};
        co_await aio::wait(both, {.return_when = aio::FIRST_COMPLETED});
        co_await aio::wait(both, {.timeout = 1s});
        for (auto next : aio::as_completed(std::vector{both[0], both[1]})) {
          co_await std::move(next);
          break;
        }
        both[0].detach();
      };
      parent = aio::create_task(waits());
      co_await parent;
      co_await ticks(2);
    });
  });
}

TEST(debug_unclosed_resource, a_server_and_an_executor_at_the_end_of_their_loop) {
  aio::debug::collector collect;
  {
    aio::event_loop loop;
    loop.set_debug(true);
    auto listen = []() -> coro<aio::server> {
      co_return co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.close(); }, "127.0.0.1", 0);
    };
    const aio::server open = loop.run_until_complete(listen());
    loop.close();
  }
  auto all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].rule, "unclosed-resource");
  EXPECT_EQ(all[0].message.rfind("'server 127.0.0.1:", 0), 0U) << all[0].message;
  EXPECT_NE(all[0].message.find("' is open when the loop closes"), std::string::npos) << all[0].message;
  // Shared with a thread that is not joined.
  const auto hold = std::make_shared<std::mutex>();
  hold->lock();
  {
    aio::event_loop loop;
    loop.set_debug(true);
    auto works = [&]() -> coro<> {
      const auto begun = std::make_shared<std::promise<void>>();
      auto work = loop.run_in_executor(nullptr, [begun, hold] {
        begun->set_value();
        const std::lock_guard wait(*hold);
      });
      begun->get_future().wait();
      work.cancel();
      co_return;
    };
    loop.run_until_complete(works());
    loop.close();
  }
  hold->unlock();
  all = collect.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].message, "the loop closes while its executor still works for it");
}

TEST(debug_unclosed_resource, what_is_closed_in_time_is_fine) {
  expect_reports("unclosed-resource", 0, [] {
    aio::run(
        []() -> coro<> {
          auto s =
              co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.close(); }, "127.0.0.1", 0);
          auto [reader, writer] = co_await aio::open_connection("127.0.0.1", s.port());
          EXPECT_EQ(co_await reader.read(), "");
          writer.close();
          co_await writer.wait_closed();
          s.close();
          co_await s.wait_closed();
          co_await aio::to_thread([] {});
        }(),
        {.debug = true});
  });
}

TEST(debug_wrong_thread, every_operation_that_is_not_for_other_threads) {
  struct operation {
    const char *name;
    std::function<void()> use;
  };
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        auto &loop = aio::get_running_loop();
        auto plain = aio::create_future<int>();
        auto other = aio::create_future<int>();
        auto sleeping = aio::create_task(waits_for_ever());
        auto generator = numbers();
        co_await generator.anext();
        aio::queue<int> queue;
        queue.put_nowait(1);
        auto limit = aio::timeout(100s);
        limit.enter();
        std::vector<aio::stream_writer> clients;
        auto keep = [&](aio::stream_reader, aio::stream_writer w) { clients.push_back(std::move(w)); };
        auto s = co_await aio::start_server(keep, "127.0.0.1", 0);
        auto [reader, writer] = co_await aio::open_connection("127.0.0.1", s.port());
        while (clients.empty())
          co_await aio::sleep(0s);
        const aio::done_callback nothing([] {});
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        const std::vector<operation> all{
            {"call_soon", [&] { loop.call_soon([] {}); }},
            {"call_at", [&] { loop.call_later(1h, [] {}).cancel(); }},
            {"create_task", [&] { loop.create_task(three()).detach(); }},
            {"add_reader", [&] { loop.add_reader(ends[0], [] {}); }},
            {"remove_reader", [&] { loop.remove_reader(ends[0]); }},
            {"add_writer", [&] { loop.add_writer(ends[1], [] {}); }},
            {"remove_writer", [&] { loop.remove_writer(ends[1]); }},
            {"add_signal_handler", [&] { loop.add_signal_handler(SIGUSR2, [] {}); }},
            {"remove_signal_handler", [&] { loop.remove_signal_handler(SIGUSR2); }},
            {"run_in_executor", [&] { loop.run_in_executor(nullptr, [] {}); }},
            {"default_executor", [&] { loop.default_executor(); }},
            {"set_default_executor", [&] { loop.set_default_executor(std::make_shared<aio::thread_pool_executor>()); }},
            {"set_exception_handler", [&] { loop.set_exception_handler({}); }},
            {"set_task_factory", [&] { loop.set_task_factory({}); }},
            {"set_debug", [&] { loop.set_debug(true); }},
            {"add_instrument", [&] { loop.add_instrument(std::make_shared<aio::instrument>()); }},
            {"future.set", [&] { plain.set_result(1); }},
            {"future.cancel", [&] { other.cancel(); }},
            {"add_done_callback", [&] { plain.add_done_callback(nothing); }},
            {"remove_done_callback", [&] { plain.remove_done_callback(nothing); }},
            {"task.set_name", [&] { sleeping.set_name("x"); }},
            {"task.uncancel", [&] { sleeping.uncancel(); }},
            {"task.cancel", [&] { sleeping.cancel(); }},
            {"gather", [&] { static_cast<void>(aio::gather(plain, plain)); }},
            {"queue.put", [&] { queue.put_nowait(2); }},
            {"queue.get", [&] { queue.get_nowait(); }},
            {"queue.task_done", [&] { queue.task_done(); }},
            {"queue.shutdown", [&] { queue.shutdown(true); }},
            {"timeout.reschedule", [&] { EXPECT_THROW(limit.reschedule(aio::time_point()), aio::runtime_error); }},
            {"stream_writer.write", [&] { writer.write("x"); }},
            {"stream_writer.set_write_buffer_limits", [&] { writer.set_write_buffer_limits(2, 1); }},
            {"stream_writer.write_eof", [&] { writer.write_eof(); }},
            {"stream_reader.feed_data", [&] { reader.feed_data("x"); }},
            {"stream_reader.feed_eof", [&] { reader.feed_eof(); }},
            {"stream_reader.stop", [&] { reader.stop(); }},
            {"stream_reader.set_exception", [&] { reader.set_exception(std::make_exception_ptr(test_error("x"))); }},
            {"stream_writer.close", [&] { writer.close(); }},
            {"stream_writer.abort", [&] { writer.abort(); }},
            {"server.start_serving", [&] { s.start_serving(); }},
            {"server.close", [&] { s.close(); }},
            {"server.close_clients", [&] { s.close_clients(); }},
        };
        const auto elsewhere = [&](const operation &each) {
          // The loop waits, so that the test itself has no data race.
          std::thread([&] {
            try {
              each.use();
            } catch (const aio::runtime_error &) {
              // Operations that would put an entry into the loop's queue are refused as well.
            }
          }).join();
          const auto made = collect.take();
          const std::string want =
              "'" + std::string(each.name) + "' is used from another thread than the one its loop runs in";
          EXPECT_TRUE(std::any_of(made.begin(), made.end(),
                                  [&](const auto &r) { return r.rule == "wrong-thread" && r.message == want; }))
              << each.name << ": " << (made.empty() ? "no report" : made.front().text());
        };
        for (const operation &each : all)
          elsewhere(each);
        ::close(ends[0]);
        ::close(ends[1]);
        limit.exit(nullptr);
        co_await generator.aclose();
        co_await aio::wait(only(sleeping));
      }(),
      {.debug = true});
  const auto stopped = []() -> coro<> {
    std::thread([&loop = aio::get_running_loop()] { loop.stop(); }).join();
    co_await aio::sleep(1h);
  };
  collect.take();
  EXPECT_THROW(aio::run(stopped(), {.debug = true}), aio::runtime_error);
  ASSERT_EQ(collect.reports().size(), 1U);
  EXPECT_EQ(collect.reports()[0].message, "'stop' is used from another thread than the one its loop runs in");
}

TEST(debug_wrong_thread, tasks_of_two_loops) {
  // A task of one loop uses an object that belongs to another loop in another thread.
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        auto generator = numbers();
        co_await generator.anext();
        auto f = aio::create_future<int>();
        std::vector<future<int>> fs{f};
        auto uses = [&]() -> coro<> {
          EXPECT_EQ(co_await ending(generator.aclose()), "value");
          EXPECT_EQ(co_await ending(aio::wait_for(aio::wait(fs, {.timeout = 1ms}), 1s)), "value");
        };
        std::thread([&] { aio::run(uses(), {.debug = true}); }).join();
        f.set_result(1);
        co_return;
      }(),
      {.debug = true});
  std::vector<std::string> messages;
  for (const auto &r : collect.take())
    messages.push_back(r.message);
  const auto has = [&](const std::string &name) {
    return std::any_of(messages.begin(), messages.end(),
                       [&](const auto &m) { return m.rfind("'" + name + "'", 0) == 0; });
  };
  EXPECT_TRUE(has("async_generator.step"));
  EXPECT_TRUE(has("wait"));
}

TEST(debug_switch, a_detector_that_raises_is_removed_and_named) {
  struct raises final : aio::instrument {
    aio::hook_set wants() const noexcept override { return aio::hook::scope_entered; }
    void scope_entered(const void *, const char *, aio::detail::task_core &) override {
      ++calls;
      throw test_error("no memory");
    }
    int calls = 0;
  };
  warnings told;
  auto item = std::make_shared<raises>();
  on_loop([&]() -> coro<> {
    aio::get_running_loop().add_instrument(item);
    co_await aio::wait_for(sleeper(1), 5s);
    co_await aio::wait_for(sleeper(1), 5s);
  });
  EXPECT_EQ(item->calls, 1);
  ASSERT_EQ(told.seen.size(), 1U);
  EXPECT_EQ(told.seen[0], "an instrument raised an exception and is removed: test_error: no memory");
}

TEST(debug_parity, writes_into_a_lost_connection) {
  warnings told;
  aio::run([]() -> coro<> {
    auto s = co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.abort(); }, "127.0.0.1", 0);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", s.port());
    EXPECT_EQ(co_await reader.read(), "");
    // The kernel may still take the first write; the peer then refuses the next.
    for (int i = 0; i < 100 && !writer.is_closing(); ++i) {
      writer.write("x");
      co_await aio::sleep(0s);
    }
    EXPECT_TRUE(writer.is_closing());
    for (int i = 0; i < 10; ++i)
      writer.write("x");
    s.close();
    co_await s.wait_closed();
  }());
  ASSERT_EQ(told.seen.size(), 1U);
  EXPECT_NE(told.seen[0].find("written to again and again although its connection is lost"), std::string::npos);
}

TEST(debug_parity, names_that_take_their_time) {
  const auto resolve = [](bool debug) {
    warnings told;
    aio::run(
        []() -> coro<> {
          aio::get_running_loop().set_slow_callback_duration(0s);
          auto s =
              co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.close(); }, "localhost", 0);
          s.close();
        }(),
        {.debug = debug});
    return told.seen;
  };
  aio::debug::collector slow_steps; // // with such a limit every step is slow
  const auto seen = resolve(true);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].rfind("getting the address of 'localhost' took ", 0), 0U) << seen[0];
  EXPECT_TRUE(resolve(false).empty());
}

TEST(debug_parity, an_executor_that_does_not_end) {
  warnings told;
  // Shared with a thread that is not joined.
  const auto hold = std::make_shared<std::mutex>();
  hold->lock();
  {
    aio::event_loop loop;
    loop.set_debug(false);
    auto body = [&]() -> coro<> {
      auto work = loop.run_in_executor(nullptr, [hold] { const std::lock_guard wait(*hold); });
      co_await loop.shutdown_default_executor(10ms);
      work.cancel();
    };
    loop.run_until_complete(body());
  }
  ASSERT_EQ(told.seen.size(), 1U);
  EXPECT_EQ(told.seen[0], "the executor did not finish joining its threads within 0.01 seconds");
  hold->unlock();
}

TEST(debug_parity, streams_want_sockets_that_do_not_block) {
  for (const bool debug : {true, false}) {
    aio::run(
        [](bool strict) -> coro<> {
          int ends[2];
          EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
          if (strict) {
            EXPECT_THROW(aio::open_streams(ends[0]), aio::value_error);
            ::close(ends[0]);
          } else {
            auto [reader, writer] = aio::open_streams(ends[0]);
            writer.close();
            co_await writer.wait_closed();
          }
          ::close(ends[1]);
        }(debug),
        {.debug = debug});
  }
}

TEST(debug_parity, a_generator_after_the_shutdown) {
  warnings told;
  on_loop([]() -> coro<> {
    co_await aio::get_running_loop().shutdown_asyncgens();
    auto late = numbers();
    co_await late.anext();
    co_await late.aclose();
  });
  ASSERT_EQ(told.seen.size(), 1U);
  EXPECT_NE(told.seen[0].find("was scheduled after loop.shutdown_asyncgens() call"), std::string::npos);
}

TEST(debug_parity, a_generator_that_runs_already) {
  on_loop([]() -> coro<> {
    auto slow = []() -> aio::async_generator<int> {
      co_await aio::sleep(1s);
      co_yield 1;
    };
    auto generator = slow();
    auto step = [&]() -> coro<> { co_await generator.anext(); };
    auto first = aio::create_task(step());
    co_await ticks(1);
    EXPECT_EQ(co_await ending(step()), "anext(): asynchronous generator is already running");
    co_await first;
    co_await generator.aclose();
  });
}

TEST(debug_parity, a_child_that_outlives_the_task_of_its_group) {
  on_loop([]() -> coro<> {
    reports told(aio::get_running_loop());
    aio::task_group group;
    auto parent = [&]() -> coro<> {
      group.enter();
      group.create_task(fail_after(1, "late"));
      co_return;
    };
    co_await aio::create_task(parent());
    co_await aio::sleep(2s);
    EXPECT_EQ(told.messages, log_t{"Task has errored out but its parent task is already completed"});
    EXPECT_EQ(told.errors, log_t{"late"});
  });
}

TEST(debug_parity, misused_primitives) {
  const auto error_of = [](const std::function<void()> &use) -> std::string {
    try {
      use();
    } catch (const std::exception &error) {
      return error.what();
    }
    return "none";
  };
  on_loop([&]() -> coro<> {
    aio::lock lock;
    EXPECT_EQ(error_of([&] { lock.release(); }), "Lock is not acquired.");
    aio::bounded_semaphore permits(1);
    EXPECT_EQ(error_of([&] { permits.release(); }), "BoundedSemaphore released too many times");
    aio::queue<int> queue;
    EXPECT_EQ(error_of([&] { queue.task_done(); }), "task_done() called too many times");
    aio::condition news;
    EXPECT_EQ(error_of([&] { news.notify(); }), "cannot notify on un-acquired lock");
    EXPECT_EQ(co_await ending(news.wait()), "cannot wait on un-acquired lock");
  });
}
