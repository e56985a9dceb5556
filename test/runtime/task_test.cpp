// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tasks: starting, finishing, names, ownership.
#include "support.h"

// conformance: task-001 task-002
TEST(task, starts_in_the_next_pass_in_one_line_with_callbacks) {
  on_loop([]() -> coro<> {
    log_t log;
    auto body = [&](std::string n) -> coro<> {
      log.push_back(n);
      co_return;
    };
    std::vector<task<void>> all;
    for (int i = 0; i < 4; ++i)
      all.push_back(aio::create_task(body(std::to_string(i))));
    aio::get_running_loop().call_soon([&] { log.push_back("x"); });
    all.push_back(aio::create_task(body("9")));
    EXPECT_TRUE(log.empty());
    co_await aio::sleep(0s);
    EXPECT_EQ(log, (log_t{"0", "1", "2", "3", "x", "9"}));
  });
}

// conformance: task-003 task-004
TEST(task, is_done_after_one_pass_and_gives_its_value) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<int> { co_return 5; };
    auto t = aio::create_task(body());
    EXPECT_FALSE(t.done());
    co_await aio::sleep(0s);
    EXPECT_TRUE(t.done());
    EXPECT_EQ(co_await t, 5);
    EXPECT_EQ(t.exception(), nullptr);
  });
}

// conformance: task-005
TEST(task, keeps_its_exception) {
  on_loop([]() -> coro<> {
    auto other = aio::create_task(value_after(1, 1));
    auto t = aio::create_task(fail_now("E"));
    EXPECT_EQ(co_await ending(t), "E");
    EXPECT_EQ(text_of(t.exception()), "E");
    EXPECT_EQ(co_await other, 1);
  });
}

// conformance: task-007
TEST(task, a_coroutine_awaited_directly_takes_no_pass) {
  on_loop([]() -> coro<> {
    const soon ran;
    auto body = []() -> coro<int> { co_return 1; };
    EXPECT_EQ(co_await body(), 1);
    EXPECT_FALSE(ran);
    co_await aio::sleep(0s);
  });
}

// conformance: task-009
TEST(task, refuses_to_be_set_from_outside) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(value_after(7, 1));
    EXPECT_THROW(t.set_result(1), aio::runtime_error);
    EXPECT_THROW(t.set_exception(test_error("x")), aio::runtime_error);
    EXPECT_EQ(co_await t, 7);
  });
}

// conformance: task-011
TEST(task, current_task_is_always_the_own_one) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<bool> {
      bool same = true;
      const auto me = aio::current_task();
      for (int i = 0; i < 3; ++i) {
        co_await aio::sleep(0s);
        same = same && aio::current_task() == me;
      }
      co_return same;
    };
    auto a = aio::create_task(body());
    auto b = aio::create_task(body());
    EXPECT_TRUE(co_await a);
    EXPECT_TRUE(co_await b);
  });
}

// conformance: task-013
TEST(task, current_task_needs_a_running_loop) {
  EXPECT_THROW(aio::current_task(), aio::runtime_error);
  aio::event_loop loop;
  EXPECT_FALSE(aio::current_task(loop));
}

// conformance: task-015
TEST(task, has_a_name) {
  on_loop([]() -> coro<> {
    auto a = aio::create_task(sleeper(0));
    auto b = aio::create_task(sleeper(0));
    EXPECT_NE(a.get_name(), b.get_name());
    EXPECT_LT(a.core().number(), b.core().number());
    EXPECT_EQ(a.get_name(), "Task-" + std::to_string(a.core().number()));
    b.set_name("b");
    EXPECT_EQ(b.get_name(), "b");
    co_await a;
    co_await b;
  });
}

TEST(task, a_name_may_be_empty) {
  on_loop([]() -> coro<> {
    auto unnamed = aio::create_task(sleeper(0), {.name = ""});
    EXPECT_EQ(unnamed.get_name(), "");
    unnamed.set_name("x");
    EXPECT_EQ(unnamed.get_name(), "x");
    unnamed.set_name("");
    EXPECT_EQ(unnamed.get_name(), "");
    co_await unnamed;
  });
}

TEST(task, there_is_none_in_a_callback_and_a_finished_one_is_not_listed) {
  on_loop([]() -> coro<> {
    bool empty = false;
    aio::get_running_loop().call_soon([&] { empty = !aio::current_task(); });
    auto t = aio::create_task(sleeper(1));
    auto f = aio::create_future<void>();
    bool empty_when_done = false;
    f.add_done_callback([&](const aio::any_future &) { empty_when_done = !aio::current_task(); });
    f.set_result();
    co_await ticks(2);
    EXPECT_TRUE(empty);
    EXPECT_TRUE(empty_when_done);
    EXPECT_EQ(aio::all_tasks().size(), 2U);
    co_await t;
    EXPECT_EQ(aio::all_tasks(), std::vector<aio::any_task>{aio::current_task()});
    t.set_name("after its end");
    EXPECT_EQ(t.get_name(), "after its end");
  });
}

