// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// run and runner: results, shutdown order, SIGINT; contexts; eager tasks; async generators.
#include "support.h"

#include <csignal>

namespace {
aio::run_options virtual_options() { return {.debug = {}, .loop_factory = aio::testing::virtual_time()}; }
} // namespace

// conformance: runner-001 runner-010
TEST(runner, gives_what_main_gives) {
  EXPECT_EQ(aio::testing::run(value_after(42, 1)), 42);
  EXPECT_THROW(aio::testing::run(fail_after(1)), test_error);
  auto main = []() -> coro<> {
    throw aio::cancelled_error("m");
    co_return;
  };
  try {
    aio::testing::run(main());
    ADD_FAILURE();
  } catch (const aio::cancelled_error &e) {
    EXPECT_EQ(e.message(), "m");
  }
}

// conformance: runner-003 runner-004 runner-006
TEST(runner, cancels_what_is_left_and_waits_for_it) {
  for (bool fails : {false, true}) {
    log_t log;
    auto background = [&](std::string n, double cleanup) -> coro<> {
      std::exception_ptr error;
      try {
        co_await aio::sleep(1000s);
      } catch (const aio::cancelled_error &) {
        error = std::current_exception();
      }
      log.push_back(n + " cancelled");
      co_await sleeper(cleanup);
      log.push_back(n + " done");
      if (cleanup < 3)
        std::rethrow_exception(error);
    };
    auto gen = [&]() -> aio::async_generator<int> {
      std::exception_ptr error;
      try {
        co_yield 1;
      } catch (...) {
        error = std::current_exception();
      }
      log.push_back("generator");
      std::rethrow_exception(error);
    };
    std::optional<aio::async_generator<int>> open;
    auto main = [&]() -> coro<> {
      static_cast<void>(aio::create_task(background("A", 3)));
      static_cast<void>(aio::create_task(background("B", 1)));
      open.emplace(gen());
      auto step = open->anext();
      co_await step;
      co_await ticks(2);
      if (fails)
        throw test_error("main");
    };
    if (fails)
      EXPECT_THROW(aio::testing::run(main()), test_error);
    else
      aio::testing::run(main());
    EXPECT_EQ(log, (log_t{"A cancelled", "B cancelled", "B done", "A done", "generator"}));
  }
}

// conformance: runner-005 runner-009
TEST(runner, reports_tasks_that_fail_during_the_shutdown) {
  std::optional<reports> seen;
  bool closed = false;
  auto gen = [&]() -> aio::async_generator<int> {
    struct mark {
      bool &flag;
      ~mark() { flag = true; }
    } m{closed};
    for (int i = 0;; ++i)
      co_yield i;
  };
  auto background = [&]() -> coro<> {
    try {
      AIO_FOR_CO_AWAIT(int i, gen()) {
        static_cast<void>(i);
        co_await aio::sleep(1s);
      }
    } catch (const aio::cancelled_error &) {
      throw test_error("late");
    }
  };
  auto main = [&]() -> coro<int> {
    seen.emplace(aio::get_running_loop());
    static_cast<void>(aio::create_task(background()));
    co_await ticks(2);
    co_return 7;
  };
  EXPECT_EQ(aio::testing::run(main()), 7);
  EXPECT_EQ(seen->messages, log_t{"unhandled exception during run() shutdown"});
  EXPECT_TRUE(closed);
}

// conformance: runner-007
TEST(runner, a_task_of_the_last_step_gets_its_first_step) {
  bool ran = false;
  auto background = [&]() -> coro<> {
    ran = true;
    co_await aio::sleep(1s);
  };
  auto main = [&]() -> coro<> {
    static_cast<void>(aio::create_task(background()));
    co_return;
  };
  aio::testing::run(main());
  EXPECT_TRUE(ran);
}

