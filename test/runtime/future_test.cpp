// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Futures: states, callbacks, reports.
#include "support.h"

#include <set>
#include <unordered_set>

// conformance: future-003 future-004 future-005
TEST(future, has_a_result_once) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    EXPECT_THROW(f.result(), aio::invalid_state_error);
    EXPECT_THROW(f.exception(), aio::invalid_state_error);
    f.set_result(42);
    EXPECT_TRUE(f.done());
    EXPECT_FALSE(f.cancelled());
    EXPECT_EQ(f.result(), 42);
    EXPECT_EQ(f.exception(), nullptr);
    EXPECT_THROW(f.set_result(1), aio::invalid_state_error);
    EXPECT_THROW(f.set_exception(test_error("x")), aio::invalid_state_error);
    EXPECT_FALSE(f.cancel());
    EXPECT_EQ(f.result(), 42);
    co_return;
  });
}

// conformance: future-006
TEST(future, has_an_exception) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    f.set_exception(test_error("E"));
    EXPECT_THROW(f.result(), test_error);
    EXPECT_EQ(text_of(f.exception()), "E");
    EXPECT_FALSE(f.cancel());
    co_return;
  });
}

// conformance: future-007 future-008 future-009 future-010
TEST(future, is_cancelled) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    EXPECT_TRUE(f.cancel());
    EXPECT_TRUE(f.done());
    EXPECT_TRUE(f.cancelled());
    EXPECT_THROW(f.result(), aio::cancelled_error);
    EXPECT_THROW(f.exception(), aio::cancelled_error);
    EXPECT_THROW(f.set_result(1), aio::invalid_state_error);
    EXPECT_THROW(f.set_exception(test_error("x")), aio::invalid_state_error);
    EXPECT_FALSE(f.cancel());
    EXPECT_EQ(co_await ending(f), "cancelled:");
    auto g = aio::create_future<int>();
    g.cancel("why");
    EXPECT_EQ(co_await ending(g), "cancelled:why");
    try {
      g.result();
    } catch (const aio::cancelled_error &e) {
      EXPECT_EQ(e.message(), "why");
    }
  });
}

// conformance: future-011 future-012 future-014
TEST(future, queues_its_callbacks) {
  on_loop([]() -> coro<> {
    log_t log;
    auto f = aio::create_future<int>();
    f.add_done_callback([&](const aio::any_future &g) { log.push_back(g == f ? "A" : "?"); });
    f.add_done_callback([&] { log.push_back("B"); });
    f.set_result(1);
    EXPECT_TRUE(log.empty());
    co_await aio::sleep(0s);
    EXPECT_EQ(log, (log_t{"A", "B"}));
    log.clear();
    for (int kind = 0; kind < 2; ++kind) {
      auto g = aio::create_future<int>();
      g.add_done_callback([&, g](const aio::any_future &h) { log.push_back(h == g ? "1" : "?"); });
      if (kind == 0)
        g.set_exception(test_error("E"));
      else
        g.cancel();
      g.add_done_callback([&] { log.push_back("2"); });
      aio::get_running_loop().call_soon([&] { log.push_back("3"); });
      EXPECT_TRUE(log.empty());
      co_await aio::sleep(0s);
      EXPECT_EQ(log, (log_t{"1", "2", "3"}));
      if (kind == 0)
        g.core().mark_retrieved();
      log.clear();
    }
  });
}

// conformance: future-015 future-017 future-018
TEST(future, gives_callbacks_what_it_is) {
  on_loop([]() -> coro<> {
    log_t log;
    auto t = aio::create_task(value_after(7, 0), {.name = "seven"});
    t.add_done_callback([&](const task<int> &done) { log.push_back("task " + std::to_string(done.result())); });
    t.add_done_callback([&](const aio::any_task &done) { log.push_back("any " + done.get_name()); });
    t.add_done_callback([&](auto done) { log.push_back("auto " + std::to_string(done.result())); });
    t.add_done_callback([&](const aio::any_future &done) { log.push_back("future " + std::to_string(done.done())); });
    t.add_done_callback([&] { log.push_back("nothing"); });
    const aio::done_callback kept([&] { log.push_back("kept"); });
    t.add_done_callback(kept);
    EXPECT_EQ(t.remove_done_callback(kept), 1U);
    aio::any_task(t).add_done_callback([&](const aio::any_task &done) { log.push_back("of any " + done.get_name()); });
    auto f = aio::create_future<std::string>();
    f.add_done_callback([&](const future<std::string> &done) { log.push_back(done.result()); });
    f.set_result("of a future");
    co_await t;
    co_await ticks(1);
    EXPECT_EQ(log, (log_t{"of a future", "task 7", "any seven", "auto 7", "future 1", "nothing", "of any seven"}));
  });
}

