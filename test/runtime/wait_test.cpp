// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wait, as_completed, shield and wait_for.
#include "support.h"

namespace {
using tasks = std::vector<task<>>;
}

// conformance: wait-001 wait-003
TEST(wait, for_all) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(0.1)), aio::create_task(sleeper(0.15))};
    all.push_back(all[0]);
    auto [done, pending] = co_await aio::wait(all);
    EXPECT_EQ(done.size(), 2U);
    EXPECT_TRUE(pending.empty());
    EXPECT_EQ(now(), 0.15);
  });
}

// conformance: wait-004 wait-019
TEST(wait, refuses_nothing_and_unknown_modes) {
  on_loop([]() -> coro<> {
    EXPECT_THROW(static_cast<void>(aio::wait(tasks{})), aio::value_error);
    tasks one{aio::create_task(sleeper(0))};
    EXPECT_THROW(static_cast<void>(aio::wait(one, {.return_when = static_cast<aio::return_when>(9)})),
                 aio::value_error);
    co_await one[0];
  });
}

// conformance: wait-006
TEST(wait, first_completed) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(10)), aio::create_task(sleeper(0.1))};
    auto [done, pending] = co_await aio::wait(all, {.return_when = aio::FIRST_COMPLETED});
    EXPECT_EQ(now(), 0.1);
    EXPECT_EQ(done, tasks{all[1]});
    EXPECT_EQ(pending, tasks{all[0]});
    EXPECT_EQ(all[0].cancelling(), 0);
  });
}

// conformance: wait-008 wait-010
TEST(wait, first_exception) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(10)), aio::create_task(fail_now())};
    auto [done, pending] = co_await aio::wait(all, {.return_when = aio::FIRST_EXCEPTION});
    EXPECT_EQ(now(), 0);
    EXPECT_EQ(done, tasks{all[1]});
    tasks more{aio::create_task(sleeper(10)), aio::create_task(sleeper(2))};
    aio::get_running_loop().call_later(1s, [&] { more[0].cancel(); });
    auto r = co_await aio::wait(more, {.return_when = aio::FIRST_EXCEPTION});
    EXPECT_EQ(now(), 2);
    EXPECT_EQ(r.done.size(), 2U);
  });
}

// conformance: wait-011
TEST(wait, for_tasks_that_stand_one_by_one) {
  on_loop([]() -> coro<> {
    auto fast = aio::create_task(value_after(1, 1));
    auto slow = aio::create_task(value_after(2, 10));
    auto [done, pending] = co_await aio::wait({.return_when = aio::FIRST_COMPLETED}, fast, slow);
    EXPECT_EQ(done.size(), 1U);
    EXPECT_EQ(done[0].result(), 1);
    EXPECT_EQ(pending[0], slow);
    EXPECT_EQ(now(), 1);
    auto other = aio::create_task(sleeper(3));
    auto all_tasks = co_await aio::wait(slow, other);
    EXPECT_EQ(all_tasks.done[1].get_name(), other.get_name());
    auto f = aio::create_future<int>();
    auto with_future = co_await aio::wait({.timeout = 1s}, f, slow);
    EXPECT_EQ(with_future.pending, std::vector<aio::any_future>{f});
    EXPECT_EQ(now(), 11);
  });
}

TEST(wait, does_not_throw_what_the_tasks_throw) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(1)), aio::create_task(fail_after(0.5))};
    auto [done, pending] = co_await aio::wait(all);
    EXPECT_EQ(done.size(), 2U);
    EXPECT_EQ(text_of(all[1].exception()), "E");
  });
}

// conformance: wait-012 wait-014 wait-015
TEST(wait, with_a_timeout) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(0.1)), aio::create_task(sleeper(0.15))};
    auto [done, pending] = co_await aio::wait(all, {.timeout = 110ms});
    EXPECT_EQ(now(), 0.11);
    EXPECT_EQ(done, tasks{all[0]});
    EXPECT_EQ(pending, tasks{all[1]});
    EXPECT_FALSE(all[1].done());
    std::vector<future<int>> f{aio::create_future<int>(), aio::create_future<int>()};
    f[0].set_result(1);
    auto r = co_await aio::wait(f, {.timeout = 0s});
    EXPECT_EQ(r.done.size(), 1U);
    EXPECT_EQ(r.pending.size(), 1U);
    auto at_once = []() -> coro<> { co_return; };
    tasks fresh{aio::create_task(at_once())};
    auto s = co_await aio::wait(fresh, {.timeout = 0s});
    EXPECT_EQ(s.done.size(), 1U);
  });
}