// conformance: runner-012 runner-013
TEST(runner, contexts_and_background_tasks_between_runs) {
  aio::context_var<int> var("v", 0);
  int steps = 0;
  bool cancelled = false;
  {
    aio::runner r(virtual_options());
    auto set = [&](int v) -> coro<> {
      var.set(v);
      co_return;
    };
    auto get = [&]() -> coro<int> { co_return var.get(); };
    r.run(set(1));
    aio::context mine;
    r.run(set(2), mine);
    EXPECT_EQ(r.run(get()), 1);
    EXPECT_EQ(mine.get(var), 2);
    auto background = [&]() -> coro<> {
      try {
        for (;;) {
          co_await aio::sleep(1s);
          ++steps;
        }
      } catch (const aio::cancelled_error &) {
        cancelled = true;
        throw;
      }
    };
    auto start = [&]() -> coro<> {
      static_cast<void>(aio::create_task(background()));
      co_await aio::sleep(2500ms);
    };
    r.run(start());
    EXPECT_EQ(steps, 2);
    r.run(sleeper(2));
    EXPECT_EQ(steps, 4);
    EXPECT_FALSE(cancelled);
  }
  EXPECT_TRUE(cancelled);
}

TEST(runner, keeps_its_context_and_refuses_to_nest_or_to_run_again) {
  aio::context_var<int> var("v", -1);
  auto swap = [&](int v) -> coro<int> {
    const int old = var.get();
    co_await aio::sleep(0s);
    var.set(v);
    co_return old;
  };
  aio::runner r(virtual_options());
  EXPECT_EQ(r.run(swap(1)), -1);
  EXPECT_EQ(r.run(swap(2)), 1);
  EXPECT_EQ(var.get(), -1);
  auto nested = [&]() -> coro<> {
    r.run(sleeper(0));
    co_return;
  };
  warnings quiet;
  EXPECT_THROW(r.run(nested()), aio::runtime_error);
  EXPECT_THROW(r.run(fail_now()), test_error);
  EXPECT_EQ(r.run(swap(3)), 2);
  r.close();
  r.close();
  EXPECT_THROW(r.get_loop(), aio::runtime_error);
  EXPECT_THROW(r.run(sleeper(0)), aio::runtime_error);
  EXPECT_TRUE(quiet.seen.empty());
}

TEST(runner, a_task_that_is_cancelled_at_the_end_and_ends_quietly_is_not_reported) {
  std::optional<reports> seen;
  auto swallows = []() -> coro<int> {
    try {
      co_await aio::sleep(1000s);
    } catch (const aio::cancelled_error &) {
    }
    co_return 1;
  };
  auto main = [&]() -> coro<> {
    seen.emplace(aio::get_running_loop());
    static_cast<void>(aio::create_task(swallows()));
    static_cast<void>(aio::create_task(sleeper(1000)));
    co_await ticks(1);
  };
  aio::testing::run(main());
  EXPECT_EQ(seen->count(), 0U);
}

TEST(runner, a_second_sigint_leaves_at_once_and_a_swallowed_one_is_none) {
  log_t log;
  auto interrupted = [&](int signals) -> coro<int> {
    for (int i = 0; i < signals; ++i) {
      try {
        ::raise(SIGINT);
        co_await aio::sleep(10s);
      } catch (const aio::cancelled_error &) {
        log.push_back("cancelled");
      }
    }
    co_return 7;
  };
  EXPECT_EQ(aio::testing::run(interrupted(1)), 7);
  EXPECT_EQ(log, log_t{"cancelled"});
  log.clear();
  // The second cancellation is that of the closing runner.
  EXPECT_THROW(aio::testing::run(interrupted(2)), aio::keyboard_interrupt);
  EXPECT_EQ(log, (log_t{"cancelled", "cancelled"}));
}

