// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cancellation: where it arrives, what it carries, how it is counted.
#include "support.h"

// conformance: cancel-001 cancel-002 cancel-003
TEST(cancel, before_the_start) {
  on_loop([]() -> coro<> {
    bool ran = false;
    auto body = [&]() -> coro<> {
      ran = true;
      co_return;
    };
    auto t = aio::create_task(body());
    EXPECT_TRUE(t.cancel());
    EXPECT_FALSE(t.done());
    co_await aio::sleep(0s);
    EXPECT_TRUE(t.done());
    EXPECT_TRUE(t.cancelled());
    EXPECT_FALSE(ran);
    auto u = aio::create_task(body());
    u.cancel();
    EXPECT_EQ(u.uncancel(), 0);
    co_await aio::sleep(0s);
    EXPECT_TRUE(ran);
    EXPECT_FALSE(u.cancelled());
    auto v = aio::create_task(body());
    v.cancel();
    v.cancel();
    v.uncancel();
    co_await aio::sleep(0s);
    EXPECT_TRUE(v.cancelled());
  });
}

// conformance: cancel-004 cancel-025 cancel-033
TEST(cancel, of_a_sleeper) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(sleeper(10));
    aio::get_running_loop().call_soon([&] { t.cancel(); });
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(now(), 0);
    EXPECT_EQ(aio::get_running_loop().timer_count(), 0U);
    EXPECT_FALSE(t.cancel());
    EXPECT_EQ(t.cancelling(), 1);
  });
}

// conformance: cancel-005
TEST(cancel, reaches_the_future_at_once_and_the_task_in_the_next_pass) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto t = aio::create_task(ending(f));
    auto wait = [](future<int> g) -> coro<> { co_await g; };
    auto u = aio::create_task(wait(aio::create_future<int>()));
    co_await aio::sleep(0s);
    u.cancel();
    t.cancel();
    EXPECT_TRUE(f.cancelled());
    EXPECT_FALSE(u.done());
    co_await aio::sleep(0s);
    EXPECT_TRUE(u.cancelled());
  });
}

// conformance: cancel-006
TEST(cancel, of_task_and_future_together_arrives_once) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    int delivered = 0;
    auto body = [&]() -> coro<> {
      try {
        co_await f;
      } catch (const aio::cancelled_error &) {
        ++delivered;
        throw;
      }
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    f.cancel();
    t.cancel();
    co_await ticks(2);
    EXPECT_TRUE(t.cancelled());
    EXPECT_EQ(delivered, 1);
  });
}

// conformance: cancel-007 cancel-008
TEST(cancel, beats_a_result_that_was_not_seen_yet_unless_withdrawn) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto t = aio::create_task(ending(f));
    auto u = aio::create_task(ending(f));
    co_await aio::sleep(0s);
    f.set_result(3);
    t.cancel();
    u.cancel();
    u.uncancel();
    EXPECT_EQ(co_await t, "cancelled:");
    EXPECT_EQ(f.result(), 3);
    EXPECT_FALSE(f.cancelled());
    EXPECT_EQ(co_await u, "value");
  });
}

// conformance: cancel-010
TEST(cancel, arrives_at_sleep_zero) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::string> {
      try {
        co_await aio::sleep(0s);
        co_await aio::sleep(0s);
      } catch (const aio::cancelled_error &) {
        co_return "cancelled";
      }
      co_return "no";
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    t.cancel();
    EXPECT_EQ(co_await t, "cancelled");
  });
}

// conformance: cancel-011 cancel-012
TEST(cancel, of_oneself_arrives_at_the_next_real_suspension) {
  on_loop([]() -> coro<> {
    log_t log;
    auto body = [&]() -> coro<> {
      aio::current_task().cancel();
      auto f = aio::create_future<int>();
      f.set_result(1);
      EXPECT_EQ(co_await f, 1);
      log.push_back("went on");
      co_await aio::sleep(100s);
    };
    auto t = aio::create_task(body());
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(now(), 0);
    EXPECT_EQ(log, log_t{"went on"});
  });
}

