// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Timeouts: which cancellation becomes a timeout, and which passes through.
#include "support.h"

namespace {
/// How a body ends inside a timeout scope that can be inspected afterwards.
template <class B> coro<std::string> in(aio::timeout_scope &scope, B body) {
  return ending(aio::async_with(scope, std::move(body)));
}
template <class B>
coro<> expect_in(std::string wanted, aio::timeout_scope &scope, B body,
                 std::source_location where = std::source_location::current()) {
  expect_text(wanted, co_await in(scope, std::move(body)), where);
}
int owed() { return aio::current_task().cancelling(); }
} // namespace

// conformance: timeout-001 timeout-002 timeout-011
TEST(timeout, expires) {
  on_loop([]() -> coro<> {
    auto scope = aio::timeout(10ms);
    bool inside = false;
    co_await expect_in("timeout", scope, [&]() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        inside = true;
        throw;
      }
    });
    EXPECT_TRUE(inside);
    EXPECT_EQ(now(), 0.01);
    EXPECT_TRUE(scope.expired());
    const auto deadline = aio::get_running_loop().time() + 1s;
    auto at = aio::timeout_at(deadline);
    co_await expect_in("timeout", at, []() -> coro<> { co_await aio::sleep(10s); });
    EXPECT_EQ(at.when(), deadline);
    EXPECT_EQ(owed(), 0);
  });
}

TEST(timeout, knows_the_cancellation_behind_it) {
  on_loop([]() -> coro<> {
    const auto cause = [](auto limited) -> coro<std::string> {
      try {
        co_await std::move(limited);
      } catch (const aio::timeout_error &e) {
        co_return text_of(e.cause());
      }
      co_return "no timeout";
    };
    auto clears_up = []() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        throw aio::cancelled_error("cleared up");
      }
    };
    EXPECT_EQ(co_await cause(aio::async_with(aio::timeout(1s), [] { return sleeper(10); })), "cancelled:");
    EXPECT_EQ(co_await cause(aio::wait_for(clears_up(), 1s)), "cancelled:cleared up");
    EXPECT_EQ(co_await cause(aio::wait_for(sleeper(10), 0s)), "cancelled:");
    EXPECT_EQ(co_await cause(aio::wait_for(aio::gather(sleeper(10)), 0s)), "cancelled:");
    EXPECT_FALSE(aio::timeout_error().cause());
    EXPECT_STREQ(aio::timeout_error("late").what(), "late");
  });
}

// conformance: timeout-003 timeout-004
TEST(timeout, does_not_expire) {
  on_loop([]() -> coro<> {
    auto scope = aio::timeout(10s);
    co_await expect_in("value", scope, []() -> coro<> { co_await aio::sleep(10ms); });
    EXPECT_FALSE(scope.expired());
    EXPECT_TRUE(scope.when());
    EXPECT_EQ(aio::get_running_loop().timer_count(), 0U);
    auto none = aio::timeout(std::nullopt);
    co_await expect_in("value", none, []() -> coro<> { co_await aio::sleep(100s); });
    EXPECT_FALSE(none.when());
    auto none_at = aio::timeout_at(std::nullopt);
    co_await expect_in("value", none_at, []() -> coro<> { co_await aio::sleep(100s); });
    EXPECT_FALSE(none_at.when());
  });
}

// conformance: timeout-007 timeout-008
TEST(timeout, in_the_past) {
  on_loop([]() -> coro<> {
    auto scope = aio::timeout(-11s);
    co_await expect_in("timeout", scope, []() -> coro<> { co_await aio::sleep(0s); });
    EXPECT_LT(*scope.when(), aio::get_running_loop().time());
    for (auto delay : {0s, -1s}) {
      auto quick = aio::timeout(delay);
      auto done = aio::create_future<int>();
      done.set_result(1);
      co_await expect_in("value", quick, [&]() -> coro<> { co_await done; });
      EXPECT_FALSE(quick.expired());
      EXPECT_EQ(owed(), 0);
      co_await aio::sleep(1s);
    }
  });
}

// conformance: timeout-009 timeout-010
TEST(timeout, beats_a_result_of_the_same_pass) {
  on_loop([]() -> coro<> {
    auto a = aio::timeout(1s);
    co_await expect_in("timeout", a, []() -> coro<> { co_await aio::sleep(1s); });
    auto f = aio::create_future<int>();
    auto &loop = aio::get_running_loop();
    loop.call_later(1s, [&] { f.set_result(1); });
    auto b = aio::timeout_at(loop.time() + 1s);
    co_await expect_in("timeout", b, [&]() -> coro<> { co_await f; });
    EXPECT_EQ(f.result(), 1);
  });
}

// conformance: timeout-012 timeout-013
TEST(timeout, lets_other_errors_through) {
  on_loop([]() -> coro<> {
    auto a = aio::timeout(1s);
    co_await expect_in("K", a, []() -> coro<> { co_await fail_now("K"); });
    EXPECT_FALSE(a.expired());
    auto b = aio::timeout(1s);
    co_await expect_in("K", b, []() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        throw test_error("K");
      }
    });
    EXPECT_TRUE(b.expired());
    EXPECT_EQ(owed(), 0);
  });
}

