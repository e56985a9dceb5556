// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// to_thread, the shutdown of the default executor, thread futures, and a generator that another thread drops.
#include "support.h"

#include <atomic>
#include <latch>
#include <thread>

// In asyncio to_thread is a coroutine as well.
TEST(to_thread, runs_nothing_before_it_is_awaited) {
  auto main = []() -> coro<> {
    std::atomic<int> calls{0};
    auto never = aio::to_thread([&] { ++calls; });
    never.close();
    auto later = aio::to_thread([&] { return ++calls; });
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(co_await std::move(later), 1);
    // Functions that take a coroutine take this one.
    auto t = aio::create_task(aio::to_thread([&] { return ++calls; }), {.name = "thread"});
    EXPECT_EQ(t.get_name(), "thread");
    EXPECT_EQ(co_await t, 2);
    EXPECT_EQ(co_await aio::wait_for(aio::to_thread([&] { return ++calls; }), 1h), 3);
  };
  aio::run(main());
}

TEST(to_thread, copies_the_context_in_which_it_is_awaited) {
  auto main = []() -> coro<> {
    aio::context_var<int> var("v", 0);
    var.set(1);
    auto reads_and_writes = aio::to_thread([&] {
      const int seen = var.get();
      var.set(9);
      return seen;
    });
    var.set(2);
    EXPECT_EQ(co_await std::move(reads_and_writes), 2);
    EXPECT_EQ(var.get(), 2);
    // run_in_executor copies no context.
    EXPECT_EQ(co_await aio::get_running_loop().run_in_executor(nullptr, [&] { return var.get(); }), 0);
  };
  aio::run(main());
}

TEST(to_thread, gives_references_and_passes_exceptions) {
  auto main = []() -> coro<> {
    int number = 1;
    int &same = co_await aio::to_thread([&]() -> int & { return number; });
    EXPECT_EQ(&same, &number);
    EXPECT_EQ(co_await ending(aio::to_thread([](int) { throw test_error("T"); }, 1)), "T");
    // A cancellation thrown in the thread cancels the awaiting task without a request.
    auto cancelled = [] { throw aio::cancelled_error("from the thread"); };
    EXPECT_EQ(co_await ending(aio::to_thread(cancelled)), "cancelled:from the thread");
    EXPECT_EQ(aio::current_task().cancelling(), 0);
  };
  aio::run(main());
}

TEST(executor, refuses_work_after_the_shutdown_of_the_default_one) {
  auto main = []() -> coro<> {
    auto &loop = aio::get_running_loop();
    std::atomic<bool> ran{false};
    auto before = loop.run_in_executor(nullptr, [&] { ran = true; });
    co_await loop.shutdown_default_executor();
    EXPECT_TRUE(ran);
    co_await before;
    EXPECT_THROW(loop.run_in_executor(nullptr, [] {}), aio::runtime_error);
    EXPECT_EQ(co_await ending(aio::to_thread([] {})), "Executor shutdown has been called");
    co_await loop.shutdown_default_executor();
    // Work of other executors does not count.
    aio::thread_pool_executor own(1);
    EXPECT_EQ(co_await loop.run_in_executor(&own, [] { return 3; }), 3);
    own.shutdown(true);
    EXPECT_THROW(loop.run_in_executor(&own, [] {}), aio::runtime_error);
  };
  aio::run(main());
}

TEST(executor, shutdown_gives_up_after_a_limit_or_when_cancelled) {
  auto main = [](bool cancel) -> coro<> {
    auto &loop = aio::get_running_loop();
    std::latch go(1);
    auto busy = loop.run_in_executor(nullptr, [&] { go.wait(); });
    const warnings seen;
    if (cancel) {
      auto shutdown = aio::create_task(loop.shutdown_default_executor());
      co_await aio::sleep(0s);
      shutdown.cancel();
      EXPECT_EQ(co_await ending(shutdown), "cancelled:");
      EXPECT_TRUE(seen.seen.empty());
    } else {
      co_await loop.shutdown_default_executor(1ns);
      EXPECT_EQ(seen.seen.size(), 1U);
      EXPECT_EQ(seen.seen.at(0).find("the executor did not finish joining its threads"), 0U);
    }
    EXPECT_FALSE(busy.done());
    go.count_down();
    co_await busy;
  };
  aio::run(main(false));
  aio::run(main(true));
}

TEST(executor, can_drop_what_has_not_begun) {
  auto main = []() -> coro<> {
    auto &loop = aio::get_running_loop();
    aio::thread_pool_executor pool(1);
    std::latch started(1), go(1);
    std::atomic<bool> never{false};
    auto running = loop.run_in_executor(&pool, [&] {
      started.count_down();
      go.wait();
      return 1;
    });
    auto waiting = loop.run_in_executor(&pool, [&] { never = true; });
    const auto handed_in = pool.submit([&] { never = true; });
    started.wait();
    pool.shutdown(false, true);
    EXPECT_TRUE(handed_in.cancelled());
    EXPECT_EQ(co_await ending(waiting), "cancelled:");
    EXPECT_EQ(aio::current_task().cancelling(), 0);
    go.count_down();
    EXPECT_EQ(co_await running, 1);
    EXPECT_FALSE(never);
  };
  aio::run(main());
}