TEST(runner, a_task_made_during_the_shutdown_is_not_waited_for) {
  log_t log;
  auto late = [&]() -> coro<> {
    log.push_back("begun");
    co_await aio::sleep(1000s);
    log.push_back("never");
  };
  auto background = [&]() -> coro<> {
    auto cleanup = [&]() -> coro<> {
      aio::create_task(late()).detach();
      co_return;
    };
    co_await aio::finally([]() -> coro<> { co_await aio::sleep(1000s); }, cleanup);
  };
  std::optional<reports> collected;
  auto main = [&]() -> coro<> {
    collected.emplace(aio::get_running_loop());
    aio::create_task(background()).detach();
    co_await aio::sleep(0s);
  };
  aio::testing::run(main());
  EXPECT_EQ(log, log_t{"begun"});
  EXPECT_EQ(collected->messages, log_t{"Task was destroyed but it is pending!"});
}

TEST(runner, an_exit_of_main_leaves_and_is_reported_by_nobody) {
  std::optional<reports> seen;
  auto main = [&]() -> coro<> {
    seen.emplace(aio::get_running_loop());
    throw aio::system_exit(3);
    co_return;
  };
  try {
    aio::testing::run(main());
    ADD_FAILURE();
  } catch (const aio::system_exit &e) {
    EXPECT_EQ(e.code(), 3);
  }
  EXPECT_EQ(seen->count(), 0U);
}

TEST(runner, closing_before_the_first_use_does_nothing) {
  aio::runner r(virtual_options());
  r.close();
  EXPECT_EQ(r.run(value_after(1, 1)), 1);
  r.close();
  r.close();
  EXPECT_THROW(r.run(value_after(1, 1)), aio::runtime_error);
  EXPECT_THROW(r.get_loop(), aio::runtime_error);
}

TEST(runner, cannot_be_closed_from_inside) {
  aio::runner r(virtual_options());
  auto main = [&]() -> coro<int> {
    EXPECT_THROW(r.close(), aio::runtime_error);
    EXPECT_THROW(r.run(value_after(1, 1)), aio::runtime_error);
    co_await aio::sleep(1s);
    co_return 2;
  };
  EXPECT_EQ(r.run(main()), 2);
  EXPECT_EQ(r.run(value_after(3, 1)), 3);
}

// conformance: runner-017 runner-018 runner-019 runner-020
TEST(runner, sigint_cancels_main) {
  future<int> parked;
  auto waits = [&]() -> coro<> {
    parked = aio::create_future<int>();
    aio::get_running_loop().call_soon([] { ::raise(SIGINT); });
    co_await parked;
  };
  {
    aio::runner r(virtual_options());
    EXPECT_THROW(r.run(waits()), aio::keyboard_interrupt);
    EXPECT_TRUE(parked.cancelled());
    parked = {};
  }
  auto spins = []() -> coro<> {
    ::raise(SIGINT);
    for (;;)
      co_await aio::sleep(0s);
  };
  EXPECT_THROW(aio::testing::run(spins()), aio::keyboard_interrupt);
  auto both = []() -> coro<> {
    aio::current_task().cancel();
    ::raise(SIGINT);
    co_await aio::sleep(10s);
  };
  EXPECT_THROW(aio::testing::run(both()), aio::cancelled_error);
  struct sigaction now{};
  ::sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);
  auto quiet = []() -> coro<> {
    ::raise(SIGINT);
    co_await aio::sleep(1s);
  };
  aio::testing::run(quiet());
  ::sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
  ::signal(SIGINT, SIG_DFL);
}

