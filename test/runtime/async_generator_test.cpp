// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Async generators, iteration and context managers.
#include "support.h"

namespace {
aio::async_generator<int> numbers(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
}
/// Yields once; its cleanup sleeps and may fail.
aio::async_generator<int> cleaning(log_t &log, double seconds, std::string fail = {}) {
  std::exception_ptr error;
  try {
    co_yield 1;
    log.push_back("after");
  } catch (...) {
    error = std::current_exception();
  }
  co_await sleeper(seconds);
  co_await aio::sleep(0s);
  log.push_back("cleaned");
  if (!fail.empty())
    throw test_error(fail);
  if (error)
    std::rethrow_exception(error);
}
template <class S> coro<std::string> step(S s) {
  try {
    auto v = co_await s;
    co_return v ? std::to_string(*v) : "end";
  } catch (const aio::cancelled_error &) {
    co_return "cancelled";
  } catch (const std::exception &e) {
    co_return e.what();
  }
}
} // namespace

// conformance: asyncgen-002 asyncgen-003
TEST(async_generator, steps) {
  on_loop([]() -> coro<> {
    const soon ran;
    int sum = 0;
    AIO_FOR_CO_AWAIT(int i, numbers(5)) { sum += i; }
    EXPECT_EQ(sum, 10);
    EXPECT_FALSE(ran);
    auto failing = []() -> aio::async_generator<int> {
      co_yield 1;
      throw test_error("E");
    };
    auto g = failing();
    EXPECT_EQ(co_await step(g.anext()), "1");
    EXPECT_EQ(co_await step(g.anext()), "E");
    EXPECT_EQ(co_await step(g.anext()), "end");
  });
}

TEST(async_generator, sends_and_throws) {
  on_loop([]() -> coro<> {
    auto echo = []() -> aio::async_generator<int, int> {
      int last = 0;
      for (;;) {
        try {
          auto got = co_yield last;
          last = got.value_or(-1);
        } catch (const test_error &) {
          last = 99;
        }
      }
    };
    auto g = echo();
    // The value is refused at the await; the generator can still be started.
    EXPECT_EQ(co_await step(g.asend(1)), "can't send a value to a just-started async generator");
    EXPECT_EQ(co_await step(g.anext()), "0");
    EXPECT_EQ(co_await step(g.asend(7)), "7");
    // A value travels with its own step.
    auto later = g.asend(8);
    EXPECT_EQ(co_await step(g.asend(9)), "9");
    EXPECT_EQ(co_await step(std::move(later)), "8");
    EXPECT_EQ(co_await step(g.anext()), "-1");
    EXPECT_EQ(co_await step(g.athrow(test_error("x"))), "99");
    EXPECT_EQ(co_await step(g.athrow(other_error("y"))), "y");
    EXPECT_EQ(co_await step(g.aclose()), "end");
    EXPECT_EQ(co_await step(g.athrow(other_error("z"))), "end");
    auto never_begun = echo();
    EXPECT_EQ(co_await step(never_begun.aclose()), "end");
    EXPECT_EQ(co_await step(never_begun.asend(1)), "end");
    // `std::nullopt` can be sent at any time, also to start the generator.
    auto other = echo();
    EXPECT_EQ(co_await step(other.asend(std::nullopt)), "0");
    EXPECT_EQ(co_await step(other.asend(5)), "5");
    EXPECT_EQ(co_await step(other.asend(std::nullopt)), "-1");
    EXPECT_EQ(co_await step(other.aclose()), "end");
  });
}

// conformance: asyncgen-005 asyncgen-006 asyncgen-009 asyncgen-010 asyncgen-011
TEST(async_generator, closing) {
  on_loop([]() -> coro<> {
    log_t log;
    auto g = cleaning(log, 1);
    EXPECT_EQ(co_await step(g.anext()), "1");
    EXPECT_EQ(co_await step(g.aclose()), "end");
    EXPECT_EQ(log, log_t{"cleaned"});
    EXPECT_EQ(now(), 1);
    auto f = aio::create_future<int>();
    auto waits = [&]() -> aio::async_generator<int> {
      co_yield 1;
      co_await f;
    };
    auto w = waits();
    EXPECT_EQ(co_await step(w.anext()), "1");
    EXPECT_EQ(co_await step(w.aclose()), "end");
    auto stubborn = [](bool again) -> aio::async_generator<int> {
      bool closing = false;
      try {
        co_yield 1;
      } catch (const aio::generator_exit &) {
        closing = again;
      }
      if (closing)
        co_yield 2;
    };
    auto s = stubborn(true);
    co_await step(s.anext());
    EXPECT_NE((co_await step(s.aclose())).find("ignored"), std::string::npos);
    co_await step(s.anext());
    auto q = stubborn(false);
    co_await step(q.anext());
    EXPECT_EQ(co_await step(q.aclose()), "end");
    auto k = cleaning(log, 0, "K");
    co_await step(k.anext());
    EXPECT_EQ(co_await step(k.aclose()), "K");
    EXPECT_EQ(co_await step(k.aclose()), "end");
    EXPECT_EQ(co_await step(k.anext()), "end");
  });
}

