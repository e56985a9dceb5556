// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Task groups: joining, aborting, and what the block throws.
#include "support.h"

namespace {
int owed() { return aio::current_task().cancelling(); }

/// Runs a group; returns "value", "cancelled:msg", or "group[e1,e2]" with the members in order.
template <class B> coro<std::string> group(B body) {
  try {
    co_await aio::async_with(aio::task_group(), std::move(body));
  } catch (const aio::exception_group &g) {
    std::string text = "group[";
    for (const auto &e : g.exceptions())
      text += (text.back() == '[' ? "" : ",") + text_of(e);
    co_return text + "]";
  } catch (const aio::cancelled_error &e) {
    co_return "cancelled:" + e.message();
  }
  co_return "value";
}
template <class B>
coro<> expect_group(std::string wanted, B body, std::source_location where = std::source_location::current()) {
  expect_text(wanted, co_await group(std::move(body)), where);
}
coro<> fail_on_cancel(std::string what, double cleanup = 0) {
  try {
    co_await aio::sleep(1000s);
  } catch (const aio::cancelled_error &) {
  }
  co_await sleeper(cleanup);
  throw test_error(what);
}
coro<int> swallow_for(double cleanup) {
  try {
    co_await aio::sleep(1000s);
  } catch (const aio::cancelled_error &) {
  }
  co_await sleeper(cleanup);
  co_return 5;
}
} // namespace

// conformance: taskgroup-001 taskgroup-031
TEST(task_group, joins_its_tasks) {
  on_loop([]() -> coro<> {
    task<int> a, b;
    co_await expect_group("value", [&](aio::task_group &tg) -> coro<> {
      a = tg.create_task(value_after(1, 0.1));
      b = tg.create_task(value_after(2, 0.2));
      co_return;
    });
    EXPECT_EQ(now(), 0.2);
    EXPECT_EQ(a.result() + b.result(), 3);
    const soon ran;
    co_await expect_group("value", []() -> coro<> { co_return; });
    EXPECT_FALSE(ran);
    co_await ticks(1);
  });
}

// conformance: taskgroup-003
TEST(task_group, a_child_that_cancels_itself_is_no_error) {
  on_loop([]() -> coro<> {
    auto child = []() -> coro<> {
      throw aio::cancelled_error("own");
      co_return;
    };
    bool finished = false;
    co_await expect_group("value", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(child());
      co_await aio::sleep(1s);
      finished = true;
    });
    EXPECT_TRUE(finished);
  });
}

// conformance: taskgroup-004 taskgroup-008
TEST(task_group, a_failure_cancels_the_siblings) {
  on_loop([]() -> coro<> {
    task<> sleeping;
    co_await expect_group("group[E]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(fail_after(0.1));
      sleeping = tg.create_task(sleeper(10));
      co_return;
    });
    EXPECT_EQ(now(), 0.1);
    EXPECT_TRUE(sleeping.cancelled());
    EXPECT_EQ(owed(), 0);
  });
}

// conformance: taskgroup-005 taskgroup-006
TEST(task_group, collects_failures_in_completion_order) {
  on_loop([]() -> coro<> {
    bool interrupted = false;
    co_await expect_group("group[b,a,c]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(fail_after(1, "b"));
      tg.create_task(fail_after(1, "a"));
      tg.create_task(fail_after(1, "c"));
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        interrupted = true;
        throw;
      }
    });
    EXPECT_TRUE(interrupted);
  });
}

// conformance: taskgroup-007
TEST(task_group, the_bodys_own_error_comes_last) {
  on_loop([]() -> coro<> {
    co_await expect_group("group[1,3,4,body]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(fail_on_cancel("4", 3));
      tg.create_task(fail_on_cancel("3", 2));
      tg.create_task(fail_after(1, "1"));
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        throw test_error("body");
      }
    });
  });
}

// conformance: taskgroup-010
TEST(task_group, a_body_that_swallows_is_not_interrupted_again) {
  on_loop([]() -> coro<> {
    co_await expect_group("group[E]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(fail_after(1));
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      co_await aio::sleep(2s);
    });
    EXPECT_EQ(now(), 3);
    EXPECT_EQ(owed(), 0);
  });
}

// conformance: taskgroup-012 taskgroup-013
TEST(task_group, a_failing_body_cancels_the_children) {
  on_loop([]() -> coro<> {
    bool ran = false;
    auto child = [&]() -> coro<> {
      ran = true;
      co_return;
    };
    co_await expect_group("group[V]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(child());
      throw test_error("V");
      co_return;
    });
    EXPECT_FALSE(ran);
    task<int> kept;
    co_await expect_group("group[V]", [&](aio::task_group &tg) -> coro<> {
      kept = tg.create_task(swallow_for(1));
      co_await ticks(1);
      throw test_error("V");
    });
    EXPECT_EQ(now(), 1);
    EXPECT_EQ(kept.result(), 5);
  });
}