// conformance: timeout-016
TEST(timeout, foreign_cancellation_is_not_a_timeout) {
  on_loop([]() -> coro<> {
    bool expired = true;
    auto body = [&]() -> coro<> {
      auto scope = aio::timeout(10s);
      std::exception_ptr error;
      try {
        co_await aio::async_with(scope, []() -> coro<> {
          aio::current_task().cancel();
          co_await aio::sleep(1s);
        });
      } catch (...) {
        error = std::current_exception();
      }
      expired = scope.expired();
      std::rethrow_exception(error);
    };
    EXPECT_EQ(co_await ending(aio::create_task(body())), "cancelled:");
    EXPECT_FALSE(expired);
  });
}

// conformance: timeout-017 timeout-018
TEST(timeout, and_an_external_cancellation_during_the_cleanup) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::string> {
      auto scope = aio::timeout(2s);
      auto text = co_await in(scope, []() -> coro<> { co_await slow_to_cancel(3); });
      co_return text + std::to_string(owed());
    };
    auto first = aio::create_task(body());
    aio::get_running_loop().call_later(1s, [&] { first.cancel(); });
    // The external request comes first; the deadline passes during the cleanup.
    EXPECT_EQ(co_await first, "cancelled:1");
    auto second = aio::create_task(body());
    aio::get_running_loop().call_later(3s, [&] { second.cancel(); });
    EXPECT_EQ(co_await second, "cancelled:1");
  });
}

// conformance: timeout-019
TEST(timeout, counts_from_its_entry) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::string> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      auto scope = aio::timeout(1s);
      auto text = co_await in(scope, []() -> coro<> { co_await aio::sleep(10s); });
      co_return text + std::to_string(owed());
    };
    auto t = aio::create_task(body());
    co_await ticks(1);
    t.cancel();
    EXPECT_EQ(co_await t, "timeout1");
  });
}

// conformance: timeout-024 timeout-025 timeout-026
TEST(timeout, nested) {
  on_loop([]() -> coro<> {
    auto outer = aio::timeout(10s), inner = aio::timeout(1s);
    bool rest = false;
    co_await expect_in("value", outer, [&]() -> coro<> {
      co_await expect_in("timeout", inner, []() -> coro<> { co_await aio::sleep(100s); });
      co_await aio::sleep(1s);
      rest = true;
    });
    EXPECT_TRUE(rest);
    EXPECT_FALSE(outer.expired());
    auto o2 = aio::timeout(1s), i2 = aio::timeout(10s);
    std::string seen;
    co_await expect_in("timeout", o2, [&]() -> coro<> {
      auto passed = aio::async_with(i2, []() -> coro<> { co_await aio::sleep(100s); });
      try {
        co_await std::move(passed);
      } catch (const aio::cancelled_error &) {
        seen = "cancelled";
        throw;
      }
    });
    EXPECT_EQ(seen, "cancelled");
    EXPECT_FALSE(i2.expired());
    const double start = now();
    auto o3 = aio::timeout(2ms), i3 = aio::timeout(100ms);
    co_await expect_in("timeout", o3, [&]() -> coro<> {
      co_await aio::async_with(i3, []() -> coro<> {
        aio::testing::block_for(10ms);
        co_await aio::sleep(10s);
      });
    });
    EXPECT_FALSE(i3.expired());
    EXPECT_NEAR(now() - start, 0.01, 1e-9);
  });
}

TEST(timeout, two_that_end_together_and_one_in_the_cleanup_of_another) {
  on_loop([]() -> coro<> {
    const auto deadline = aio::get_running_loop().time() + 1s;
    auto outer = aio::timeout_at(deadline), inner = aio::timeout_at(deadline);
    bool passed = false;
    co_await expect_in("timeout", outer, [&]() -> coro<> {
      auto within = aio::async_with(inner, []() -> coro<> { co_await aio::sleep(10s); });
      try {
        co_await std::move(within);
      } catch (const aio::cancelled_error &) {
        passed = true;
        throw;
      }
    });
    EXPECT_TRUE(passed);
    EXPECT_TRUE(outer.expired());
    EXPECT_TRUE(inner.expired());
    EXPECT_EQ(owed(), 0);
    auto first = aio::timeout(1s);
    std::string cleanup;
    const auto cleaning = [&]() -> coro<> {
      std::exception_ptr error;
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        error = std::current_exception();
      }
      auto second = aio::timeout(1s);
      cleanup = co_await in(second, []() -> coro<> { co_await aio::sleep(10s); });
      std::rethrow_exception(error);
    };
    co_await expect_in("timeout", first, cleaning);
    EXPECT_EQ(cleanup, "timeout");
    EXPECT_EQ(owed(), 0);
    EXPECT_EQ(now(), 3);
  });
}