// conformance: asyncgen-012 asyncgen-013
TEST(async_generator, and_cancellation) {
  on_loop([]() -> coro<> {
    log_t log;
    auto body = [&]() -> aio::async_generator<int> {
      std::exception_ptr error;
      try {
        co_yield 1;
        co_await aio::sleep(100s);
      } catch (const aio::cancelled_error &) {
        error = std::current_exception();
      }
      co_await aio::sleep(1s);
      log.push_back("cleanup");
      if (error)
        std::rethrow_exception(error);
    };
    auto g = body();
    auto consumer = [&]() -> coro<std::string> {
      co_await step(g.anext());
      auto s = co_await step(g.anext());
      log.push_back("consumer");
      co_return s;
    };
    auto t = aio::create_task(consumer());
    co_await ticks(2);
    t.cancel();
    EXPECT_EQ(co_await t, "cancelled");
    EXPECT_EQ(log, (log_t{"cleanup", "consumer"}));
    EXPECT_EQ(co_await step(g.anext()), "end");
    log_t quiet;
    auto h = cleaning(quiet, 0);
    auto between = [&]() -> coro<> {
      co_await step(h.anext());
      co_await aio::sleep(100s);
    };
    auto u = aio::create_task(between());
    co_await ticks(2);
    u.cancel();
    EXPECT_EQ(co_await ending(u), "cancelled:");
    EXPECT_TRUE(quiet.empty());
    co_await step(h.aclose());
    EXPECT_EQ(quiet, log_t{"cleaned"});
  });
}

// conformance: asyncgen-016
TEST(async_generator, a_step_is_awaited_once) {
  on_loop([]() -> coro<> {
    auto g = numbers(3);
    auto s = g.anext();
    co_await s;
    auto again = [](auto &once) -> coro<> { co_await once; };
    EXPECT_NE(co_await ending(again(s)), "value");
    auto c = g.aclose();
    co_await c;
    EXPECT_NE(co_await ending(again(c)), "value");
  });
}

// conformance: asyncgen-017 asyncgen-019
TEST(async_generator, shutdown_closes_all_at_once) {
  warnings seen;
  on_loop([&]() -> coro<> {
    log_t log;
    auto a = cleaning(log, 1), b = cleaning(log, 1);
    co_await step(a.anext());
    co_await step(b.anext());
    co_await aio::get_running_loop().shutdown_asyncgens();
    EXPECT_EQ(now(), 1);
    EXPECT_EQ(log.size(), 2U);
    auto late = numbers(1);
    co_await step(late.anext());
    co_await step(late.anext());
  });
  EXPECT_EQ(seen.seen.size(), 1U);
  EXPECT_NE(seen.seen[0].find("shutdown_asyncgens"), std::string::npos);
}

// conformance: asyncgen-018
TEST(async_generator, a_failing_cleanup_at_the_end_is_reported) {
  std::optional<reports> seen;
  log_t log;
  std::optional<aio::async_generator<int>> open;
  auto main = [&]() -> coro<int> {
    seen.emplace(aio::get_running_loop());
    open.emplace(cleaning(log, 0, "K"));
    co_await step(open->anext());
    co_return 1;
  };
  EXPECT_EQ(aio::testing::run(main()), 1);
  EXPECT_EQ(seen->errors, log_t{"K"});
  EXPECT_NE(seen->messages[0].find("closing of asynchronous generator"), std::string::npos);
}

TEST(async_generator, a_cancelled_shutdown_cancels_every_cleanup_and_ends_cancelled) {
  const warnings quiet; // the second round begins after a shutdown
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    log_t log;
    auto body = [&](const char *name, bool swallows) -> aio::async_generator<int> {
      std::exception_ptr error;
      try {
        co_yield 1;
      } catch (...) {
        error = std::current_exception();
      }
      try {
        co_await aio::sleep(100s);
      } catch (const aio::cancelled_error &) {
        log.push_back(name);
        if (!swallows)
          error = std::current_exception();
      }
      std::rethrow_exception(error);
    };
    for (bool swallows : {false, true}) {
      auto a = body("a", swallows), b = body("b", swallows);
      co_await step(a.anext());
      co_await step(b.anext());
      auto t = aio::create_task(aio::get_running_loop().shutdown_asyncgens());
      co_await ticks(3);
      t.cancel();
      EXPECT_EQ(co_await ending(t), "cancelled:");
      EXPECT_EQ(log, (log_t{"a", "b"}));
      log.clear();
    }
    EXPECT_EQ(now(), 0);
    EXPECT_EQ(seen.count(), 0U);
  });
}