TEST(future, a_stored_cancelled_error_is_an_exception_that_cancels_its_awaiter) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    f.set_exception(aio::cancelled_error("stored"));
    EXPECT_FALSE(f.cancelled());
    EXPECT_EQ(text_of(f.exception()), "cancelled:stored");
    auto waits = [](future<int> on) -> coro<int> { co_return co_await on; };
    auto t = aio::create_task(waits(f));
    EXPECT_EQ(co_await ending(t), "cancelled:stored");
    EXPECT_TRUE(t.cancelled());
    EXPECT_EQ(t.cancelling(), 0);
  });
}

TEST(future, stands_in_sets) {
  on_loop([]() -> coro<> {
    std::set<aio::any_task> background;
    std::unordered_set<task<int>> others;
    auto a = aio::create_task(value_after(1, 1));
    auto b = aio::create_task(value_after(2, 2));
    const auto keep = [&](const task<int> &t) {
      background.insert(t);
      others.insert(t);
      t.add_done_callback([&](const aio::any_task &done) { background.erase(done); });
    };
    keep(a);
    keep(b);
    keep(a);
    EXPECT_EQ(background.size(), 2U);
    EXPECT_EQ(others.size(), 2U);
    co_await a;
    co_await ticks(1);
    EXPECT_EQ(background, std::set<aio::any_task>{b});
    co_await b;
    EXPECT_TRUE(others.contains(b));
  });
}

TEST(future, removes_callbacks) {
  on_loop([]() -> coro<> {
    int first = 0, second = 0;
    const aio::done_callback a([&] { ++first; });
    const aio::done_callback b([&] { ++second; });
    auto f = aio::create_future<>();
    for (int i = 0; i < 6; ++i)
      f.add_done_callback(a);
    f.add_done_callback(b);
    EXPECT_EQ(f.remove_done_callback(a), 6U);
    f.set_result();
    EXPECT_EQ(f.remove_done_callback(b), 0U);
    co_await aio::sleep(0s);
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 1);
    auto g = aio::create_future<void>();
    g.add_done_callback([&] { g.remove_done_callback(b); });
    g.add_done_callback(b);
    g.set_result();
    co_await aio::sleep(0s);
    EXPECT_EQ(second, 2);
  });
}

// conformance: future-019
TEST(future, a_failing_callback_is_reported_and_harms_nobody) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    bool ran = false;
    auto f = aio::create_future<int>();
    f.add_done_callback([] { throw test_error("A"); });
    f.add_done_callback([&] { ran = true; });
    f.set_result(1);
    co_await aio::sleep(0s);
    EXPECT_TRUE(ran);
    EXPECT_EQ(seen.errors, log_t{"A"});
    EXPECT_EQ(f.result(), 1);
    aio::get_running_loop().set_exception_handler({});
  });
}

// conformance: future-023
TEST(future, wakes_in_the_order_of_registration) {
  on_loop([]() -> coro<> {
    log_t log;
    auto f = aio::create_future<void>();
    auto waiter = [&](std::string name) -> coro<> {
      co_await f;
      log.push_back(name);
    };
    std::vector<task<void>> all;
    for (int i = 0; i < 4; ++i)
      all.push_back(aio::create_task(waiter(std::to_string(i))));
    co_await ticks(2);
    f.add_done_callback([&] { log.push_back("cb"); });
    all.push_back(aio::create_task(waiter("4")));
    co_await ticks(2);
    f.set_result();
    co_await aio::gather(all);
    EXPECT_EQ(log, (log_t{"0", "1", "2", "3", "cb", "4"}));
  });
}

// conformance: future-024
TEST(future, gives_its_exception_to_every_waiter) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto a = aio::create_task(ending(f));
    auto b = aio::create_task(ending(f));
    co_await aio::sleep(0s);
    f.set_exception(test_error("E"));
    EXPECT_EQ(co_await a, "E");
    EXPECT_EQ(co_await b, "E");
  });
}

// conformance: future-025
TEST(future, cancelling_it_ends_the_waiting_task_without_a_request) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    auto wait = [](future<int> g) -> coro<int> { co_return co_await g; };
    auto t = aio::create_task(wait(f));
    co_await aio::sleep(0s);
    f.cancel();
    co_await ticks(2);
    EXPECT_TRUE(t.cancelled());
    EXPECT_EQ(t.cancelling(), 0);
  });
}

// conformance: future-026 future-028
TEST(future, reports_an_exception_that_nobody_read) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    {
      auto f = aio::create_future<int>();
      f.set_exception(test_error("lost"));
    }
    EXPECT_EQ(seen.messages, log_t{"Future exception was never retrieved"});
    EXPECT_EQ(seen.errors, log_t{"lost"});
    {
      auto f = aio::create_future<int>();
      f.set_exception(test_error("quiet"));
      EXPECT_FALSE(f.cancel());
    }
    EXPECT_EQ(seen.count(), 1U);
    aio::get_running_loop().set_exception_handler({});
    co_return;
  });
}