// conformance: context-001 context-003 context-004 context-005 context-006 context-014
TEST(context, variables_tokens_and_copies) {
  aio::context_var<int> bare("bare"), var("var", 5), other("other");
  EXPECT_THROW(bare.get(), aio::lookup_error);
  EXPECT_EQ(var.get(), 5);
  EXPECT_EQ(var.get(9), 9);
  auto token = var.set(6);
  EXPECT_EQ(token.old_value(), std::nullopt);
  {
    auto nested = var.scoped(7);
    EXPECT_EQ(var.set(8).old_value(), 7);
  }
  EXPECT_THROW(other.reset(token), aio::value_error);
  var.reset(token);
  EXPECT_EQ(var.get(), 5);
  EXPECT_THROW(var.reset(token), aio::runtime_error);
  aio::context c = aio::copy_context();
  std::optional<aio::context_token<int>> inside;
  c.run([&] {
    inside.emplace(var.set(7));
    EXPECT_EQ(aio::current_context(), c);
    EXPECT_NE(aio::copy_context(), c);
    EXPECT_THROW(c.run([] {}), aio::runtime_error);
    aio::copy_context().run([&] { EXPECT_THROW(c.run([] {}), aio::runtime_error); });
  });
  EXPECT_EQ(c.get(var), 7);
  EXPECT_EQ(var.get(), 5);
  EXPECT_THROW(var.reset(*inside), aio::value_error);
  aio::context d = c.copy();
  d.run([&] { var.set(8); });
  EXPECT_EQ(c.get(var), 7);
  auto again = bare.set(1);
  try {
    aio::context_scope<int> scope(again);
    throw test_error("x");
  } catch (const test_error &) {
  }
  EXPECT_THROW(bare.get(), aio::lookup_error);
  EXPECT_THROW(const aio::context_scope<int> used(again), aio::runtime_error);
  {
    auto scope = bare.scoped(2);
    EXPECT_EQ(bare.get(), 2);
  }
  EXPECT_THROW(bare.get(), aio::lookup_error);
}

TEST(context, given_to_what_the_loop_calls) {
  on_loop([]() -> coro<> {
    aio::context_var<int> var("v", 0);
    auto &loop = aio::get_running_loop();
    aio::context ctx = aio::copy_context();
    const auto next = [&] { var.set(var.get() + 1); };
    auto soon_handle = loop.call_soon_in(ctx, next);
    loop.call_later_in(ctx, 1s, next);
    loop.call_at_in(ctx, loop.time() + 2s, next);
    loop.call_soon_threadsafe_in(ctx, next);
    auto f = loop.create_future<void>();
    f.add_done_callback(next, ctx);
    f.set_result();
    EXPECT_EQ(soon_handle.get_context(), ctx);
    co_await sleeper(3);
    EXPECT_EQ(ctx.get(var), 5);
    EXPECT_EQ(var.get(), 0);
    // Without an explicit context, a callback runs in a copy made when it was scheduled.
    var.set(7);
    int seen = 0;
    auto own = loop.call_soon([&] {
      seen = var.get();
      var.set(9);
    });
    var.set(8);
    co_await aio::sleep(0s);
    EXPECT_EQ(seen, 7);
    EXPECT_EQ(own.get_context().get(var), 9);
    EXPECT_EQ(var.get(), 8);
  });
}

// conformance: context-008 context-009 context-012 context-013
TEST(context, tasks_callbacks_and_generators) {
  on_loop([]() -> coro<> {
    aio::context_var<int> var("v", 0);
    auto set = [&](int v) -> coro<> {
      var.set(v);
      co_return;
    };
    auto get = [&]() -> coro<int> { co_return var.get(); };
    co_await set(3);
    EXPECT_EQ(var.get(), 3);
    co_await aio::create_task(set(4));
    EXPECT_EQ(var.get(), 3);
    aio::context c = aio::copy_context();
    auto t = aio::create_task(set(5), {.context = c});
    EXPECT_EQ(t.get_context(), c);
    co_await t;
    EXPECT_EQ(co_await aio::create_task(get(), {.context = c}), 5);
    aio::context d;
    auto &loop = aio::get_running_loop();
    loop.call_soon_in(d, [&] { var.set(10); });
    loop.call_at_in(d, loop.time() + 1s, [&] { var.set(var.get() + 1); });
    co_await aio::sleep(2s);
    auto f = aio::create_future<void>();
    f.add_done_callback([&] { var.set(var.get() + 1); }, d);
    f.set_result();
    co_await ticks(1);
    EXPECT_EQ(d.get(var), 12);
    EXPECT_EQ(var.get(), 3);
    auto gen = [&]() -> aio::async_generator<int> {
      var.set(20);
      co_yield var.get();
      co_yield var.get();
    };
    auto g = gen();
    auto one = g.anext();
    EXPECT_EQ(*co_await one, 20);
    EXPECT_EQ(var.get(), 20);
    var.set(21);
    auto two = g.anext();
    EXPECT_EQ(*co_await two, 21);
    auto end = g.anext();
    EXPECT_FALSE(co_await end);
  });
}

