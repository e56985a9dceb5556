// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Queues: order, back-pressure, cancellation, shutdown.
#include "support.h"

namespace {
coro<std::string> getter(aio::queue<int> &q) {
  try {
    co_return std::to_string(co_await q.get());
  } catch (const aio::queue_shut_down &) {
    co_return "shut";
  }
}
coro<std::string> putter(aio::queue<int> &q, int v) {
  try {
    co_await q.put(v);
  } catch (const aio::queue_shut_down &) {
    co_return "shut";
  }
  co_return "put";
}
} // namespace

// conformance: queue-001 queue-002
TEST(queue, orders_and_sizes) {
  on_loop([]() -> coro<> {
    aio::queue<int> fifo;
    aio::lifo_queue<int> lifo;
    aio::priority_queue<int> heap;
    for (int i : {1, 3, 2}) {
      co_await fifo.put(i);
      co_await lifo.put(i);
      co_await heap.put(i);
    }
    std::vector<int> got;
    for (int i = 0; i < 3; ++i)
      got.push_back(co_await fifo.get());
    for (int i = 0; i < 3; ++i)
      got.push_back(co_await lifo.get());
    for (int i = 0; i < 3; ++i)
      got.push_back(co_await heap.get());
    EXPECT_EQ(got, (std::vector<int>{1, 3, 2, 2, 3, 1, 1, 2, 3}));
    for (long size : {0L, -5L}) {
      aio::queue<std::string> q(size);
      for (int i = 0; i < 100; ++i)
        co_await q.put("item number " + std::to_string(i));
      EXPECT_FALSE(q.full());
      EXPECT_EQ(q.maxsize(), 0U);
    }
    EXPECT_EQ(aio::queue<int>(3).maxsize(), 3U);
    EXPECT_THROW(fifo.get_nowait(), aio::queue_empty);
  });
}

// conformance: queue-006 queue-012
TEST(queue, blocks_producers) {
  on_loop([]() -> coro<> {
    aio::queue<int> q(2);
    auto body = [&]() -> coro<> {
      for (int i = 0; i < 3; ++i)
        co_await q.put(i);
    };
    auto t = aio::create_task(body());
    co_await ticks(2);
    EXPECT_TRUE(q.full());
    EXPECT_THROW(q.put_nowait(9), aio::queue_full);
    EXPECT_FALSE(t.done());
    EXPECT_EQ(q.get_nowait(), 0);
    co_await t;
    aio::queue<int> one(1);
    one.put_nowait(1);
    auto p = aio::create_task(putter(one, 2));
    co_await ticks(1);
    one.get_nowait();
    EXPECT_EQ(one.qsize(), 0U);
    co_await p;
    EXPECT_EQ(one.qsize(), 1U);
  });
}

// conformance: queue-007 queue-008 queue-009
TEST(queue, serves_getters_in_order) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    std::vector<task<std::string>> g;
    for (int i = 0; i < 3; ++i)
      g.push_back(aio::create_task(getter(q)));
    co_await ticks(1);
    for (int i = 0; i < 3; ++i)
      q.put_nowait(i);
    EXPECT_EQ(co_await g[0] + co_await g[1] + co_await g[2], "012");
    auto a = aio::create_task(getter(q)), b = aio::create_task(getter(q));
    co_await ticks(1);
    q.put_nowait(5);
    co_await ticks(2);
    EXPECT_TRUE(a.done());
    EXPECT_FALSE(b.done());
    q.put_nowait(6);
    EXPECT_EQ(co_await b, "6");
    auto c = aio::create_task(getter(q)), d = aio::create_task(getter(q));
    co_await ticks(1);
    q.put_nowait(7);
    EXPECT_EQ(q.get_nowait(), 7);
    co_await ticks(2);
    q.put_nowait(8);
    q.put_nowait(9);
    EXPECT_EQ(co_await d, "8");
    EXPECT_EQ(co_await c, "9");
  });
}

// conformance: queue-010 queue-015
TEST(queue, putters_can_be_overtaken_and_cancelled) {
  on_loop([]() -> coro<> {
    aio::queue<int> q(1);
    q.put_nowait(1);
    auto p = aio::create_task(putter(q, 2));
    co_await ticks(1);
    q.get_nowait();
    q.put_nowait(3);
    co_await ticks(2);
    EXPECT_FALSE(p.done());
    EXPECT_EQ(q.get_nowait(), 3);
    co_await p;
    EXPECT_EQ(q.get_nowait(), 2);
    q.put_nowait(1);
    auto r = aio::create_task(putter(q, 4));
    co_await ticks(1);
    q.get_nowait();
    r.cancel();
    EXPECT_EQ(co_await ending(r), "cancelled:");
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(co_await putter(q, 4), "put");
  });
}

// conformance: queue-013 queue-014 queue-017
TEST(queue, loses_nothing_when_getters_are_cancelled) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    auto a = aio::create_task(getter(q)), b = aio::create_task(getter(q));
    co_await ticks(1);
    a.cancel();
    q.put_nowait(1);
    EXPECT_EQ(co_await b, "1");
    auto c = aio::create_task(getter(q));
    co_await ticks(1);
    q.put_nowait(1);
    q.put_nowait(2);
    c.cancel();
    co_await ticks(2);
    EXPECT_EQ(co_await getter(q), "1");
    EXPECT_EQ(co_await getter(q), "2");
    EXPECT_EQ(co_await ending(aio::wait_for(getter(q), 1s)), "timeout");
    q.put_nowait(3);
    EXPECT_EQ(q.get_nowait(), 3);
  });
}

