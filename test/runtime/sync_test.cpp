// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locks, events, conditions, semaphores and barriers: order, fairness, cancellation.
#include "support.h"

namespace {
coro<> grab(aio::lock &l, log_t &log, std::string name) {
  co_await l.acquire();
  log.push_back(name);
  l.release();
}
} // namespace

// conformance: lock-001 lock-007
TEST(lock, a_free_lock_is_taken_without_suspending) {
  on_loop([]() -> coro<> {
    aio::lock l;
    const soon ran;
    EXPECT_TRUE(co_await l.acquire());
    EXPECT_FALSE(ran);
    EXPECT_TRUE(l.locked());
    l.release();
    EXPECT_THROW(l.release(), aio::runtime_error);
  });
}

// conformance: lock-003 lock-004
TEST(lock, nobody_jumps_the_queue) {
  on_loop([]() -> coro<> {
    aio::lock l;
    log_t log;
    co_await l.acquire();
    auto a = aio::create_task(grab(l, log, "A"));
    co_await ticks(1);
    l.release();
    EXPECT_FALSE(l.locked());
    co_await grab(l, log, "me");
    EXPECT_EQ(log, (log_t{"A", "me"}));
    co_await a;
  });
}

// conformance: lock-006
TEST(lock, another_task_may_release) {
  on_loop([]() -> coro<> {
    aio::lock l;
    co_await l.acquire();
    auto body = [&]() -> coro<> {
      l.release();
      co_return;
    };
    co_await aio::create_task(body());
    EXPECT_FALSE(l.locked());
  });
}

// conformance: lock-008 lock-009 lock-010 lock-012
TEST(lock, cancellation_of_waiters) {
  on_loop([]() -> coro<> {
    aio::lock l;
    log_t log;
    co_await l.acquire();
    auto a = aio::create_task(grab(l, log, "A"));
    co_await ticks(1);
    a.cancel();
    EXPECT_EQ(co_await ending(a), "cancelled:");
    EXPECT_TRUE(l.locked());
    for (bool release_first : {true, false}) {
      auto b = aio::create_task(grab(l, log, "B"));
      auto c = aio::create_task(grab(l, log, "C"));
      co_await ticks(1);
      if (release_first)
        l.release();
      b.cancel();
      if (!release_first)
        l.release();
      EXPECT_EQ(co_await ending(b), "cancelled:");
      EXPECT_EQ(co_await ending(c), "value");
      co_await l.acquire();
    }
    EXPECT_EQ(log, (log_t{"C", "C"}));
    auto d = aio::create_task(grab(l, log, "D"));
    co_await ticks(1);
    d.cancel();
    l.release();
    const soon ran;
    co_await l.acquire();
    EXPECT_FALSE(ran);
    l.release();
    co_await ticks(2);
  });
}

// conformance: lock-013
TEST(lock, a_scope_releases_when_its_body_throws) {
  on_loop([]() -> coro<> {
    aio::lock l;
    EXPECT_EQ(co_await ending(aio::async_with(l, []() -> coro<> { co_await fail_now(); })), "E");
    EXPECT_FALSE(l.locked());
    {
      auto guard = co_await l.scoped();
      EXPECT_TRUE(l.locked());
    }
    EXPECT_FALSE(l.locked());
  });
}

// conformance: event-001 event-003 event-005 event-006 event-007
TEST(event, wakes_all_waiters_in_order) {
  on_loop([]() -> coro<> {
    aio::event e;
    log_t log;
    auto wait = [&](std::string n) -> coro<> {
      EXPECT_TRUE(co_await e.wait());
      log.push_back(n);
    };
    auto a = aio::create_task(wait("1"));
    auto b = aio::create_task(wait("2"));
    co_await ticks(1);
    auto c = aio::create_task(wait("3"));
    e.set();
    e.set();
    co_await ticks(1);
    EXPECT_EQ(log, (log_t{"3", "1", "2"}));
    e.clear();
    log.clear();
    auto d = aio::create_task(wait("d"));
    auto f = aio::create_task(wait("f"));
    co_await ticks(1);
    d.cancel();
    EXPECT_EQ(co_await ending(d), "cancelled:");
    e.set();
    e.clear();
    co_await ticks(1);
    EXPECT_EQ(log, log_t{"f"});
    EXPECT_FALSE(e.is_set());
    co_await aio::gather(a, b, c, f);
  });
}