// conformance: cancel-013 cancel-014
TEST(cancel, of_oneself_before_the_end) {
  on_loop([]() -> coro<> {
    auto returns = []() -> coro<int> {
      aio::current_task().cancel();
      co_return 12;
    };
    auto throws = []() -> coro<int> {
      aio::current_task().cancel();
      throw test_error("V");
      co_return 12;
    };
    auto t = aio::create_task(returns());
    auto u = aio::create_task(throws());
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(co_await ending(u), "V");
  });
}

// conformance: cancel-015
TEST(cancel, pending_request_is_passed_to_the_task_awaited_next) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto wait = [](future<int> g) -> coro<int> { co_return co_await g; };
    auto inner = aio::create_task(wait(f));
    co_await aio::sleep(0s);
    auto body = [&]() -> coro<int> {
      aio::current_task().cancel();
      co_return co_await inner;
    };
    auto outer = aio::create_task(body());
    EXPECT_EQ(co_await ending(outer), "cancelled:");
    EXPECT_TRUE(inner.cancelled());
    EXPECT_TRUE(f.cancelled());
  });
}

// conformance: cancel-016 cancel-018
TEST(cancel, can_be_caught_or_turned_into_an_error) {
  on_loop([]() -> coro<> {
    auto swallow = []() -> coro<int> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      co_return 42;
    };
    auto turn = []() -> coro<int> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        throw test_error("E");
      }
      co_return 0;
    };
    auto t = aio::create_task(swallow());
    auto u = aio::create_task(turn());
    co_await aio::sleep(0s);
    t.cancel();
    u.cancel();
    EXPECT_EQ(co_await t, 42);
    EXPECT_FALSE(t.cancelled());
    EXPECT_EQ(t.cancelling(), 1);
    EXPECT_EQ(co_await ending(u), "E");
    EXPECT_FALSE(u.cancelled());
  });
}

// conformance: cancel-021
TEST(cancel, the_first_message_wins) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(ending(aio::create_future<int>()));
    co_await aio::sleep(0s);
    t.cancel("a");
    t.cancel("b");
    EXPECT_EQ(co_await t, "cancelled:a");
  });
}

TEST(cancel, messages_of_one_that_has_not_begun_and_of_one_that_is_woken) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(sleeper(1));
    t.cancel("a");
    t.cancel("b");
    EXPECT_EQ(t.cancelling(), 2);
    EXPECT_EQ(co_await ending(t), "cancelled:b");
    auto f = aio::create_future<void>();
    auto body = [&]() -> coro<> { co_await f; };
    auto woken = aio::create_task(body());
    co_await ticks(1);
    f.set_result();
    woken.cancel("c");
    woken.cancel("d");
    EXPECT_EQ(co_await ending(woken), "cancelled:d");
    EXPECT_EQ(woken.cancelling(), 2);
    // The count does not go below zero; a second request counts again.
    EXPECT_EQ(aio::current_task().uncancel(), 0);
    int seen = 0;
    auto stubborn = [&]() -> coro<int> {
      for (;;) {
        try {
          co_await aio::sleep(1s);
          co_return seen;
        } catch (const aio::cancelled_error &) {
          ++seen;
        }
      }
    };
    auto s = aio::create_task(stubborn());
    for (int i = 0; i < 3; ++i) {
      co_await ticks(2);
      EXPECT_TRUE(s.cancel());
    }
    EXPECT_EQ(co_await s, 3);
    EXPECT_FALSE(s.cancelled());
    EXPECT_EQ(s.cancelling(), 3);
    EXPECT_FALSE(s.cancel());
  });
}

// conformance: cancel-027
TEST(cancel, works_again_after_uncancel) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        aio::current_task().uncancel();
      }
      co_await aio::sleep(10s);
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    t.cancel();
    EXPECT_EQ(t.cancelling(), 1);
    co_await aio::sleep(1s);
    EXPECT_EQ(t.cancelling(), 0);
    t.cancel();
    EXPECT_EQ(t.cancelling(), 1);
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_TRUE(t.cancelled());
  });
}

