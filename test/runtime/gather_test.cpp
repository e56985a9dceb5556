// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gather: order, failures, cancellation.
#include "support.h"

namespace {
coro<int> follow(future<int> f) { co_return co_await f; }
} // namespace

// conformance: gather-001
TEST(gather, gives_results_in_argument_order) {
  on_loop([]() -> coro<> {
    auto a = aio::create_future<int>(), b = aio::create_future<int>(), c = aio::create_future<int>();
    auto g = aio::gather(a, b, c);
    b.set_result(2);
    a.set_result(1);
    co_await ticks(2);
    EXPECT_FALSE(g.done());
    c.set_result(3);
    EXPECT_FALSE(g.done());
    co_await ticks(1);
    EXPECT_TRUE(g.done());
    EXPECT_EQ(co_await g, std::make_tuple(1, 2, 3));
  });
}

// conformance: gather-002 gather-003 gather-004
TEST(gather, is_done_as_soon_as_it_can_be) {
  on_loop([]() -> coro<> {
    const soon ran;
    co_await aio::gather();
    auto empty = co_await aio::gather(std::vector<future<int>>{});
    EXPECT_TRUE(empty.empty());
    auto f = aio::create_future<int>();
    f.set_result(1);
    auto g = aio::gather(f, f);
    EXPECT_TRUE(g.done());
    EXPECT_EQ(co_await g, std::make_tuple(1, 1));
    EXPECT_FALSE(ran);
    auto now_ = []() -> coro<int> { co_return 1; };
    auto h = aio::gather(now_(), now_());
    co_await ticks(1);
    EXPECT_FALSE(h.done());
    co_await ticks(1);
    EXPECT_TRUE(h.done());
  });
}

// conformance: gather-005
TEST(gather, takes_the_same_future_twice) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(value_after(4, 1));
    EXPECT_EQ(co_await aio::gather(t, t, t), std::make_tuple(4, 4, 4));
  });
}

// conformance: gather-006 gather-007 gather-022
TEST(gather, ends_with_the_first_failure_and_leaves_the_others) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    std::vector<future<int>> all;
    for (int i = 0; i < 5; ++i)
      all.push_back(aio::create_future<int>());
    {
      auto slow = aio::create_task(follow(aio::create_future<int>()));
      auto g = aio::gather(all);
      auto h = aio::gather(all[1], slow);
      all[0].set_result(1);
      all[1].set_exception(test_error("E"));
      co_await ticks(1);
      EXPECT_TRUE(g.done());
      EXPECT_EQ(text_of(g.exception()), "E");
      EXPECT_FALSE(all[2].done());
      EXPECT_FALSE(h.cancel());
      EXPECT_EQ(slow.cancelling(), 0);
      slow.cancel();
      all[2].set_result(2);
      all[3].set_exception(test_error("late"));
      all[4].cancel();
      co_await ticks(2);
      EXPECT_EQ(text_of(g.exception()), "E");
      h.core().mark_retrieved();
    }
    all.clear();
    EXPECT_EQ(seen.count(), 0U);
    aio::get_running_loop().set_exception_handler({});
  });
}

// conformance: gather-010
TEST(gather, the_first_failure_in_time_wins) {
  on_loop([]() -> coro<> {
    auto a = aio::create_future<int>(), b = aio::create_future<int>();
    auto g = aio::gather(a, b);
    b.set_exception(test_error("b"));
    a.set_exception(test_error("a"));
    EXPECT_EQ(co_await ending(g), "b");
  });
}

// conformance: gather-011 gather-013
TEST(gather, returns_exceptions) {
  on_loop([]() -> coro<> {
    std::vector<future<int>> f;
    for (int i = 0; i < 5; ++i)
      f.push_back(aio::create_future<int>());
    auto g = aio::gather(aio::return_exceptions, f);
    f[1].set_result(2);
    f[2].set_exception(test_error("c"));
    f[0].set_result(1);
    f[4].cancel("m");
    co_await ticks(2);
    EXPECT_FALSE(g.done());
    f[3].set_exception(test_error("d"));
    auto r = co_await g;
    EXPECT_EQ(r[0].value(), 1);
    EXPECT_EQ(r[1].value(), 2);
    EXPECT_TRUE(r[1].has_value());
    EXPECT_FALSE(r[2].has_value());
    EXPECT_EQ(text_of(r[1].exception()), "none");
    EXPECT_THROW(r[2].value(), test_error);
    EXPECT_EQ(text_of(r[2].error()), "c");
    EXPECT_EQ(text_of(r[3].error()), "d");
    EXPECT_EQ(text_of(r[4].error()), "cancelled:m");
    EXPECT_TRUE(r[4].cancelled());
  });
}

// conformance: gather-012
TEST(gather, a_cancelled_child_is_a_failure) {
  on_loop([]() -> coro<> {
    auto a = aio::create_future<int>(), b = aio::create_future<int>();
    auto g = aio::gather(a, b);
    a.cancel();
    co_await ticks(1);
    EXPECT_TRUE(g.done());
    EXPECT_FALSE(g.cancelled());
    EXPECT_FALSE(b.done());
    EXPECT_EQ(co_await ending(g), "cancelled:");
  });
}