// conformance: taskgroup-015 taskgroup-016 taskgroup-017 taskgroup-018
TEST(task_group, cancellation_of_the_parent) {
  on_loop([]() -> coro<> {
    log_t log;
    auto logged = [&]() -> coro<> {
      try {
        co_await aio::sleep(100s);
      } catch (const aio::cancelled_error &) {
        log.push_back("child");
        throw;
      }
    };
    auto exiting = [&]() -> coro<std::string> {
      co_return co_await group([&](aio::task_group &tg) -> coro<> {
        for (int i = 0; i < 5; ++i)
          tg.create_task(logged());
        co_return;
      });
    };
    auto t = aio::create_task(exiting());
    co_await ticks(3);
    t.cancel();
    EXPECT_EQ(co_await t, "cancelled:");
    EXPECT_EQ(log.size(), 5U);
    log.clear();
    // The request is still held when errors win, so the tasks themselves end cancelled: the text is passed out
    // separately.
    std::string text;
    auto in_body = [&](bool turn) -> coro<> {
      text = co_await group([&log, &logged, turn](aio::task_group &tg) -> coro<> {
        tg.create_task(logged());
        try {
          co_await aio::sleep(100s);
        } catch (const aio::cancelled_error &) {
          log.push_back("body");
          if (turn)
            throw test_error("My");
          throw;
        }
      });
    };
    auto u = aio::create_task(in_body(false));
    co_await ticks(3);
    u.cancel();
    co_await ending(u);
    EXPECT_EQ(text, "cancelled:");
    EXPECT_EQ(log, (log_t{"body", "child"}));
    auto v = aio::create_task(in_body(true));
    co_await ticks(3);
    v.cancel();
    co_await ending(v);
    EXPECT_EQ(text, "group[My]");
    auto throwing = [&]() -> coro<> {
      text = co_await group([](aio::task_group &tg) -> coro<> {
        tg.create_task(fail_on_cancel("1"));
        tg.create_task(fail_on_cancel("2"));
        co_return;
      });
    };
    auto w = aio::create_task(throwing());
    co_await ticks(3);
    w.cancel();
    co_await ending(w);
    EXPECT_EQ(text, "group[1,2]");
  });
}

// conformance: taskgroup-019 taskgroup-020
TEST(task_group, the_request_stays_owed_when_errors_win) {
  on_loop([]() -> coro<> {
    auto body = [](bool fail) -> coro<std::string> {
      auto text = co_await group([fail](aio::task_group &tg) -> coro<> {
        if (fail)
          tg.create_task(fail_on_cancel("V"));
        else
          tg.create_task(swallow_for(0));
        co_return;
      });
      text += std::to_string(owed());
      if (fail)
        text += co_await ending(sleeper(5));
      co_return text;
    };
    auto t = aio::create_task(body(true));
    co_await ticks(3);
    t.cancel("x");
    EXPECT_EQ((co_await t).substr(0, 19), "group[V]1cancelled:");
    auto u = aio::create_task(body(false));
    co_await ticks(3);
    u.cancel("m");
    EXPECT_EQ(co_await u, "cancelled:m1");
  });
}

// conformance: taskgroup-021 taskgroup-022
TEST(task_group, cancelled_while_aborting) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::string> {
      auto text = co_await group([](aio::task_group &tg) -> coro<> {
        tg.create_task(fail_after(1));
        tg.create_task(slow_to_cancel(3));
        co_return;
      });
      text += std::to_string(owed());
      co_return text + co_await ending(sleeper(5));
    };
    auto t = aio::create_task(body());
    aio::get_running_loop().call_later(2s, [&] { t.cancel(); });
    EXPECT_EQ(co_await t, "group[E]1cancelled:");
    EXPECT_EQ(now(), 4);
  });
}

// conformance: taskgroup-023
TEST(task_group, a_child_fails_during_the_bodys_cleanup) {
  on_loop([]() -> coro<> {
    std::string text;
    auto body = [&]() -> coro<> {
      text = co_await group([](aio::task_group &tg) -> coro<> {
        tg.create_task(fail_after(1.3));
        co_await slow_to_cancel(0.5);
      });
    };
    auto t = aio::create_task(body());
    aio::get_running_loop().call_later(1s, [&] { t.cancel(); });
    co_await ending(t);
    EXPECT_EQ(text, "group[E]");
  });
}

// conformance: taskgroup-025
TEST(task_group, parent_cancels_itself_in_the_body) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::string> {
      co_return co_await group([](aio::task_group &tg) -> coro<> {
        tg.create_task(sleeper(100));
        co_await ticks(1);
        aio::current_task().cancel("me");
      });
    };
    EXPECT_EQ(co_await aio::create_task(body()), "cancelled:me");
    EXPECT_EQ(now(), 0);
  });
}

// conformance: taskgroup-029
TEST(task_group, nested_and_both_failing) {
  on_loop([]() -> coro<> {
    int between = -1;
    std::string inner;
    co_await expect_group("group[outer]", [&](aio::task_group &outer) -> coro<> {
      outer.create_task(fail_after(1, "outer"));
      inner = co_await group([](aio::task_group &tg) -> coro<> {
        tg.create_task(fail_after(1, "inner"));
        co_await aio::sleep(100s);
      });
      between = owed();
    });
    EXPECT_EQ(inner, "group[inner]");
    EXPECT_EQ(between, 1);
    EXPECT_EQ(owed(), 0);
  });
}