TEST(async_generator, a_cleanup_that_ends_cancelled_is_not_reported) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    auto body = []() -> aio::async_generator<int> {
      try {
        co_yield 1;
      } catch (const aio::generator_exit &) {
        throw aio::cancelled_error();
      }
    };
    auto g = body();
    co_await step(g.anext());
    EXPECT_EQ(co_await ending(aio::get_running_loop().shutdown_asyncgens()), "value");
    EXPECT_EQ(seen.count(), 0U);
  });
}

TEST(async_generator, shutdown_does_not_begin_one_that_never_began) {
  on_loop([]() -> coro<> {
    bool began = false;
    auto body = [&]() -> aio::async_generator<int, int> {
      began = true;
      co_yield 1;
    };
    auto g = body();
    EXPECT_EQ(co_await step(g.asend(1)), "can't send a value to a just-started async generator");
    co_await aio::get_running_loop().shutdown_asyncgens();
    EXPECT_FALSE(began);
    EXPECT_EQ(co_await step(g.anext()), "end");
  });
}

TEST(async_generator, one_step_at_a_time) {
  on_loop([]() -> coro<> {
    auto slow = []() -> aio::async_generator<int> {
      co_await aio::sleep(1s);
      co_yield 1;
    };
    auto g = slow();
    auto first = aio::create_task(step(g.anext()));
    co_await ticks(1);
    EXPECT_EQ(co_await step(g.anext()), "anext(): asynchronous generator is already running");
    EXPECT_EQ(co_await step(g.athrow(test_error("E"))), "athrow(): asynchronous generator is already running");
    EXPECT_EQ(co_await step(g.aclose()), "aclose(): asynchronous generator is already running");
    EXPECT_EQ(co_await first, "1");
    EXPECT_EQ(co_await step(g.anext()), "end");
    auto thrown_at = slow();
    EXPECT_EQ(co_await step(thrown_at.athrow(test_error("E"))), "E");
    EXPECT_EQ(co_await step(thrown_at.anext()), "end");
    EXPECT_EQ(now(), 1);
  });
}

// conformance: asyncgen-020
TEST(async_generator, dropped_half_way_is_closed_by_the_loop) {
  on_loop([]() -> coro<> {
    log_t log;
    {
      auto g = cleaning(log, 1);
      co_await step(g.anext());
    }
    co_await aio::sleep(2s);
    EXPECT_EQ(log, log_t{"cleaned"});
  });
}

TEST(async_with, runs_its_exit_in_every_case) {
  on_loop([]() -> coro<> {
    log_t log;
    auto open = [&]() -> aio::async_generator<std::string> {
      log.push_back("open");
      std::exception_ptr error;
      try {
        co_yield "connection";
      } catch (...) {
        error = std::current_exception();
      }
      co_await aio::sleep(1s);
      log.push_back("close");
      if (error)
        std::rethrow_exception(error);
    };
    auto n = co_await aio::async_with(aio::asynccontextmanager(open()),
                                      [&](std::string &c) -> coro<std::size_t> { co_return c.size(); });
    EXPECT_EQ(n, 10U);
    auto fails = [](std::string &) -> coro<> { co_await fail_now("E"); };
    EXPECT_EQ(co_await ending(aio::async_with(aio::asynccontextmanager(open()), fails)), "E");
    auto parks = [](std::string &) -> coro<> { co_await aio::sleep(100s); };
    auto t = aio::create_task(aio::async_with(aio::asynccontextmanager(open()), parks));
    co_await ticks(2);
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(log, (log_t{"open", "close", "open", "close", "open", "close"}));
    int sum = 0;
    auto iterate = [&](aio::async_generator<int> &g) -> coro<> {
      AIO_FOR_CO_AWAIT(int i, g) {
        sum += i;
        if (i == 2)
          break;
      }
    };
    co_await aio::async_with(aio::aclosing(numbers(10)), iterate);
    EXPECT_EQ(sum, 3);
  });
}

namespace {
/// The class form of an async iterator.
struct counter {
  int limit;
  int n = 0;
  counter &aiter() { return *this; }
  coro<std::optional<int>> anext() {
    if (n >= limit)
      co_return std::nullopt;
    co_await aio::sleep(100ms);
    co_return ++n;
  }
};
} // namespace

TEST(async_iteration, of_a_class) {
  on_loop([]() -> coro<> {
    std::vector<int> got;
    AIO_FOR_CO_AWAIT(int i, counter{3}) { got.push_back(i); }
    EXPECT_EQ(got, (std::vector<int>{1, 2, 3}));
  });
}