// conformance: wait-017 wait-018
TEST(wait, cancelled_leaves_the_tasks_alone) {
  on_loop([]() -> coro<> {
    tasks all{aio::create_task(sleeper(5))};
    auto body = [&]() -> coro<> { co_await aio::wait(all); };
    auto t = aio::create_task(body());
    co_await ticks(2);
    EXPECT_TRUE(all[0].core().has_waiters());
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(now(), 0);
    EXPECT_FALSE(all[0].core().has_waiters());
    co_await aio::wait(all, {.timeout = 1s});
    EXPECT_FALSE(all[0].core().has_waiters());
    EXPECT_EQ(co_await ending(all[0]), "value");
    EXPECT_EQ(now(), 5);
  });
}

// conformance: as_completed-001 as_completed-003
TEST(as_completed, gives_new_tasks_for_coroutines_in_completion_order) {
  on_loop([]() -> coro<> {
    std::vector<coro<int>> c;
    c.push_back(value_after(3, 0.15));
    c.push_back(value_after(1, 0.01));
    c.push_back(value_after(2, 0.01));
    std::vector<int> got;
    AIO_FOR_CO_AWAIT(task<int> t, aio::as_completed(c)) {
      EXPECT_TRUE(t.done());
      got.push_back(t.result());
    }
    EXPECT_EQ(got, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(now(), 0.15);
  });
}

// conformance: as_completed-002 as_completed-004 as_completed-005 as_completed-014
TEST(as_completed, gives_the_very_inputs) {
  on_loop([]() -> coro<> {
    std::vector<future<int>> f;
    for (int i = 0; i < 3; ++i)
      f.push_back(aio::create_future<int>());
    aio::get_running_loop().call_soon([&] {
      for (int i : {2, 0, 1})
        f[static_cast<std::size_t>(i)].set_result(i);
    });
    std::vector<future<int>> got;
    AIO_FOR_CO_AWAIT(auto g, aio::as_completed(f)) { got.push_back(g); }
    EXPECT_EQ(got, (std::vector<future<int>>{f[2], f[0], f[1]}));
    auto done = aio::create_future<int>();
    done.set_result(9);
    auto late = aio::create_future<int>();
    aio::get_running_loop().call_soon([&] { late.set_result(1); });
    auto it = aio::as_completed(std::vector<future<int>>{late, done});
    EXPECT_EQ((co_await it.anext())->result(), 9);
    EXPECT_EQ((co_await it.anext())->result(), 1);
    const soon ran;
    AIO_FOR_CO_AWAIT(auto g, aio::as_completed(std::vector<future<int>>{})) { g.result(); }
    EXPECT_FALSE(ran);
    co_await ticks(1);
  });
}

// conformance: as_completed-007 as_completed-009
TEST(as_completed, with_a_timeout) {
  on_loop([]() -> coro<> {
    std::vector<task<int>> t{aio::create_task(value_after(1, 0.1)), aio::create_task(value_after(2, 0.15))};
    auto it = aio::as_completed(t, 120ms);
    EXPECT_EQ((co_await it.anext())->result(), 1);
    EXPECT_EQ(now(), 0.1);
    EXPECT_EQ(co_await ending(it.anext()), "timeout");
    EXPECT_EQ(now(), 0.12);
    EXPECT_EQ(co_await t[1], 2);
    std::vector<task<int>> u{aio::create_task(value_after(1, 1))};
    auto unused = aio::as_completed(u, 100s);
    co_await unused.anext();
    EXPECT_EQ(aio::get_running_loop().timer_count(), 0U);
  });
}

TEST(as_completed, failures_and_several_late_items) {
  on_loop([]() -> coro<> {
    std::vector<coro<>> c;
    c.push_back(fail_after(1));
    c.push_back(sleeper(2));
    c.push_back(sleeper(300));
    c.push_back(sleeper(400));
    std::vector<std::string> ends;
    auto it = aio::as_completed(c, 3s);
    for (auto h : it)
      ends.push_back(co_await ending(std::move(h)));
    EXPECT_EQ(ends, (std::vector<std::string>{"E", "value", "timeout", "timeout"}));
    EXPECT_EQ(now(), 3);
    // Async iteration gives the failed future itself, and a cancelled one.
    std::vector<task<>> t{aio::create_task(fail_after(2)), aio::create_task(sleeper(9))};
    t[1].cancel("m");
    std::vector<std::string> order;
    AIO_FOR_CO_AWAIT(task<> done, aio::as_completed(t)) { order.push_back(co_await ending(done)); }
    EXPECT_EQ(order, (std::vector<std::string>{"cancelled:m", "E"}));
    // The same future twice is one item.
    auto one = aio::create_task(sleeper(1));
    int items = 0;
    AIO_FOR_CO_AWAIT(task<> done, aio::as_completed(std::vector<task<>>{one, one})) {
      EXPECT_EQ(done, one);
      ++items;
    }
    EXPECT_EQ(items, 1);
  });
}

// conformance: as_completed-010
TEST(as_completed, can_be_resumed) {
  on_loop([]() -> coro<> {
    std::vector<coro<int>> c;
    for (int i = 1; i <= 4; ++i)
      c.push_back(value_after(i, i));
    auto it = aio::as_completed(c);
    std::vector<int> got;
    AIO_FOR_CO_AWAIT(auto t, it) {
      got.push_back(t.result());
      if (got.size() == 2)
        break;
    }
    AIO_FOR_CO_AWAIT(auto t, it) { got.push_back(t.result()); }
    EXPECT_EQ(got, (std::vector<int>{1, 2, 3, 4}));
  });
}

// conformance: as_completed-011 as_completed-012
TEST(as_completed, plain_handles_take_completions_in_the_order_they_are_awaited) {
  on_loop([]() -> coro<> {
    std::vector<coro<int>> c;
    c.push_back(value_after(1, 1));
    c.push_back(value_after(2, 2));
    std::vector<coro<int>> handles;
    auto it = aio::as_completed(c);
    for (auto h : it)
      handles.push_back(std::move(h));
    EXPECT_EQ(handles.size(), 2U);
    EXPECT_EQ(co_await std::move(handles[1]), 1);
    EXPECT_EQ(co_await std::move(handles[0]), 2);
    std::vector<coro<int>> d;
    for (int i = 0; i < 3; ++i)
      d.push_back(value_after(i, 1));
    std::vector<task<int>> t;
    auto jt = aio::as_completed(d);
    for (auto h : jt)
      t.push_back(aio::create_task(std::move(h)));
    auto all = co_await aio::gather(t);
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, (std::vector<int>{0, 1, 2}));
  });
}

