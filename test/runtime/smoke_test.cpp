// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The usual shapes of asyncio programs, each in a few lines.
#include <aio/aio.h>
#include <aio/testing.h>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace {

aio::coro<int> answer() { co_return 42; }
aio::coro<int> slow(int v, aio::duration d) {
  co_await aio::sleep(d);
  co_return v;
}
aio::coro<std::string> text(std::string s) { co_return s + "!"; }

static_assert(aio::is_coro<decltype(answer())> && !aio::is_coro<aio::task<int>> && !aio::is_coro<int>);

TEST(smoke, run_returns_the_value) { EXPECT_EQ(aio::run(answer()), 42); }

TEST(smoke, gather_tasks_and_timeouts) {
  auto main = []() -> aio::coro<int> {
    auto [a, b, c] = co_await aio::gather(slow(1, 1s), slow(2, 2s), text("x"));
    EXPECT_EQ(c, "x!");
    EXPECT_EQ(aio::testing::now(), 2s);
    auto t = aio::create_task(slow(3, 1s), {.name = "three"});
    EXPECT_EQ(t.get_name(), "three");
    int d = co_await t;
    try {
      co_await aio::async_with(aio::timeout(5s), [&]() -> aio::coro<> { co_await aio::sleep(100s); });
      ADD_FAILURE();
    } catch (const aio::timeout_error &) {
    }
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> aio::coro<> {
      tg.create_task(slow(1, 1s));
      tg.create_task(slow(1, 2s));
      co_return;
    });
    EXPECT_EQ(aio::testing::now(), 10s);
    co_return a + b + d;
  };
  EXPECT_EQ(aio::testing::run(main()), 6);
}

aio::async_generator<int> count(int n) {
  for (int i = 0; i < n; ++i) {
    co_await aio::sleep(1s);
    co_yield i;
  }
}

TEST(smoke, async_for) {
  auto main = []() -> aio::coro<int> {
    int sum = 0;
    AIO_FOR_CO_AWAIT(int i, count(5)) {
      if (i == 1)
        continue;
      sum += i;
    }
    co_return sum;
  };
  EXPECT_EQ(aio::testing::run(main()), 9);
}

TEST(smoke, queue_and_cancel) {
  auto main = []() -> aio::coro<int> {
    aio::queue<int> q(1);
    int sum = 0;
    auto consumer = [&]() -> aio::coro<> {
      for (;;) {
        sum += co_await q.get();
        q.task_done();
      }
    };
    auto t = aio::create_task(consumer());
    for (int i = 0; i < 10; ++i)
      co_await q.put(i);
    co_await q.join();
    t.cancel();
    auto done = co_await aio::gather(aio::return_exceptions, t);
    EXPECT_TRUE(std::get<0>(done).cancelled());
    co_return sum;
  };
  EXPECT_EQ(aio::testing::run(main()), 45);
}

TEST(smoke, to_thread) {
  auto main = []() -> aio::coro<int> { co_return co_await aio::to_thread([](int x) { return x * 2; }, 21); };
  EXPECT_EQ(aio::run(main()), 42);
}

} // namespace