TEST(queue, the_chance_of_a_cancelled_putter_goes_to_the_next) {
  on_loop([]() -> coro<> {
    aio::queue<int> q(1);
    q.put_nowait(1);
    auto a = aio::create_task(putter(q, 2)), b = aio::create_task(putter(q, 3)), c = aio::create_task(putter(q, 4));
    co_await ticks(1);
    c.cancel();
    EXPECT_EQ(q.get_nowait(), 1);
    a.cancel();
    EXPECT_EQ(co_await ending(a), "cancelled:");
    EXPECT_EQ(co_await b, "put");
    EXPECT_EQ(co_await ending(c), "cancelled:");
    EXPECT_EQ(q.get_nowait(), 3);
    EXPECT_TRUE(q.empty());
    // Likewise for getters; a getter that finds an item takes it even if others wait.
    aio::queue<int> r;
    auto d = aio::create_task(getter(r)), e = aio::create_task(getter(r));
    co_await ticks(1);
    r.put_nowait(5);
    d.cancel();
    EXPECT_EQ(co_await ending(d), "cancelled:");
    EXPECT_EQ(co_await e, "5");
    auto f = aio::create_task(getter(r));
    co_await ticks(1);
    r.put_nowait(6);
    EXPECT_EQ(co_await r.get(), 6);
    EXPECT_FALSE(f.done());
    r.put_nowait(7);
    EXPECT_EQ(co_await f, "7");
  });
}

TEST(queue, several_join_and_workers_share_the_work) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    for (int i = 0; i < 100; ++i)
      q.put_nowait(i);
    int sum = 0;
    auto worker = [&]() -> coro<> {
      for (;;) {
        sum += co_await q.get();
        co_await aio::sleep(0s);
        q.task_done();
      }
    };
    auto a = aio::create_task(worker()), b = aio::create_task(worker());
    auto j = aio::create_task(q.join()), k = aio::create_task(q.join());
    co_await j;
    co_await k;
    EXPECT_EQ(sum, 4950);
    const soon ran;
    co_await q.join();
    EXPECT_FALSE(ran);
    // After the shutdown of an empty queue no item goes in or out, and there is nothing to wait for.
    q.shutdown();
    EXPECT_EQ(co_await ending(a), co_await ending(b));
    EXPECT_THROW(q.get_nowait(), aio::queue_shut_down);
    EXPECT_THROW(q.put_nowait(1), aio::queue_shut_down);
    EXPECT_EQ(co_await putter(q, 1), "shut");
    co_await q.join();
  });
}

// conformance: queue-018 queue-021
TEST(queue, join_and_task_done) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    EXPECT_THROW(q.task_done(), aio::value_error);
    co_await q.join();
    q.put_nowait(1);
    auto j = aio::create_task(q.join());
    co_await ticks(1);
    q.get_nowait();
    EXPECT_FALSE(j.done());
    q.task_done();
    q.put_nowait(2);
    co_await j;
  });
}

// conformance: queue-023 queue-024 queue-025
TEST(queue, shutdown) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    auto a = aio::create_task(getter(q)), b = aio::create_task(getter(q));
    co_await ticks(1);
    q.shutdown();
    EXPECT_EQ(co_await a + co_await b, "shutshut");
    aio::queue<int> r(1);
    r.put_nowait(1);
    auto p = aio::create_task(putter(r, 2));
    auto j = aio::create_task(r.join());
    co_await ticks(1);
    r.shutdown();
    EXPECT_EQ(co_await p, "shut");
    EXPECT_EQ(co_await getter(r), "1");
    EXPECT_EQ(co_await getter(r), "shut");
    EXPECT_THROW(r.put_nowait(1), aio::queue_shut_down);
    EXPECT_FALSE(j.done());
    r.task_done();
    co_await j;
    aio::queue<int> s(1);
    s.put_nowait(1);
    auto late = aio::create_task(putter(s, 2));
    co_await ticks(1);
    s.shutdown();
    s.get_nowait();
    EXPECT_EQ(co_await late, "shut");
    EXPECT_TRUE(s.empty());
  });
}

// conformance: queue-026 queue-027 queue-028
TEST(queue, immediate_shutdown) {
  on_loop([]() -> coro<> {
    aio::queue<int> q;
    q.put_nowait(1);
    auto j = aio::create_task(q.join());
    co_await ticks(1);
    q.shutdown(true);
    EXPECT_TRUE(q.empty());
    co_await j;
    EXPECT_THROW(q.task_done(), aio::value_error);
    aio::queue<int> r;
    r.put_nowait(1);
    r.put_nowait(2);
    r.get_nowait();
    auto k = aio::create_task(r.join());
    co_await ticks(1);
    r.shutdown(true);
    co_await ticks(2);
    EXPECT_FALSE(k.done());
    r.task_done();
    co_await k;
    aio::queue<int> s;
    s.put_nowait(1);
    s.shutdown();
    s.shutdown(true);
    EXPECT_EQ(co_await getter(s), "shut");
    co_await s.join();
  });
}