TEST(timeout, whose_cancellation_the_body_swallows_is_no_error) {
  on_loop([]() -> coro<> {
    auto scope = aio::timeout(1s);
    co_await expect_in("value", scope, []() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      EXPECT_EQ(owed(), 1);
      co_await aio::sleep(1s);
    });
    EXPECT_TRUE(scope.expired());
    EXPECT_EQ(owed(), 0);
    EXPECT_EQ(now(), 2);
    // After it was withdrawn inside, the cancellation is no longer the scope's.
    auto withdrawn = aio::timeout(1s);
    co_await expect_in("timeout", withdrawn, []() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        EXPECT_EQ(aio::current_task().uncancel(), 0);
      }
      throw aio::cancelled_error("own");
    });
  });
}

TEST(timeout, a_cancellation_inside_after_an_older_one_is_foreign) {
  on_loop([]() -> coro<> {
    aio::current_task().cancel();
    EXPECT_EQ(co_await ending(sleeper(1)), "cancelled:");
    auto scope = aio::timeout(1s);
    co_await expect_in("cancelled:", scope, []() -> coro<> {
      aio::current_task().cancel();
      co_await aio::sleep(2s);
    });
    EXPECT_FALSE(scope.expired());
    EXPECT_EQ(owed(), 2);
    EXPECT_EQ(now(), 0);
  });
}

// conformance: timeout-030 timeout-031 timeout-032 timeout-033
TEST(timeout, can_be_rescheduled) {
  on_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    auto a = aio::timeout(1s);
    const auto later = loop.time() + 5s;
    co_await expect_in("timeout", a, [&]() -> coro<> {
      a.reschedule(later);
      EXPECT_EQ(a.when(), later);
      co_await aio::sleep(10s);
    });
    EXPECT_EQ(now(), 5);
    auto b = aio::timeout(10s);
    co_await expect_in("timeout", b, [&]() -> coro<> {
      b.reschedule(loop.time() + 1s);
      co_await aio::sleep(100s);
    });
    EXPECT_EQ(now(), 6);
    auto c = aio::timeout(10s);
    co_await expect_in("timeout", c, [&]() -> coro<> {
      c.reschedule(loop.time() - 1s);
      co_await aio::sleep(100s);
    });
    EXPECT_EQ(now(), 6);
    auto d = aio::timeout(10s);
    co_await expect_in("value", d, [&]() -> coro<> {
      d.reschedule(loop.time() - 1s);
      d.reschedule(std::nullopt);
      co_await aio::sleep(100s);
    });
  });
}

// conformance: timeout-034
TEST(timeout, switched_off_from_another_task) {
  on_loop([]() -> coro<> {
    auto scope = aio::timeout(5s);
    auto body = [&]() -> coro<std::string> {
      co_return co_await in(scope, []() -> coro<> { co_await aio::sleep(100s); });
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(1s);
    scope.reschedule(std::nullopt);
    co_await aio::sleep(9s);
    t.cancel();
    EXPECT_EQ(co_await t, "cancelled:");
    EXPECT_FALSE(scope.expired());
  });
}

// conformance: timeout-035 timeout-036
TEST(timeout, misuse) {
  on_loop([]() -> coro<> {
    const auto refuses = [](aio::timeout_scope &s, const std::string &word) {
      try {
        s.reschedule(std::nullopt);
        return false;
      } catch (const aio::runtime_error &e) {
        return std::string(e.what()).find(word) != std::string::npos;
      }
    };
    auto a = aio::timeout(1s);
    EXPECT_TRUE(refuses(a, "has not been entered"));
    co_await expect_in("value", a, []() -> coro<> { co_return; });
    EXPECT_TRUE(refuses(a, "finished"));
    EXPECT_THROW(a.enter(), aio::runtime_error);
    auto b = aio::timeout(1s);
    co_await expect_in("timeout", b, [&]() -> coro<> {
      EXPECT_THROW(b.enter(), aio::runtime_error);
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        EXPECT_TRUE(refuses(b, "expiring"));
        throw;
      }
    });
    EXPECT_TRUE(refuses(b, "expired"));
  });
}

// conformance: timeout-038 timeout-039
TEST(timeout, around_a_task_group) {
  on_loop([]() -> coro<> {
    auto a = aio::timeout(1s);
    auto child = []() -> coro<> {
      try {
        co_await aio::sleep(100s);
      } catch (const aio::cancelled_error &) {
        throw test_error("child");
      }
    };
    auto text = co_await in(a, [&]() -> coro<> {
      co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
        tg.create_task(child());
        co_await aio::sleep(100s);
      });
    });
    EXPECT_NE(text.find("child"), std::string::npos);
    EXPECT_TRUE(a.expired());
    EXPECT_EQ(owed(), 0);
    auto b = aio::timeout(1s);
    std::vector<task<>> children;
    co_await expect_in("timeout", b, [&]() -> coro<> {
      co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
        children.push_back(tg.create_task(sleeper(10)));
        children.push_back(tg.create_task(sleeper(10)));
        co_return;
      });
    });
    EXPECT_TRUE(children[0].cancelled() && children[1].cancelled());
    EXPECT_EQ(owed(), 0);
    EXPECT_EQ(now(), 2);
  });
}