TEST(shield, what_is_done_and_an_outer_future_that_was_cancelled) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    auto done = aio::create_future<int>();
    done.set_result(1);
    EXPECT_EQ(aio::shield(done), done);
    auto f = aio::create_future<int>();
    auto outer = aio::shield(f);
    EXPECT_TRUE(outer.cancel("m"));
    EXPECT_TRUE(outer.cancelled());
    EXPECT_FALSE(f.done());
    co_await ticks(2);
    f.set_result(2);
    co_await ticks(2);
    EXPECT_EQ(co_await ending(outer), "cancelled:m");
    EXPECT_EQ(f.result(), 2);
    EXPECT_EQ(seen.count(), 0U);
  });
}

// conformance: shield-001 shield-002 shield-004
TEST(shield, follows_the_inner_future) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>(), g = aio::create_future<int>(), h = aio::create_future<int>();
    auto of = aio::shield(f), og = aio::shield(g), oh = aio::shield(h);
    f.set_result(42);
    g.set_exception(test_error("E"));
    h.cancel("secret");
    EXPECT_EQ(co_await of, 42);
    EXPECT_EQ(co_await ending(og), "E");
    EXPECT_EQ(text_of(g.exception()), "E");
    EXPECT_EQ(co_await ending(oh), "cancelled:");
    EXPECT_TRUE(oh.cancelled());
  });
}

// conformance: shield-006 shield-014
TEST(shield, keeps_the_inner_task_running) {
  on_loop([]() -> coro<> {
    bool finished = false;
    auto inner = [&]() -> coro<> {
      co_await aio::sleep(2s);
      finished = true;
    };
    auto body = [&]() -> coro<> { co_await aio::shield(inner()); };
    auto t = aio::create_task(body());
    co_await ticks(2);
    t.cancel();
    co_await ticks(1);
    EXPECT_TRUE(t.cancelled());
    co_await aio::sleep(3s);
    EXPECT_TRUE(finished);
    finished = false;
    static_cast<void>(aio::shield(inner()));
    co_await aio::sleep(3s);
    EXPECT_TRUE(finished);
  });
}