TEST(task, an_exception_that_nobody_reads_is_reported_with_its_task) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    for (bool read : {false, true}) {
      auto t = aio::create_task(fail_now());
      co_await ticks(2);
      if (read) {
        EXPECT_FALSE(t.cancel());
      }
    }
    co_await ticks(1);
    EXPECT_EQ(seen.messages, log_t{"Task exception was never retrieved"});
    EXPECT_EQ(seen.errors, log_t{"E"});
  });
}

// conformance: task-017 task-018
TEST(task, ensure_future_gives_the_same_object) {
  aio::testing::virtual_loop other;
  on_loop([&]() -> coro<> {
    auto f = aio::create_future<int>();
    EXPECT_EQ(aio::ensure_future(f), f);
    auto t = aio::create_task(sleeper(0));
    EXPECT_EQ(aio::ensure_future(t), t);
    EXPECT_THROW(aio::ensure_future(f, other), aio::value_error);
    co_await t;
  });
}

// conformance: task-019
TEST(task, without_a_loop_the_coroutine_is_closed_quietly) {
  warnings seen;
  EXPECT_THROW(aio::create_task(sleeper(0)), aio::runtime_error);
  EXPECT_THROW(aio::ensure_future(sleeper(0)), aio::runtime_error);
  EXPECT_TRUE(seen.seen.empty());
}

// conformance: task-020
TEST(task, its_result_is_the_bodys_not_the_futures) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto body = [&]() -> coro<int> {
      co_await f;
      co_return 12;
    };
    auto t = aio::create_task(body());
    co_await aio::sleep(0s);
    f.set_result(1);
    EXPECT_FALSE(t.done());
    co_await aio::sleep(0s);
    EXPECT_TRUE(t.done());
    EXPECT_EQ(t.result(), 12);
  });
}

// conformance: task-021
TEST(task, stores_anything_thrown) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<> {
      throw 42;
      co_return;
    };
    auto t = aio::create_task(body());
    int caught = 0;
    try {
      co_await t;
    } catch (int n) {
      caught = n;
    }
    EXPECT_EQ(caught, 42);
  });
}

// conformance: task-023
TEST(task, runs_on_when_nobody_holds_it) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<void>();
    bool finished = false;
    auto body = [&]() -> coro<> {
      co_await f;
      finished = true;
    };
    static_cast<void>(aio::create_task(body()));
    co_await aio::sleep(1s);
    f.set_result();
    co_await ticks(2);
    EXPECT_TRUE(finished);
  });
}

// conformance: task-024
TEST(task, pending_at_the_end_of_the_loop_is_reported) {
  std::vector<std::string> seen;
  bool unwound = false;
  {
    aio::testing::virtual_loop loop;
    loop.set_exception_handler([&](aio::event_loop &, const aio::exception_context &c) {
      seen.push_back(c.message);
      EXPECT_TRUE(c.future);
    });
    auto body = [&]() -> coro<> {
      struct guard {
        bool &flag;
        ~guard() { flag = true; }
      } g{unwound};
      co_await aio::sleep(10s);
    };
    auto t = loop.create_task(body());
    passes(loop, 2);
  }
  EXPECT_EQ(seen, log_t{"Task was destroyed but it is pending!"});
  EXPECT_TRUE(unwound);
}

TEST(task, awaiting_itself_or_a_foreign_future_is_an_error) {
  aio::testing::virtual_loop other;
  auto foreign = other.create_future<int>();
  on_loop([&]() -> coro<> {
    EXPECT_NE((co_await ending(foreign)).find("different loop"), std::string::npos);
    task<void> self;
    std::string text;
    // The error is thrown in the task's next step, after what was ready before.
    auto body = [&]() -> coro<> {
      const soon others_ran;
      text = co_await ending(self);
      EXPECT_TRUE(others_ran);
    };
    self = aio::create_task(body());
    co_await self;
    EXPECT_NE(text.find("cannot await on itself"), std::string::npos);
  });
}

TEST(task, moves_values_that_cannot_be_copied) {
  on_loop([]() -> coro<> {
    auto body = []() -> coro<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
    EXPECT_EQ(*co_await aio::create_task(body()), 3);
    auto t = aio::create_task(body());
    EXPECT_EQ(*co_await std::move(t), 3);
    auto [a, b] = co_await aio::gather(body(), body());
    EXPECT_EQ(*a + *b, 6);
  });
}

// conformance: debug-009
TEST(task, a_coroutine_that_a_task_drives_cannot_be_awaited_again) {
  on_loop([]() -> coro<> {
    auto c = value_after(1, 1);
    auto t = aio::create_task(std::move(c));
    auto again = [&]() -> coro<int> { co_return co_await std::move(c); }; // NOLINT: that is the point
    EXPECT_NE((co_await ending(again())).find("already awaited"), std::string::npos);
    EXPECT_EQ(co_await t, 1);
  });
}
