// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions that take a coroutine in asyncio take any awaitable in aio: that of a primitive, a sleep, a step.
#include "support.h"

namespace {
// g++ 12 does not accept such a list inside a coroutine.
std::vector<int> two(int a, int b) { return {a, b}; }
} // namespace

TEST(awaitable, in_wait_for) {
  on_loop([]() -> coro<> {
    aio::queue<std::string> items;
    aio::event news;
    aio::lock lock;
    EXPECT_EQ(co_await ending(aio::wait_for(items.get(), 1s)), "timeout");
    EXPECT_EQ(co_await ending(aio::wait_for(news.wait(), 0s)), "timeout");
    EXPECT_EQ(now(), 1);
    items.put_nowait("x");
    EXPECT_EQ(co_await aio::wait_for(items.get(), 1s), "x");
    EXPECT_EQ(co_await aio::wait_for(aio::sleep(1s, 7), 2s), 7);
    {
      auto guard = co_await aio::wait_for(lock.scoped(), 1s);
      EXPECT_TRUE(lock.locked());
    }
    EXPECT_FALSE(lock.locked());
    // The get that timed out is no longer in line.
    items.put_nowait("y");
    EXPECT_EQ(items.get_nowait(), "y");
  });
}

TEST(awaitable, as_a_task) {
  on_loop([]() -> coro<> {
    aio::queue<std::string> items;
    auto get = aio::create_task(items.get(), {.name = "getter"});
    EXPECT_EQ(get.get_name(), "getter");
    auto put = aio::ensure_future(items.put("x"));
    EXPECT_EQ(co_await get, "x");
    co_await put;
    aio::event news;
    auto inner = aio::create_task(news.wait());
    auto outer = aio::shield(inner);
    outer.cancel();
    EXPECT_EQ(co_await ending(outer), "cancelled:");
    news.set();
    EXPECT_TRUE(co_await inner);
    EXPECT_TRUE(co_await aio::shield(news.wait()));
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &group) -> coro<> {
      auto t = group.create_task(aio::sleep(1s, 5));
      EXPECT_EQ(co_await t, 5);
    });
  });
}

TEST(awaitable, in_gather_and_as_completed) {
  on_loop([]() -> coro<> {
    aio::queue<std::string> items;
    aio::event news;
    items.put_nowait("x");
    news.set();
    auto [item, up, slept] = co_await aio::gather(items.get(), news.wait(), aio::sleep(1s, 3));
    EXPECT_EQ(item, "x");
    EXPECT_TRUE(up);
    EXPECT_EQ(slept, 3);
    std::vector<decltype(aio::sleep(1s, 1))> naps;
    naps.push_back(aio::sleep(2s, 2));
    naps.push_back(aio::sleep(1s, 1));
    auto order = aio::as_completed(naps);
    std::vector<int> came;
    AIO_FOR_CO_AWAIT(auto &t, order) { came.push_back(t.result()); }
    EXPECT_EQ(came, two(1, 2));
    EXPECT_EQ((co_await aio::gather(naps)), two(2, 1));
  });
}

TEST(awaitable, as_the_step_of_a_generator) {
  on_loop([]() -> coro<> {
    auto gen = []() -> aio::async_generator<int> {
      co_yield 1;
      co_await aio::sleep(5s);
      co_yield 2;
    };
    auto g = gen();
    EXPECT_EQ(*co_await aio::wait_for(g.anext(), 1s), 1);
    // The generator is cancelled together with its step, and is over.
    EXPECT_EQ(co_await ending(aio::wait_for(g.anext(), 1s)), "timeout");
    EXPECT_FALSE(co_await aio::wait_for(g.anext(), 1s));
  });
}

// asyncio.run takes any awaitable since 3.14.
TEST(awaitable, as_the_main_of_a_run) {
  EXPECT_EQ(aio::run(aio::sleep(1ns, 5)), 5);
  aio::testing::virtual_loop loop;
  EXPECT_EQ(loop.run_until_complete(aio::sleep(1h, 6)), 6);
  aio::runner r({.debug = {}, .loop_factory = aio::testing::virtual_time()});
  EXPECT_EQ(r.run(aio::sleep(1h, 7)), 7);
}

namespace {
/// Lets two tasks use the same lock, and throws the exception of either.
coro<> contend(aio::lock &lock) {
  auto take = [&]() -> coro<> {
    auto guard = co_await lock.scoped();
    co_await aio::sleep(1s);
  };
  auto [first, second] = co_await aio::gather(aio::return_exceptions, take(), take());
  first.value();
  second.value();
}
std::string ends(coro<> body) {
  try {
    aio::testing::run(std::move(body));
  } catch (const std::exception &e) {
    return e.what();
  }
  return "value";
}
} // namespace

// As in asyncio, the first wait binds a primitive to a loop, not the first use.
TEST(loop_bound, the_first_wait_ties_a_primitive_to_its_loop) {
  aio::lock lock;
  aio::event event;
  aio::semaphore permits(0);
  aio::condition condition;
  aio::queue<int> items(1);
  auto uncontended = [&]() -> coro<> {
    co_await lock.acquire();
    lock.release();
    co_await items.put(1);
    EXPECT_EQ(co_await items.get(), 1);
  };
  EXPECT_EQ(ends(uncontended()), "value");
  EXPECT_EQ(ends(uncontended()), "value");
  // Expected values are computed outside of the awaits, where g++ 12 handles temporaries wrongly.
  const auto end_of = [](bool first, const char *value, const char *name) -> std::string {
    return first ? value : name + std::string(" is bound to a different event loop");
  };
  auto wait_everywhere = [&](bool first) -> coro<> {
    std::string got = co_await ending(contend(lock));
    EXPECT_EQ(got, end_of(first, "value", "lock"));
    got = co_await ending(aio::wait_for(event.wait(), 1s));
    EXPECT_EQ(got, end_of(first, "timeout", "event"));
    got = co_await ending(aio::wait_for(permits.acquire(), 1s));
    EXPECT_EQ(got, end_of(first, "timeout", "semaphore"));
    got = co_await ending(aio::wait_for(items.get(), 1s));
    EXPECT_EQ(got, end_of(first, "timeout", "queue"));
    auto guard = co_await condition.scoped();
    got = co_await ending(aio::wait_for(condition.wait(), 1s));
    EXPECT_EQ(got, end_of(first, "timeout", "condition"));
  };
  aio::runner one({.debug = {}, .loop_factory = aio::testing::virtual_time()});
  one.run(wait_everywhere(true));
  one.run(wait_everywhere(true));
  aio::runner two({.debug = {}, .loop_factory = aio::testing::virtual_time()});
  two.run(wait_everywhere(false));
  two.run(uncontended());
}