TEST(thread_future, is_waited_for_with_a_limit) {
  aio::event_loop loop;
  std::thread other([&] {
    std::latch cancelled(1);
    auto parked = [&]() -> coro<> {
      try {
        co_await aio::sleep(1h);
      } catch (const aio::cancelled_error &) {
        cancelled.count_down();
        throw;
      }
    };
    auto f = aio::run_coroutine_threadsafe(parked(), loop);
    EXPECT_THROW(f.get(0s), aio::timeout_error);
    EXPECT_THROW(f.exception(1ns), aio::timeout_error);
    EXPECT_FALSE(f.done());
    // The loop may not have started it: let it reach its sleep.
    std::latch turn(1);
    loop.call_soon_threadsafe([&] { loop.call_soon([&] { turn.count_down(); }); });
    turn.wait();
    EXPECT_TRUE(f.cancel());
    EXPECT_THROW(f.get(), aio::cancelled_error);
    cancelled.wait();
    EXPECT_EQ(aio::run_coroutine_threadsafe(aio::sleep(1ns, 4), loop).get(), 4);
    auto failing = aio::run_coroutine_threadsafe(fail_now("E"), loop);
    EXPECT_EQ(text_of(failing.exception(1h)), "E");
    loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  loop.run_forever();
  other.join();
}

TEST(thread_future, is_set_by_hand_once) {
  const aio::thread_future<std::string> value;
  int told = 0;
  value.when_done([&] { ++told; });
  EXPECT_EQ(told, 0);
  value.set_result("x");
  EXPECT_EQ(told, 1);
  value.when_done([&] { ++told; }); // at once
  EXPECT_EQ(told, 2);
  EXPECT_TRUE(value.done());
  EXPECT_EQ(value.get(), "x");
  EXPECT_THROW(value.set_result("y"), aio::invalid_state_error);
  EXPECT_FALSE(value.cancel());
  const aio::thread_future<void> failed;
  failed.set_exception(test_error("E"));
  EXPECT_THROW(failed.get(), test_error);
  EXPECT_THROW(failed.set_result(), aio::invalid_state_error);
  const aio::thread_future<int> cancelled;
  EXPECT_TRUE(cancelled.cancel());
  EXPECT_THROW(cancelled.set_result(1), aio::invalid_state_error);
  EXPECT_THROW(cancelled.set_exception(std::make_exception_ptr(test_error("E"))), aio::invalid_state_error);
}

TEST(wrap_future, leaves_the_value_with_the_thread_future) {
  auto main = []() -> coro<> {
    const aio::thread_future<std::string> foreign;
    auto f = aio::wrap_future(foreign);
    std::thread([&] { foreign.set_result(std::string(100, 'x')); }).join();
    EXPECT_EQ((co_await f).size(), 100U);
    EXPECT_EQ(foreign.get().size(), 100U);
    // A loop future is returned unchanged.
    EXPECT_EQ(aio::wrap_future(f), f);
    const aio::thread_future<std::unique_ptr<int>> unique;
    auto moved = aio::wrap_future(unique);
    unique.set_result(std::make_unique<int>(7));
    EXPECT_EQ(*co_await moved, 7);
    // A value that comes after the wrapper was cancelled stays in the thread future.
    const aio::thread_future<int> late;
    auto wrapper = aio::wrap_future(late);
    late.set_result(42);
    wrapper.cancel();
    EXPECT_EQ(co_await ending(wrapper), "cancelled:");
    EXPECT_EQ(late.get(), 42);
  };
  aio::run(main());
}

namespace {
aio::async_generator<int> cleans_up(log_t &log) {
  std::exception_ptr error;
  try {
    co_yield 1;
  } catch (...) {
    error = std::current_exception();
  }
  co_await sleeper(1);
  log.push_back("cleaned");
  if (error)
    std::rethrow_exception(error);
}
} // namespace

TEST(dropped_generator, is_closed_by_its_loop_whatever_thread_drops_it_and_when) {
  log_t log;
  aio::runner r({.debug = false, .loop_factory = aio::testing::virtual_time()});
  std::optional<aio::async_generator<int>> kept;
  auto main = [&]() -> coro<> {
    auto g = cleans_up(log);
    auto first = g.anext();
    co_await first;
    std::thread([moved = std::move(g)]() mutable { const auto gone = std::move(moved); }).join();
    EXPECT_TRUE(log.empty());
    co_await sleeper(2);
    EXPECT_EQ(log.size(), 1U);
    kept.emplace(cleans_up(log));
    auto next = kept->anext();
    co_await next;
  };
  r.run(main());
  // Between two runs: the next one closes it.
  kept.reset();
  EXPECT_EQ(log.size(), 1U);
  r.run(sleeper(2));
  EXPECT_EQ(log.size(), 2U);
}