// conformance: condition-001 condition-002 condition-017
TEST(condition, needs_its_lock) {
  on_loop([]() -> coro<> {
    aio::lock l;
    aio::condition c(l);
    EXPECT_NE(co_await ending(c.wait()), "value");
    EXPECT_FALSE(l.locked());
    EXPECT_THROW(c.notify(), aio::runtime_error);
    EXPECT_THROW(c.notify_all(), aio::runtime_error);
    co_await c.acquire();
    EXPECT_TRUE(l.locked());
    l.release();
    EXPECT_FALSE(c.locked());
  });
}

// conformance: condition-003 condition-004 condition-005 condition-006
TEST(condition, notifies_in_order_one_at_a_time) {
  on_loop([]() -> coro<> {
    aio::condition c;
    log_t log;
    auto wait = [&](std::string n) -> coro<> {
      co_await c.acquire();
      EXPECT_TRUE(co_await c.wait());
      EXPECT_TRUE(c.locked());
      log.push_back(n);
      c.release();
    };
    co_await c.acquire();
    c.notify();
    c.release();
    std::vector<task<>> all;
    for (auto n : {"1", "2", "3"})
      all.push_back(aio::create_task(wait(n)));
    co_await ticks(3);
    EXPECT_FALSE(c.locked());
    co_await c.acquire();
    c.notify(1);
    co_await ticks(3);
    EXPECT_TRUE(log.empty());
    c.release();
    co_await ticks(5);
    EXPECT_EQ(log, log_t{"1"});
    co_await c.acquire();
    c.notify(2);
    c.release();
    co_await aio::gather(all);
    EXPECT_EQ(log, (log_t{"1", "2", "3"}));
    auto last = aio::create_task(wait("4"));
    co_await ticks(1);
    co_await c.acquire();
    c.notify(0);
    c.notify(-1);
    c.release();
    co_await ticks(3);
    EXPECT_FALSE(last.done());
    co_await c.acquire();
    c.notify_all();
    c.release();
    co_await last;
  });
}

namespace {
coro<std::string> wait_in(aio::condition &c) {
  co_await c.acquire();
  auto text = co_await ending(c.wait());
  const bool held = c.locked();
  c.release();
  co_return text + (held ? "+held" : "");
}
} // namespace

// conformance: condition-008 condition-009 condition-011 condition-012 condition-013
TEST(condition, a_cancelled_wait_has_the_lock_again) {
  on_loop([]() -> coro<> {
    aio::condition c;
    auto a = aio::create_task(wait_in(c));
    co_await ticks(2);
    co_await c.acquire();
    a.cancel("m");
    co_await ticks(5);
    EXPECT_FALSE(a.done());
    c.release();
    EXPECT_EQ(co_await a, "cancelled:m+held");
    EXPECT_FALSE(c.locked());
    auto b = aio::create_task(wait_in(c));
    co_await ticks(2);
    co_await c.acquire();
    b.cancel("1");
    co_await ticks(3);
    b.cancel("2");
    co_await ticks(3);
    EXPECT_FALSE(b.done());
    c.release();
    EXPECT_EQ(co_await b, "cancelled:2+held");
    EXPECT_EQ(b.cancelling(), 2);
    // Notified, then cancelled while acquiring the lock: the notification goes to the next waiter.
    auto d = aio::create_task(wait_in(c));
    auto e = aio::create_task(wait_in(c));
    co_await ticks(3);
    co_await c.acquire();
    c.notify(1);
    co_await ticks(2);
    d.cancel("x");
    co_await ticks(2);
    c.release();
    EXPECT_EQ(co_await d, "cancelled:x+held");
    EXPECT_EQ(co_await e, "value+held");
    auto f = aio::create_task(wait_in(c));
    co_await ticks(2);
    co_await c.acquire();
    c.notify(1);
    f.cancel("y");
    c.release();
    EXPECT_EQ((co_await f).substr(0, 11), "cancelled:y");
    EXPECT_FALSE(c.locked());
  });
}

