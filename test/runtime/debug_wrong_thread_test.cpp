// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Primitives and streams that belong to one loop, used by tasks of another and by plain threads.
#include "debug_support.h"

#include <thread>

#include <unistd.h>

#include <aio/io/stream.h>

namespace {

std::string message_of(const std::string &operation) {
  return "'" + operation + "' is used from another thread than the one its loop runs in";
}
/// Runs in another thread; errors are ignored, because the operation may be refused.
void elsewhere(const std::function<void()> &use) {
  std::thread([&] {
    try {
      use();
    } catch (...) {
      // An operation that schedules is refused.
    }
  }).join();
}
/// Awaits in a task of another loop in another thread, with a short timeout.
template <class F> void in_another_loop(F make) {
  elsewhere([&] {
    aio::event_loop other; // without debug mode: its own detectors have nothing to say here
    other.set_debug(false);
    other.run_until_complete([](F &make) -> coro<> {
      try {
        co_await aio::wait_for(make(), 1ms);
      } catch (...) {
        // The operation was refused, or the task was never woken.
      }
    }(make));
  });
}
/// g++ 12 does not accept a list of initialisers in an await.
std::vector<task<>> only(const task<> &t) { return {t}; }
template <class A> coro<> awaits(A awaitable) { co_await std::move(awaitable); }

} // namespace

TEST(debug_wrong_thread, primitives_that_a_loop_has_used) {
  struct operation {
    const char *name;
    std::function<void()> use;
  };
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        aio::lock lock, taken;
        aio::event event, flag;
        aio::condition condition;
        aio::semaphore semaphore(1), none(1);
        aio::bounded_semaphore bounded(1);
        aio::barrier barrier(2);
        aio::queue<int> queue, full(1);
        // Each is used here first.
        {
          auto guard = co_await lock.scoped();
        }
        co_await taken.acquire();
        event.set();
        co_await event.wait();
        flag.clear();
        co_await condition.acquire();
        condition.notify();
        co_await none.acquire();
        {
          auto permit = co_await semaphore.scoped();
        }
        co_await bounded.acquire();
        queue.put_nowait(1);
        co_await queue.get();
        co_await full.put(1);
        auto meets = aio::create_task([](aio::barrier &b) -> coro<> { co_await b.wait(); }(barrier));
        co_await aio::yield_now();

        const std::vector<operation> all{
            {"lock.acquire", [&] { in_another_loop([&] { return awaits(lock.acquire()); }); }},
            {"lock.acquire", [&] { in_another_loop([&] { return awaits(taken.acquire()); }); }},
            {"lock.release", [&] { elsewhere([&] { taken.release(); }); }},
            {"event.set", [&] { elsewhere([&] { event.set(); }); }},
            {"event.clear", [&] { elsewhere([&] { event.clear(); }); }},
            {"event.wait", [&] { in_another_loop([&] { return awaits(flag.wait()); }); }},
            {"condition.wait", [&] { in_another_loop([&] { return awaits(condition.wait()); }); }},
            {"condition.notify", [&] { elsewhere([&] { condition.notify(); }); }},
            {"condition.notify", [&] { elsewhere([&] { condition.notify_all(); }); }},
            {"lock.release", [&] { elsewhere([&] { condition.release(); }); }},
            {"semaphore.acquire", [&] { in_another_loop([&] { return awaits(semaphore.acquire()); }); }},
            {"semaphore.acquire", [&] { in_another_loop([&] { return awaits(none.acquire()); }); }},
            {"semaphore.release", [&] { elsewhere([&] { none.release(); }); }},
            {"semaphore.release", [&] { elsewhere([&] { bounded.release(); }); }},
            {"lock.acquire", [&] { in_another_loop([&] { return awaits(barrier.wait()); }); }},
            {"lock.acquire", [&] { in_another_loop([&] { return awaits(barrier.abort()); }); }},
            {"lock.acquire", [&] { in_another_loop([&] { return awaits(barrier.reset()); }); }},
            {"queue.get", [&] { in_another_loop([&] { return awaits(queue.get()); }); }},
            {"queue.put", [&] { in_another_loop([&] { return awaits(full.put(2)); }); }},
            {"queue.get", [&] { elsewhere([&] { full.get_nowait(); }); }},
            {"queue.put", [&] { elsewhere([&] { queue.put_nowait(2); }); }},
            {"queue.task_done", [&] { elsewhere([&] { queue.task_done(); }); }},
            {"queue.join", [&] { in_another_loop([&] { return queue.join(); }); }},
            {"queue.shutdown", [&] { elsewhere([&] { queue.shutdown(true); }); }},
        };
        for (const operation &each : all) {
          each.use();
          const auto made = collect.take();
          EXPECT_TRUE(
              std::any_of(made.begin(), made.end(), [&](const auto &r) { return r.message == message_of(each.name); }))
              << each.name << ": " << (made.empty() ? "no report" : made.front().text());
        }
        meets.cancel();
        co_await aio::wait(only(meets));
        collect.take();
      }(),
      {.debug = true});
}