TEST(future, says_that_it_is_pending_and_lets_the_awaiter_pass_when_it_is_done) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    auto f = aio::create_future<int>();
    EXPECT_THROW(f.result(), aio::invalid_state_error);
    EXPECT_THROW(f.exception(), aio::invalid_state_error);
    log_t log;
    aio::context_var<std::string> var("v", "none");
    const aio::done_callback note([&](const aio::any_future &) { log.push_back(var.get()); });
    var.set("at registration");
    f.add_done_callback(note);
    var.set("later");
    f.set_result(1);
    f.add_done_callback(note);
    EXPECT_TRUE(log.empty());
    {
      const soon ran;
      EXPECT_EQ(co_await f + co_await f, 2);
      EXPECT_FALSE(ran);
      co_await ticks(1);
    }
    EXPECT_EQ(log, (log_t{"at registration", "later"}));
    EXPECT_EQ(f.remove_done_callback(note), 0U);
    // However an exception is read, it is not reported afterwards.
    for (int way = 0; way < 4; ++way) {
      auto e = aio::create_future<int>();
      e.set_exception(test_error("E"));
      if (way == 0)
        EXPECT_EQ(text_of(e.exception()), "E");
      else if (way == 1)
        EXPECT_THROW(e.result(), test_error);
      else if (way == 2)
        EXPECT_EQ(co_await ending(e), "E");
      else
        EXPECT_EQ(co_await ending(aio::gather(e)), "E");
    }
    co_await ticks(2);
    EXPECT_EQ(seen.count(), 0U);
  });
}

TEST(wrap_future, follows_a_thread_future_to_each_of_its_ends) {
  on_loop([]() -> coro<> {
    auto own = aio::create_future<int>();
    EXPECT_EQ(aio::wrap_future(own), own);
    aio::thread_future<int> value, error, cancelled;
    auto a = aio::wrap_future(value), b = aio::wrap_future(error), c = aio::wrap_future(cancelled);
    value.set_result(1);
    error.set_exception(test_error("E"));
    EXPECT_TRUE(cancelled.cancel());
    EXPECT_FALSE(a.done());
    EXPECT_EQ(co_await a, 1);
    EXPECT_EQ(co_await ending(b), "E");
    EXPECT_EQ(co_await ending(c), "cancelled:");
    EXPECT_TRUE(c.cancelled());
    // A wrapper that was cancelled before does not get the value.
    aio::thread_future<int> late;
    auto d = aio::wrap_future(late);
    d.cancel();
    co_await ticks(2);
    EXPECT_TRUE(late.cancelled());
    EXPECT_THROW(late.set_result(1), aio::invalid_state_error);
  });
}

// conformance: future-029
TEST(future, needs_a_loop) { EXPECT_THROW(aio::create_future<int>(), aio::runtime_error); }

// conformance: future-032
TEST(future, cancelling_a_wrapper_cancels_the_thread_future) {
  on_loop([]() -> coro<> {
    aio::thread_future<int> foreign;
    auto f = aio::wrap_future(foreign);
    f.cancel();
    co_await aio::sleep(0s);
    EXPECT_TRUE(foreign.cancelled());
  });
}

TEST(future, an_error_that_another_thread_drops_is_reported_by_the_loop) {
  aio::event_loop loop;
  reports seen(loop);
  auto f = loop.create_future<int>();
  f.set_exception(std::make_exception_ptr(test_error("unread")));
  // Relaxed, so that only the future orders the two threads: reading the loop's state would be a race.
  std::atomic<bool> go{false};
  std::thread other([&go, last = std::move(f)]() mutable {
    while (!go.load(std::memory_order_relaxed))
      std::this_thread::yield();
    last = {};
  });
  loop.set_debug(!loop.get_debug());
  go.store(true, std::memory_order_relaxed);
  other.join();
  EXPECT_EQ(seen.messages, log_t{});
  loop.run_once();
  EXPECT_EQ(seen.messages, log_t{"Future exception was never retrieved"});
  EXPECT_EQ(seen.errors, log_t{"unread"});
}

TEST(future, an_error_that_another_thread_drops_after_the_loop_is_a_warning) {
  const auto drop_after = [](const std::function<void(std::optional<aio::event_loop> &)> &end) {
    warnings seen;
    std::optional<aio::event_loop> loop(std::in_place);
    auto f = loop->create_future<int>();
    f.set_exception(std::make_exception_ptr(test_error("unread")));
    end(loop);
    std::thread([last = std::move(f)]() mutable { last = {}; }).join();
    return seen.seen;
  };
  EXPECT_EQ(drop_after([](auto &loop) { loop->close(); }), log_t{"Future exception was never retrieved"});
  EXPECT_EQ(drop_after([](auto &loop) { loop.reset(); }), log_t{"Future exception was never retrieved"});
}