TEST(condition, a_notified_waiter_that_is_cancelled_hands_the_notification_on) {
  on_loop([]() -> coro<> {
    aio::condition c;
    log_t log;
    auto waits = [&](const char *name) -> coro<> {
      auto guard = co_await c.scoped();
      co_await c.wait();
      log.push_back(name);
    };
    auto a = aio::create_task(waits("a")), b = aio::create_task(waits("b"));
    co_await ticks(2);
    co_await c.acquire();
    c.notify(0);
    co_await ticks(2);
    EXPECT_TRUE(log.empty());
    c.notify();
    a.cancel("why");
    c.release();
    EXPECT_EQ(co_await ending(a), "cancelled:why");
    co_await b;
    EXPECT_EQ(log, log_t{"b"});
    // More than the number of waiters.
    auto d = aio::create_task(waits("d")), e = aio::create_task(waits("e"));
    co_await ticks(2);
    co_await c.acquire();
    c.notify(7);
    c.release();
    co_await d;
    co_await e;
    EXPECT_EQ(log, (log_t{"b", "d", "e"}));
    EXPECT_FALSE(c.locked());
  });
}

TEST(condition, wait_for_gives_what_the_predicate_gave) {
  on_loop([]() -> coro<> {
    aio::condition changed;
    std::optional<std::string> word;
    auto wait = [&]() -> coro<std::string> {
      auto guard = co_await changed.scoped();
      auto filled = changed.wait_for([&] { return word; });
      const std::optional<std::string> found = co_await std::move(filled);
      co_return *found;
    };
    auto waiting = aio::create_task(wait());
    for (const char *next : {"", "x"}) {
      co_await ticks(2);
      auto guard = co_await changed.scoped();
      if (*next)
        word = next;
      changed.notify();
    }
    EXPECT_EQ(co_await waiting, "x");
  });
}

// conformance: condition-018
TEST(condition, wait_in_wait_for) {
  on_loop([]() -> coro<> {
    aio::condition c;
    co_await c.acquire();
    EXPECT_EQ(co_await ending(aio::wait_for(c.wait(), 500ms)), "timeout");
    EXPECT_TRUE(c.locked());
    c.release();
  });
}

// conformance: semaphore-001 semaphore-014 semaphore-013
TEST(semaphore, values) {
  on_loop([]() -> coro<> {
    EXPECT_THROW(aio::semaphore(-1), aio::value_error);
    aio::semaphore zero(0);
    EXPECT_TRUE(zero.locked());
    zero.release();
    EXPECT_FALSE(zero.locked());
    const soon ran;
    EXPECT_TRUE(co_await zero.acquire());
    EXPECT_FALSE(ran);
    aio::bounded_semaphore b(1);
    EXPECT_THROW(b.release(), aio::value_error);
    EXPECT_EQ(b.value(), 1);
  });
}

// conformance: semaphore-002
TEST(semaphore, is_fair) {
  on_loop([]() -> coro<> {
    aio::semaphore s(1);
    log_t log;
    auto body = [&](std::string n) -> coro<> {
      for (int i = 0; i < 2; ++i) {
        co_await s.acquire();
        log.push_back(n);
        co_await aio::sleep(10ms);
        s.release();
      }
    };
    co_await aio::gather(body("c1"), body("c2"), body("c3"));
    EXPECT_EQ(log, (log_t{"c1", "c2", "c3", "c1", "c2", "c3"}));
  });
}

// conformance: semaphore-005
TEST(semaphore, a_newcomer_queues_although_permits_are_left) {
  on_loop([]() -> coro<> {
    aio::semaphore s(0);
    log_t log;
    std::vector<task<>> made;
    auto late = [&]() -> coro<> {
      co_await s.acquire();
      log.push_back("4");
    };
    auto c1 = [&]() -> coro<> {
      co_await s.acquire();
      log.push_back("1");
      made.push_back(aio::create_task(late()));
    };
    auto c2 = [&]() -> coro<> {
      s.release();
      s.release();
      s.release();
      co_await s.acquire();
      log.push_back("2");
    };
    auto c3 = [&]() -> coro<> {
      co_await s.acquire();
      log.push_back("3");
    };
    auto a = aio::create_task(c1());
    auto b = aio::create_task(c2());
    auto c = aio::create_task(c3());
    co_await aio::gather(a, b, c);
    co_await ticks(3);
    EXPECT_EQ(log, (log_t{"1", "2", "3"}));
    s.release();
    co_await made[0];
    EXPECT_EQ(log.back(), "4");
  });
}