// conformance: eager-002 eager-003 eager-004 eager-005 eager-007
TEST(eager, runs_to_the_first_suspension) {
  on_loop([]() -> coro<> {
    log_t log;
    const aio::task_options eager{.eager_start = true};
    const auto creator = aio::current_task();
    auto b = [&]() -> coro<> {
      log.push_back("b1");
      co_await aio::sleep(0s);
      log.push_back("b2");
    };
    task<> tb;
    auto a = [&]() -> coro<> {
      EXPECT_NE(aio::current_task(), creator);
      log.push_back("a1");
      tb = aio::create_task(b(), eager);
      log.push_back("a2");
      co_await aio::sleep(0s);
      log.push_back("a3");
    };
    auto t = aio::create_task(a(), eager);
    EXPECT_EQ(aio::current_task(), creator);
    log.push_back("creator");
    co_await t;
    EXPECT_EQ(log, (log_t{"a1", "b1", "a2", "creator", "b2", "a3"}));
    auto failed = aio::create_task(fail_now("E"), eager);
    EXPECT_TRUE(failed.done());
    EXPECT_EQ(text_of(failed.exception()), "E");
    auto self = [](bool waits) -> coro<> {
      aio::current_task().cancel();
      if (waits)
        co_await aio::sleep(10s);
    };
    auto returned = aio::create_task(self(false), eager);
    EXPECT_TRUE(returned.cancelled());
    auto waited = aio::create_task(self(true), eager);
    EXPECT_EQ(co_await ending(waited), "cancelled:");
    EXPECT_EQ(now(), 0);
  });
}

// conformance: eager-010 eager-011 eager-012 eager-013
TEST(eager, and_its_creator) {
  on_loop([]() -> coro<> {
    const aio::task_options eager{.eager_start = true};
    auto body = [&]() -> coro<std::string> {
      const auto me = aio::current_task();
      auto child = [&]() -> coro<> {
        me.cancel();
        co_return;
      };
      auto t = aio::create_task(child(), eager);
      auto again = co_await ending(t);
      co_return again + " " + co_await ending(sleeper(1));
    };
    EXPECT_EQ(co_await aio::create_task(body()), "value cancelled:");
    auto listed = [](const aio::any_task &t) {
      const auto all = aio::all_tasks();
      return std::find(all.begin(), all.end(), t) != all.end();
    };
    bool during = false;
    auto quick = [&]() -> coro<> {
      during = listed(aio::current_task());
      co_return;
    };
    auto q = aio::create_task(quick(), eager);
    EXPECT_TRUE(during);
    EXPECT_FALSE(listed(q));
    auto s = aio::create_task(sleeper(1), eager);
    EXPECT_TRUE(listed(s));
    aio::context_var<int> var("v", 0);
    auto writes = [&]() -> coro<> {
      var.set(1);
      co_return;
    };
    auto w = aio::create_task(writes(), eager);
    EXPECT_EQ(var.get(), 0);
    bool called = false;
    w.add_done_callback([&] { called = true; });
    EXPECT_FALSE(called);
    co_await ticks(1);
    EXPECT_TRUE(called);
    co_await s;
  });
}