// A guard releases its lock where it is destroyed.
TEST(debug_wrong_thread, a_guard_that_dies_elsewhere) {
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        aio::lock lock;
        auto guard =
            std::make_unique<decltype(lock.scoped().operator co_await().await_resume())>(co_await lock.scoped());
        elsewhere([&] { guard.reset(); });
      }(),
      {.debug = true});
  EXPECT_EQ(collect.count("wrong-thread"), 1U);
  // On a busy machine, a step that waits for a thread may be slow as well.
  const auto made = collect.take();
  EXPECT_TRUE(
      std::any_of(made.begin(), made.end(), [](const auto &r) { return r.message == message_of("lock.release"); }));
}

TEST(debug_wrong_thread, streams_that_another_loop_awaits) {
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        std::vector<aio::stream_writer> clients;
        auto keep = [&](aio::stream_reader, aio::stream_writer w) { clients.push_back(std::move(w)); };
        auto server = co_await aio::start_server(keep, "127.0.0.1", 0);
        auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
        while (clients.empty())
          co_await aio::sleep(0s);
        const std::vector<std::pair<const char *, std::function<void()>>> all{
            {"stream_reader.read", [&, r = reader] { in_another_loop([&] { return awaits(r.read(1)); }); }},
            {"stream_reader.readexactly",
             [&, r = reader] { in_another_loop([&] { return awaits(r.readexactly(1)); }); }},
            {"stream_reader.readuntil", [&, r = reader] { in_another_loop([&] { return awaits(r.readline()); }); }},
            {"stream_writer.drain", [&, w = writer] { in_another_loop([&] { return w.drain(); }); }},
            {"stream_writer.wait_closed", [&, w = writer] { in_another_loop([&] { return w.wait_closed(); }); }},
        };
        for (const auto &[name, use] : all) {
          use();
          const auto made = collect.take();
          EXPECT_TRUE(
              std::any_of(made.begin(), made.end(), [&](const auto &r) { return r.message == message_of(name); }))
              << name << ": " << (made.empty() ? "no report" : made.front().text());
        }
        for (auto &each : clients)
          each.abort();
        writer.abort();
        server.close();
        co_await server.wait_closed();
      }(),
      {.debug = true});
}

TEST(debug_wrong_thread, settings_and_shutdowns_of_the_loop) {
  aio::debug::collector collect;
  aio::run(
      [&]() -> coro<> {
        auto &loop = aio::get_running_loop();
        auto item = std::make_shared<aio::instrument>();
        const std::vector<std::pair<const char *, std::function<void()>>> all{
            {"set_slow_callback_duration", [&] { elsewhere([&] { loop.set_slow_callback_duration(100ms); }); }},
            {"remove_instrument", [&] { elsewhere([&] { loop.remove_instrument(item.get()); }); }},
            {"close", [&] { elsewhere([&] { loop.close(); }); }},
            {"call_soon", [&] { elsewhere([&] { loop.call_soon_in(aio::copy_context(), [] {}); }); }},
            {"call_at", [&] { elsewhere([&] { loop.call_later_in(aio::copy_context(), 1h, [] {}); }); }},
            {"shutdown_asyncgens", [&] { in_another_loop([&] { return loop.shutdown_asyncgens(); }); }},
            {"shutdown_default_executor", [&] { in_another_loop([&] { return loop.shutdown_default_executor(); }); }},
        };
        for (const auto &[name, use] : all) {
          use();
          const auto made = collect.take();
          EXPECT_TRUE(
              std::any_of(made.begin(), made.end(), [&](const auto &r) { return r.message == message_of(name); }))
              << name << ": " << (made.empty() ? "no report" : made.front().text());
        }
        co_return;
      }(),
      {.debug = true});
}

// All of this is allowed: use before any other loop, by the loop's own tasks, and by thread-safe operations.
TEST(debug_wrong_thread, a_loops_own_tasks_and_its_doors_are_fine) {
  EXPECT_EQ(aio::debug::expect_report("wrong-thread", 0,
                                      [] {
                                        aio::queue<int> made_elsewhere;
                                        std::thread([&] { made_elsewhere.put_nowait(1); }).join();
                                        aio::run(
                                            [&]() -> coro<> {
                                              EXPECT_EQ(co_await made_elsewhere.get(), 1);
                                              aio::event event;
                                              auto &loop = aio::get_running_loop();
                                              std::thread other(
                                                  [&] { loop.call_soon_threadsafe([&] { event.set(); }); });
                                              co_await event.wait();
                                              co_await aio::to_thread([&] { other.join(); });
                                              aio::lock lock;
                                              auto uses = [&]() -> coro<> { auto guard = co_await lock.scoped(); };
                                              co_await aio::gather(uses(), uses());
                                            }(),
                                            {.debug = true});
                                        // In turn, by loops in different threads.
                                        aio::queue<int> in_turn;
                                        for (int i = 0; i < 2; ++i)
                                          std::thread([&] {
                                            aio::run(
                                                [&]() -> coro<> {
                                                  co_await in_turn.put(i);
                                                  EXPECT_EQ(co_await in_turn.get(), i);
                                                }(),
                                                {.debug = true});
                                          }).join();
                                      }),
            "");
}