// conformance: semaphore-006 semaphore-007 semaphore-009 semaphore-010 semaphore-011
TEST(semaphore, cancellation_gives_the_permit_on) {
  on_loop([]() -> coro<> {
    aio::semaphore s(0);
    auto take = [&]() -> coro<> { co_await s.acquire(); };
    auto a = aio::create_task(take());
    auto b = aio::create_task(take());
    co_await ticks(1);
    s.release();
    EXPECT_TRUE(s.locked());
    a.cancel();
    EXPECT_EQ(co_await ending(a), "cancelled:");
    EXPECT_EQ(co_await ending(b), "value");
    std::vector<task<>> four;
    for (int i = 0; i < 4; ++i)
      four.push_back(aio::create_task(take()));
    co_await ticks(1);
    four[0].cancel();
    four[1].cancel();
    s.release();
    co_await ticks(3);
    EXPECT_TRUE(four[2].done() && !four[2].cancelled());
    EXPECT_FALSE(four[3].done());
    s.release();
    four[3].cancel();
    co_await ticks(2);
    EXPECT_EQ(co_await ending(aio::wait_for(take(), 1s)), "value");
    auto last = aio::create_task(take());
    co_await ticks(1);
    last.cancel();
    s.release();
    EXPECT_FALSE(s.locked());
    const soon ran;
    co_await s.acquire();
    EXPECT_FALSE(ran);
    co_await ticks(1);
  });
}

namespace {
coro<std::string> pass(aio::barrier &b, log_t *log = nullptr) {
  try {
    const auto index = co_await b.wait();
    if (log)
      log->push_back(std::to_string(index));
  } catch (const aio::broken_barrier_error &) {
    co_return "broken";
  }
  co_return "passed";
}
} // namespace

// conformance: barrier-001 barrier-002 barrier-004 barrier-006
TEST(barrier, lets_everybody_through_together) {
  on_loop([]() -> coro<> {
    EXPECT_THROW(aio::barrier(0), aio::value_error);
    EXPECT_THROW(aio::barrier(-1), aio::value_error);
    aio::barrier b(3);
    EXPECT_EQ(b.parties(), 3U);
    auto rounds = [&](log_t &log) -> coro<> {
      log.push_back(std::to_string(co_await b.wait()));
      log.push_back(std::to_string(co_await b.wait()));
    };
    log_t log[3];
    co_await aio::gather(rounds(log[0]), rounds(log[1]), rounds(log[2]));
    log_t first{log[0][0], log[1][0], log[2][0]}, second{log[0][1], log[1][1], log[2][1]};
    EXPECT_EQ(first, (log_t{"0", "1", "2"}));
    std::sort(second.begin(), second.end());
    EXPECT_EQ(second, (log_t{"0", "1", "2"}));
    aio::barrier one(1);
    EXPECT_EQ(co_await one.wait(), 0U);
    EXPECT_EQ(co_await one.wait(), 0U);
    EXPECT_EQ(one.n_waiting(), 0U);
  });
}

// conformance: barrier-005
TEST(barrier, a_cancelled_task_makes_room) {
  on_loop([]() -> coro<> {
    aio::barrier b(2);
    auto t = aio::create_task(pass(b));
    co_await ticks(3);
    EXPECT_EQ(b.n_waiting(), 1U);
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(b.n_waiting(), 0U);
    EXPECT_FALSE(b.broken());
    auto [x, y] = co_await aio::gather(pass(b), pass(b));
    EXPECT_EQ(x + y, "passedpassed");
  });
}

// conformance: barrier-008
TEST(barrier, reset_breaks_those_who_wait) {
  on_loop([]() -> coro<> {
    aio::barrier b(3);
    auto x = aio::create_task(pass(b)), y = aio::create_task(pass(b));
    co_await ticks(3);
    co_await b.reset();
    EXPECT_EQ(co_await x + co_await y, "brokenbroken");
    EXPECT_FALSE(b.broken());
    EXPECT_EQ(b.n_waiting(), 0U);
  });
}