// conformance: eager-015 eager-017 eager-018 eager-019
TEST(eager, factory_and_groups) {
  aio::testing::virtual_loop loop;
  loop.set_task_factory(aio::eager_task_factory);
  bool started = false;
  auto note = [&]() -> coro<> {
    started = true;
    co_return;
  };
  auto idle = loop.create_task(note());
  EXPECT_FALSE(started);
  auto main = [&]() -> coro<> {
    started = false;
    auto deferred = aio::create_task(note(), {.eager_start = false});
    EXPECT_FALSE(started);
    co_await deferred;
    started = false;
    auto now_ = aio::create_task(note());
    EXPECT_TRUE(started);
    log_t log;
    std::string text;
    auto body = [&](aio::task_group &tg) -> coro<> {
      tg.create_task(fail_now());
      log.push_back("not interrupted");
      tg.create_task(sleeper(1));
      co_await aio::sleep(10s);
      log.push_back("never");
    };
    text = co_await ending(aio::async_with(aio::task_group(), body));
    EXPECT_EQ(log, log_t{"not interrupted"});
    EXPECT_NE(text.find("TaskGroup"), std::string::npos);
    log.clear();
    auto &l = aio::get_running_loop();
    l.call_soon([&] { log.push_back("before"); });
    auto yields = [&]() -> coro<> {
      co_await aio::sleep(0s);
      log.push_back("task");
    };
    auto t = aio::create_task(yields());
    l.call_soon([&] { log.push_back("after"); });
    co_await t;
    EXPECT_EQ(log, (log_t{"before", "task", "after"}));
  };
  loop.run_until_complete(main());
}

TEST(eager, groups_hear_of_finished_children_in_the_next_pass) {
  aio::testing::virtual_loop loop;
  loop.set_task_factory(aio::eager_task_factory);
  auto main = [&]() -> coro<> {
    auto at_once = []() -> coro<int> { co_return 1; };
    {
      const soon ran;
      auto all = aio::gather(at_once(), at_once());
      EXPECT_TRUE(all.done());
      co_await all;
      EXPECT_FALSE(ran);
      task<int> child;
      auto body = [&](aio::task_group &tg) -> coro<> {
        child = tg.create_task(at_once());
        EXPECT_TRUE(child.done());
        co_return;
      };
      co_await aio::async_with(aio::task_group(), body);
      EXPECT_TRUE(ran);
      EXPECT_EQ(child.result(), 1);
    }
    // A task that is cancelled after its first step has begun already.
    log_t log;
    auto parks = [&]() -> coro<> {
      log.push_back("begun");
      co_await aio::sleep(10s);
    };
    auto t = aio::create_task(parks());
    t.cancel();
    EXPECT_FALSE(t.done());
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_EQ(log, log_t{"begun"});
    // With an explicit context, the writes of the first step stay there.
    aio::context_var<int> var("v", 0);
    auto writes = [&]() -> coro<> {
      var.set(var.get() + 1);
      co_return;
    };
    const aio::context mine;
    co_await aio::create_task(writes(), {.context = mine});
    co_await aio::create_task(writes(), {.context = mine});
    EXPECT_EQ(mine.get(var), 2);
    EXPECT_EQ(var.get(), 0);
  };
  loop.run_until_complete(main());
}

namespace {
coro<> tree(int depth, int width) {
  if (depth == 0)
    co_return;
  std::vector<coro<>> children;
  for (int i = 0; i < width; ++i)
    children.push_back(tree(depth - 1, width));
  co_await aio::gather(children);
}
struct counter : aio::instrument {
  int first_steps = 0;
  void task_scheduled(aio::detail::task_core &t) override { first_steps += t.started() ? 0 : 1; }
};
} // namespace

// conformance: eager-020
TEST(eager, a_tree_that_never_suspends_is_not_scheduled) {
  for (bool eager : {true, false}) {
    aio::testing::virtual_loop loop;
    auto counts = std::make_shared<counter>();
    auto main = [&]() -> coro<> {
      if (eager)
        aio::get_running_loop().set_task_factory(aio::eager_task_factory);
      aio::get_running_loop().add_instrument(counts);
      co_await tree(4, 5);
    };
    loop.run_until_complete(main());
    // 5 + 25 + 125 + 625 children; asyncio's figure counts the root as well.
    EXPECT_EQ(counts->first_steps, eager ? 0 : 780);
  }
}