// conformance: cancel-028 cancel-032
TEST(cancel, goes_down_a_chain_of_tasks_and_up_again) {
  on_loop([]() -> coro<> {
    log_t log;
    auto inner_body = [&]() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &e) {
        log.push_back("inner:" + e.message());
        throw;
      }
    };
    auto inner = aio::create_task(inner_body());
    auto outer_body = [&]() -> coro<> {
      try {
        co_await inner;
      } catch (const aio::cancelled_error &e) {
        log.push_back("outer:" + e.message());
        throw;
      }
    };
    auto outer = aio::create_task(outer_body());
    co_await ticks(2);
    outer.cancel("m");
    EXPECT_EQ(inner.cancelling(), 1);
    co_await ticks(1);
    EXPECT_TRUE(inner.done());
    EXPECT_FALSE(outer.done());
    co_await ticks(1);
    EXPECT_TRUE(outer.cancelled());
    EXPECT_EQ(log, (log_t{"inner:m", "outer:m"}));
  });
}

// conformance: cancel-029 cancel-030
TEST(cancel, swallowed_or_made_by_the_inner_task) {
  on_loop([]() -> coro<> {
    auto swallow = []() -> coro<int> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      co_return 7;
    };
    auto await_it = [](task<int> t) -> coro<int> { co_return co_await t; };
    auto inner = aio::create_task(swallow());
    auto outer = aio::create_task(await_it(inner));
    co_await ticks(2);
    EXPECT_TRUE(outer.cancel());
    EXPECT_EQ(co_await outer, 7);
    EXPECT_EQ(outer.cancelling(), 1);
    auto inner2 = aio::create_task(value_after(1, 10));
    auto outer2 = aio::create_task(await_it(inner2));
    co_await ticks(2);
    inner2.cancel();
    co_await ticks(3);
    EXPECT_TRUE(outer2.cancelled());
    EXPECT_EQ(outer2.cancelling(), 0);
  });
}

// conformance: cancel-036
TEST(cancel, passes_through_handlers_for_std_exception) {
  on_loop([]() -> coro<> {
    bool entered = false;
    auto body = [&]() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const std::exception &) {
        entered = true;
      }
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_FALSE(entered);
  });
}

// conformance: cancel-037
TEST(cancel, unwinds_locals_innermost_first) {
  on_loop([]() -> coro<> {
    log_t log;
    struct mark {
      log_t &log;
      std::string name;
      ~mark() { log.push_back(name); }
    };
    auto inner = [&]() -> coro<> {
      mark m{log, "inner"};
      co_await aio::sleep(10s);
    };
    auto outer = [&]() -> coro<> {
      mark m{log, "outer"};
      co_await inner();
    };
    auto t = aio::create_task(outer());
    co_await aio::sleep(0s);
    t.cancel();
    EXPECT_TRUE(log.empty());
    co_await aio::sleep(0s);
    EXPECT_EQ(log, (log_t{"inner", "outer"}));
  });
}

// conformance: cancel-038
TEST(cancel, a_second_one_interrupts_the_cleanup) {
  on_loop([]() -> coro<> {
    log_t log;
    auto t = aio::create_task(slow_to_cancel(1, &log));
    co_await aio::sleep(0s);
    t.cancel("1");
    co_await ticks(2);
    EXPECT_EQ(log, log_t{"cancelled"});
    t.cancel("2");
    EXPECT_EQ(co_await ending(t), "cancelled:2");
    EXPECT_EQ(t.cancelling(), 2);
    EXPECT_EQ(now(), 0);
  });
}

// conformance: cancel-039
TEST(cancel, from_a_later_callback_misses_the_value_and_hits_the_next_await) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    log_t log;
    auto body = [&]() -> coro<> {
      log.push_back(std::to_string(co_await f));
      co_await aio::sleep(10s);
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    f.add_done_callback([&] { t.cancel(); });
    f.set_result(5);
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(log, log_t{"5"});
  });
}