// conformance: gather-015 gather-016
TEST(gather, can_be_cancelled_until_its_children_are_done) {
  on_loop([]() -> coro<> {
    auto a = aio::create_task(slow_to_cancel(2)), b = aio::create_task(sleeper(100));
    auto g = aio::gather(a, b);
    co_await ticks(1);
    EXPECT_TRUE(g.cancel());
    EXPECT_FALSE(g.done());
    EXPECT_EQ(a.cancelling(), 1);
    EXPECT_EQ(b.cancelling(), 1);
    EXPECT_EQ(co_await ending(g), "cancelled:");
    auto c = aio::create_future<int>(), d = aio::create_future<int>();
    auto h = aio::gather(c, d);
    c.set_result(1);
    d.set_result(2);
    EXPECT_FALSE(h.cancel());
    EXPECT_EQ(co_await h, std::make_tuple(1, 2));
  });
}

// conformance: gather-017 gather-023
TEST(gather, outer_cancellation_reaches_the_future_with_its_message) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto a = aio::create_task(follow(f)), b = aio::create_task(follow(f));
    auto outer_body = [&]() -> coro<std::string> {
      auto g = aio::gather(a, b);
      co_return co_await ending(g);
    };
    auto outer = aio::create_task(outer_body());
    co_await ticks(2);
    outer.cancel("m");
    EXPECT_EQ(co_await outer, "cancelled:m");
    co_await ticks(2);
    EXPECT_TRUE(a.cancelled());
    EXPECT_TRUE(b.cancelled());
    EXPECT_TRUE(f.cancelled());
  });
}

// conformance: gather-024
TEST(gather, returning_exceptions_does_not_swallow_the_cancellation) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<> {
      for (;;) {
        auto g = aio::gather(aio::return_exceptions, sleeper(1));
        co_await g;
      }
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(2500ms);
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
  });
}

TEST(gather, a_late_cancel_does_not_read_its_exception) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    {
      auto all = aio::gather(fail_now(), sleeper(1));
      co_await ticks(2);
      EXPECT_TRUE(all.done());
      EXPECT_FALSE(all.cancel());
    }
    co_await sleeper(2);
    EXPECT_EQ(seen.messages, log_t{"Future exception was never retrieved"});
    aio::get_running_loop().set_exception_handler({});
  });
}

TEST(gather, the_message_of_a_cancellation_is_the_last_arguments) {
  on_loop([]() -> coro<> {
    auto refuses = [](double seconds) -> coro<int> {
      co_await ending(sleeper(10));
      co_await sleeper(seconds);
      co_return 1;
    };
    const auto message = [&](bool last, double seconds) -> coro<std::string> {
      auto stays = aio::create_task(refuses(seconds));
      auto goes = aio::create_task(value_after(1, 10));
      co_await ticks(1);
      std::vector all{last ? goes : stays, last ? stays : goes};
      auto gathered = aio::gather(aio::return_exceptions, all);
      EXPECT_TRUE(gathered.cancel("m"));
      co_return co_await ending(gathered);
    };
    EXPECT_EQ(co_await message(false, 1), "cancelled:m");
    EXPECT_EQ(co_await message(false, 0), "cancelled:m");
    EXPECT_EQ(co_await message(true, 1), "cancelled:");
  });
}

// conformance: gather-026
TEST(gather, needs_a_loop_for_coroutines) {
  warnings quiet;
  EXPECT_THROW(aio::gather(sleeper(1), sleeper(1)), aio::runtime_error);
}

// conformance: gather-027
TEST(gather, inside_a_timeout) {
  on_loop([]() -> coro<> {
    auto a = aio::create_task(sleeper(5)), b = aio::create_task(sleeper(5));
    auto body = [&]() -> coro<> { co_await aio::gather(a, b); };
    EXPECT_EQ(co_await ending(aio::async_with(aio::timeout(1s), body)), "timeout");
    EXPECT_TRUE(a.cancelled());
    EXPECT_TRUE(b.cancelled());
    EXPECT_EQ(aio::current_task().cancelling(), 0);
    EXPECT_EQ(now(), 1);
  });
}

// Outer and inner futures hold each other while they are pending.
TEST(gather, what_never_ends_goes_with_the_loop) {
  const auto token = std::make_shared<int>(0);
  const auto leave = [&](auto make) {
    aio::testing::virtual_loop loop;
    loop.set_exception_handler([](aio::event_loop &, const aio::exception_context &) {});
    loop.run_until_complete([](auto &make, std::shared_ptr<int> token) -> coro<> {
      make().add_done_callback([token](const aio::any_future &) {});
      co_await aio::sleep(0s);
    }(make, token));
  };
  leave([] { return aio::gather(sleeper(10), aio::gather(sleeper(10), sleeper(10))); });
  leave([] { return aio::shield(sleeper(10)); });
  leave([] { return aio::gather(aio::shield(sleeper(10)), aio::shield(aio::gather(sleeper(10)))); });
  EXPECT_EQ(token.use_count(), 1);
}