// conformance: shield-007 shield-008 shield-010
TEST(shield, reports_a_failure_that_the_cancelled_outer_cannot_carry_once) {
  on_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    auto f = aio::create_future<int>();
    auto a = aio::shield(f), b = aio::shield(f);
    a.cancel();
    b.cancel();
    co_await ticks(1);
    f.set_exception(test_error("E"));
    co_await ticks(2);
    EXPECT_EQ(seen.errors, log_t{"E"});
    auto g = aio::create_future<int>();
    auto c = aio::shield(g);
    c.cancel();
    co_await ticks(1);
    g.cancel();
    co_await ticks(2);
    EXPECT_EQ(seen.count(), 1U);
    aio::get_running_loop().set_exception_handler({});
  });
}

// conformance: shield-011
TEST(shield, inner_cancellation_is_no_request_to_the_awaiter) {
  on_loop([]() -> coro<> {
    auto inner = aio::create_task(sleeper(10));
    auto body = [&]() -> coro<> { co_await aio::shield(inner); };
    auto t = aio::create_task(body());
    co_await ticks(2);
    inner.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(t.cancelling(), 0);
    EXPECT_EQ(inner.cancelling(), 1);
  });
}

// conformance: shield-012 shield-013
TEST(shield, and_gather) {
  on_loop([]() -> coro<> {
    auto a = aio::create_future<int>(), b = aio::create_future<int>();
    auto g = aio::gather(a, b);
    auto outer = aio::shield(g);
    outer.cancel();
    co_await ticks(1);
    a.set_result(1);
    b.set_result(2);
    EXPECT_EQ(co_await g, std::make_tuple(1, 2));
    auto c = aio::create_future<int>(), d = aio::create_future<int>();
    auto sc = aio::shield(c), sd = aio::shield(d);
    auto h = aio::gather(sc, sd);
    h.cancel();
    EXPECT_EQ(co_await ending(h), "cancelled:");
    EXPECT_TRUE(sc.cancelled());
    EXPECT_TRUE(sd.cancelled());
    EXPECT_FALSE(c.done());
    EXPECT_FALSE(d.done());
  });
}

// conformance: wait_for-001 wait_for-002 wait_for-003 wait_for-004
TEST(wait_for, runs_the_coroutine_in_the_callers_task) {
  on_loop([]() -> coro<> {
    aio::context_var<int> var("v", 0);
    const soon ran;
    const auto me = aio::current_task();
    auto body = [&]() -> coro<int> {
      EXPECT_EQ(aio::current_task(), me);
      EXPECT_LE(aio::get_running_loop().timer_count(), 1U);
      var.set(7);
      co_return 5;
    };
    EXPECT_EQ(co_await aio::wait_for(body(), std::nullopt), 5);
    EXPECT_EQ(aio::get_running_loop().timer_count(), 0U);
    EXPECT_EQ(co_await aio::wait_for(body(), 10s), 5);
    EXPECT_EQ(var.get(), 7);
    EXPECT_FALSE(ran);
    EXPECT_EQ(aio::get_running_loop().timer_count(), 0U);
  });
}

// conformance: wait_for-007 wait_for-008 wait_for-010 wait_for-011
TEST(wait_for, with_no_time_at_all) {
  on_loop([]() -> coro<> {
    bool ran = false;
    auto never = [&]() -> coro<int> {
      ran = true;
      co_return 1;
    };
    EXPECT_EQ(co_await ending(aio::wait_for(never(), 0s)), "timeout");
    EXPECT_FALSE(ran);
    for (auto limit : {0s, -1s}) {
      auto t = aio::create_task(sleeper(10));
      co_await ticks(1);
      EXPECT_EQ(co_await ending(aio::wait_for(t, limit)), "timeout");
      EXPECT_TRUE(t.cancelled());
    }
    auto answer = [](bool fail) -> coro<int> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        if (fail)
          throw test_error("V");
      }
      co_return 9;
    };
    auto swallow = aio::create_task(answer(false));
    auto raise = aio::create_task(answer(true));
    co_await ticks(1);
    EXPECT_EQ(co_await aio::wait_for(swallow, 0s), 9);
    EXPECT_EQ(co_await ending(aio::wait_for(raise, 0s)), "V");
  });
}