// The outcomes are those of CPython, for each pass of a round: the third to arrive opens the barrier in the first.
TEST(barrier, is_spoiled_only_for_those_who_have_not_left_yet) {
  on_loop([]() -> coro<> {
    for (int n = 1; n < 6; ++n) {
      for (const char how : {'a', 'r', 'c'}) {
        aio::barrier b(3);
        std::vector<task<std::size_t>> round;
        for (int i = 0; i < 3; ++i)
          round.push_back(aio::create_task(b.wait()));
        co_await ticks(n);
        if (how == 'a')
          co_await b.abort();
        else if (how == 'r')
          co_await b.reset();
        else
          round[1].cancel();
        co_await ticks(8);
        std::string ends;
        for (const auto &t : round)
          ends += t.cancelled() ? "c" : t.exception() ? "b" : std::to_string(t.result());
        EXPECT_EQ(ends, n > 1 ? "012" : how == 'c' ? "0c2" : "bb2") << how << n;
        EXPECT_EQ(b.n_waiting(), 0U);
        EXPECT_EQ(b.broken(), how == 'a');
      }
    }
  });
}

TEST(barrier, gives_its_index_to_a_scope) {
  on_loop([]() -> coro<> {
    aio::barrier b(2);
    std::vector<std::size_t> seen;
    const auto enters = [&]() -> coro<> {
      co_await aio::async_with(b, [&](std::size_t index) -> coro<> {
        seen.push_back(index);
        co_return;
      });
    };
    co_await aio::gather(enters(), enters());
    const std::vector<std::size_t> last_first{1, 0};
    EXPECT_EQ(seen, last_first);
    co_await b.abort();
    EXPECT_THROW(co_await enters(), aio::broken_barrier_error);
  });
}

// conformance: barrier-014 barrier-015
TEST(barrier, abort_and_reset) {
  on_loop([]() -> coro<> {
    aio::barrier b(3);
    auto x = aio::create_task(pass(b)), y = aio::create_task(pass(b));
    co_await ticks(3);
    co_await b.abort();
    EXPECT_EQ(co_await x + co_await y, "brokenbroken");
    EXPECT_TRUE(b.broken());
    EXPECT_EQ(co_await pass(b), "broken");
    co_await b.reset();
    EXPECT_FALSE(b.broken());
    auto [p, q, r] = co_await aio::gather(pass(b), pass(b), pass(b));
    EXPECT_EQ(p + q + r, "passedpassedpassed");
  });
}

// conformance: barrier-009
TEST(barrier, reset_while_a_round_drains) {
  on_loop([]() -> coro<> {
    aio::barrier b(3);
    log_t log;
    int out = 0;
    auto body = [&]() -> coro<> {
      try {
        co_await b.wait();
        if (++out == 1)
          co_await b.reset();
        log.push_back("passed");
      } catch (const aio::broken_barrier_error &) {
        log.push_back("broken");
      }
    };
    co_await aio::gather(body(), body(), body());
    std::sort(log.begin(), log.end());
    EXPECT_EQ(log.size(), 3U);
    EXPECT_EQ(log.back(), "passed");
    EXPECT_EQ(log.front(), "broken");
    EXPECT_FALSE(b.broken());
    auto [x, y, z] = co_await aio::gather(pass(b), pass(b), pass(b));
    EXPECT_EQ(x + y + z, "passedpassedpassed");
  });
}

// conformance: barrier-010
TEST(barrier, reset_spares_those_who_block_for_the_next_round) {
  on_loop([]() -> coro<> {
    aio::barrier b(2);
    auto first = aio::create_task(pass(b));
    co_await ticks(3);
    auto second = aio::create_task(pass(b));
    auto blocked = aio::create_task(pass(b));
    auto resetting = aio::create_task(b.reset());
    co_await resetting;
    EXPECT_EQ(co_await second, "passed");
    EXPECT_EQ(co_await first, "broken");
    co_await ticks(5);
    EXPECT_FALSE(blocked.done());
    EXPECT_EQ(b.n_waiting(), 1U);
    EXPECT_EQ(co_await pass(b), "passed");
    EXPECT_EQ(co_await blocked, "passed");
  });
}

// conformance: barrier-011
TEST(barrier, reset_by_the_last_one_out_harms_nobody) {
  on_loop([]() -> coro<> {
    aio::barrier last(2);
    log_t log;
    int out = 0;
    auto leaver = [&]() -> coro<> {
      log.push_back(co_await pass(last));
      if (++out == 2)
        co_await last.reset();
      log.push_back(co_await pass(last));
    };
    co_await aio::gather(leaver(), leaver());
    EXPECT_EQ(log, (log_t{"passed", "passed", "passed", "passed"}));
  });
}