// conformance: taskgroup-030
TEST(task_group, groups_are_nested_not_flattened) {
  on_loop([]() -> coro<> {
    auto child = []() -> coro<> {
      throw aio::exception_group("inner", {std::make_exception_ptr(test_error("x"))});
      co_return;
    };
    bool nested = false;
    try {
      co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
        tg.create_task(child());
        co_return;
      });
    } catch (const aio::exception_group &g) {
      nested = g.exceptions().size() == 1 && !g.subgroup<aio::exception_group>()->exceptions().empty() &&
               g.contains<test_error>();
    }
    EXPECT_TRUE(nested);
  });
}

// conformance: taskgroup-033 taskgroup-034 taskgroup-036
TEST(task_group, refuses_tasks_outside_of_its_life) {
  warnings seen;
  on_loop([&]() -> coro<> {
    const auto refused = [](aio::task_group &tg) {
      try {
        tg.create_task(sleeper(1));
        return std::string();
      } catch (const aio::runtime_error &e) {
        return std::string(e.what());
      }
    };
    std::string shutting_down;
    aio::task_group tg;
    EXPECT_EQ(refused(tg), "TaskGroup has not been entered");
    auto child = [&]() -> coro<> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        shutting_down = refused(tg);
        throw;
      }
    };
    auto body = [&](aio::task_group &g) -> coro<> {
      g.create_task(child());
      g.create_task(fail_after(1));
      co_return;
    };
    EXPECT_NE(co_await ending(aio::async_with(tg, body)), "value");
    EXPECT_EQ(shutting_down, "TaskGroup is shutting down");
    EXPECT_EQ(refused(tg), "TaskGroup is finished");
    EXPECT_THROW(tg.enter(), aio::runtime_error);
    aio::task_group outside;
    std::string entry, then;
    aio::get_running_loop().call_soon([&] {
      try {
        outside.enter();
      } catch (const aio::runtime_error &e) {
        entry = e.what();
      }
      then = refused(outside);
    });
    co_await ticks(1);
    EXPECT_NE(entry.find("parent task"), std::string::npos);
    EXPECT_EQ(then, "TaskGroup has not been entered");
  });
  EXPECT_TRUE(seen.seen.empty());
}

// conformance: taskgroup-038
TEST(task_group, a_child_created_next_to_a_failing_one_is_cancelled_soon) {
  on_loop([]() -> coro<> {
    int steps = 0;
    co_await expect_group("group[E]", [&](aio::task_group &tg) -> coro<> {
      auto child = [&]() -> coro<> {
        tg.create_task(fail_now());
        co_await aio::sleep(0s);
        ++steps;
        co_await aio::sleep(0s);
        ++steps;
      };
      tg.create_task(child());
      co_await aio::sleep(10s);
    });
    EXPECT_LT(steps, 2);
  });
}

// conformance: taskgroup-039
TEST(task_group, forgets_a_child_before_its_awaiter_resumes) {
  on_loop([]() -> coro<> {
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
      auto t = tg.create_task(sleeper(1));
      co_await t;
      EXPECT_EQ(tg.pending(), 0U);
    });
  });
}

TEST(task_group, an_exit_leaves_its_own_request_to_the_parent) {
  aio::testing::virtual_loop loop;
  std::string end;
  int requests = -1;
  auto parent = [&]() -> coro<> {
    auto exits = []() -> coro<> {
      throw aio::system_exit(3);
      co_return;
    };
    end = co_await ending(aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
      tg.create_task(exits());
      tg.create_task(sleeper(10));
      co_return;
    }));
  };
  const auto run = [&]() -> coro<> {
    std::exception_ptr left;
    try {
      co_await parent();
    } catch (const aio::system_exit &) {
      left = std::current_exception();
    }
    EXPECT_TRUE(left);
    requests = aio::current_task().cancelling();
  };
  auto task = loop.create_task(run());
  // The exception leaves the loop first, and then the group.
  EXPECT_THROW(loop.run_until_complete(task), aio::system_exit);
  EXPECT_FALSE(task.done());
  loop.run_until_complete(task);
  EXPECT_EQ(requests, 1);
}

// conformance: taskgroup-041
TEST(task_group, a_childs_own_timeout_is_an_ordinary_error) {
  on_loop([]() -> coro<> {
    task<> sibling;
    auto child = []() -> coro<> {
      co_await aio::async_with(aio::timeout(1s), []() -> coro<> { co_await aio::sleep(10s); });
    };
    co_await expect_group("group[timeout]", [&](aio::task_group &tg) -> coro<> {
      tg.create_task(child());
      sibling = tg.create_task(sleeper(10));
      co_return;
    });
    EXPECT_TRUE(sibling.cancelled());
  });
}