// conformance: wait_for-012 wait_for-014
TEST(wait_for, waits_for_the_cleanup) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(slow_to_cancel(3));
    EXPECT_EQ(co_await ending(aio::wait_for(t, 1s)), "timeout");
    EXPECT_EQ(now(), 4);
    auto swallow = []() -> coro<int> {
      try {
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
      }
      co_return 42;
    };
    EXPECT_EQ(co_await aio::wait_for(swallow(), 1s), 42);
    EXPECT_EQ(co_await aio::wait_for(aio::create_task(swallow()), 1s), 42);
  });
}

// conformance: wait_for-015 wait_for-016
TEST(wait_for, the_deadline_beats_a_result_of_the_same_pass) {
  on_loop([]() -> coro<> {
    auto f = aio::create_future<int>();
    aio::get_running_loop().call_later(1s, [&] { f.set_result(1); });
    EXPECT_EQ(co_await ending(aio::wait_for(f, 1s)), "timeout");
    EXPECT_FALSE(f.cancelled());
    EXPECT_EQ(f.result(), 1);
    EXPECT_EQ(co_await ending(aio::wait_for(sleeper(1), 1s)), "timeout");
    EXPECT_EQ(now(), 2);
  });
}

// conformance: wait_for-017 wait_for-020 wait_for-021
TEST(wait_for, and_cancellation_from_outside) {
  on_loop([]() -> coro<> {
    auto inner = aio::create_task(sleeper(10));
    auto body = [&](task<> t) -> coro<std::string> { co_return co_await ending(aio::wait_for(t, 5s)); };
    auto outer = aio::create_task(body(inner));
    co_await ticks(2);
    outer.cancel("m");
    EXPECT_EQ(co_await outer, "cancelled:m");
    EXPECT_TRUE(inner.cancelled());
    auto same = [&]() -> coro<> { co_await aio::wait_for(sleeper(10), 5s); };
    auto u = aio::create_task(same());
    aio::get_running_loop().call_later(5s, [&] { u.cancel(); });
    EXPECT_EQ(co_await ending(u), "cancelled:");
    EXPECT_EQ(u.cancelling(), 1);
    auto f = aio::create_future<int>();
    aio::get_running_loop().call_later(1s, [&] { f.cancel(); });
    EXPECT_EQ(co_await ending(aio::wait_for(f, 5s)), "cancelled:");
    EXPECT_EQ(aio::current_task().cancelling(), 0);
  });
}

// A gather that is cancelled ends with the cancellation as an exception.
TEST(wait_for, no_time_for_a_gather) {
  on_loop([]() -> coro<> {
    EXPECT_EQ(co_await ending(aio::wait_for(aio::gather(sleeper(1), sleeper(2)), 0s)), "timeout");
    EXPECT_EQ(co_await ending(aio::wait_for(aio::gather(value_after(1, 1)), -1s)), "timeout");
    EXPECT_EQ(co_await ending(aio::wait_for(aio::gather(sleeper(1), sleeper(2)), 1s)), "timeout");
    EXPECT_EQ(now(), 1);
  });
}

// conformance: wait_for-023 wait_for-024
TEST(wait_for, zero_and_a_second_cancellation_or_a_shield) {
  on_loop([]() -> coro<> {
    auto t = aio::create_task(slow_to_cancel(10));
    co_await ticks(1);
    auto body = [&]() -> coro<> { co_await aio::wait_for(t, 0s); };
    auto w = aio::create_task(body());
    co_await ticks(3);
    w.cancel();
    EXPECT_EQ(co_await ending(w), "cancelled:");
    EXPECT_EQ(now(), 0);
    EXPECT_FALSE(t.done());
    auto kept = aio::create_task(sleeper(3));
    auto outer = aio::shield(kept);
    EXPECT_EQ(co_await ending(aio::wait_for(outer, 0s)), "timeout");
    EXPECT_TRUE(outer.cancelled());
    EXPECT_FALSE(kept.done());
    EXPECT_EQ(co_await ending(kept), "value");
    t.cancel();
  });
}
