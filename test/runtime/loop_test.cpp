// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop: order, timers, errors, life cycle, descriptors, threads.
#include "support.h"

#include <latch>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

// conformance: loop-001 loop-002
TEST(loop, runs_callbacks_in_order_and_only_those_present) {
  aio::testing::virtual_loop loop;
  log_t log;
  loop.call_soon([&](int a, std::string b) { log.push_back(std::to_string(a) + b); }, 1, "x");
  loop.call_soon([&] {
    log.push_back("2");
    loop.call_soon([&] { log.push_back("4"); });
  });
  loop.call_soon([&] { log.push_back("3"); });
  loop.run_once();
  EXPECT_EQ(log, (log_t{"1x", "2", "3"}));
  loop.run_once();
  EXPECT_EQ(log.size(), 4U);
}

TEST(loop, a_cancelled_callback_lets_go_of_what_it_captured) {
  aio::testing::virtual_loop loop;
  auto thing = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = thing;
  auto ready = loop.call_soon([thing] { ADD_FAILURE(); });
  auto timer = loop.call_later(1s, [thing] { ADD_FAILURE(); });
  auto mail = loop.call_soon_threadsafe([thing] { ADD_FAILURE(); });
  thing.reset();
  for (aio::handle *h : {&ready, &timer, &mail}) {
    EXPECT_FALSE(seen.expired());
    h->cancel();
    h->cancel();
    EXPECT_TRUE(h->cancelled());
  }
  EXPECT_TRUE(seen.expired());
  loop.run_once();
}

TEST(loop, stopped_before_it_runs_makes_one_pass) {
  aio::testing::virtual_loop loop;
  log_t log;
  loop.call_soon([&] {
    log.push_back("a");
    loop.call_soon([&] { log.push_back("c"); });
  });
  loop.call_soon([&] { log.push_back("b"); });
  loop.stop();
  loop.run_forever();
  EXPECT_EQ(log, (log_t{"a", "b"}));
  EXPECT_FALSE(loop.is_running());
  // A second stop in a pass has no effect; callbacks queued behind it in the same pass run.
  loop.call_soon([&] { loop.stop(); });
  loop.call_soon([&] { log.push_back("d"); });
  loop.run_forever();
  EXPECT_EQ(log, (log_t{"a", "b", "c", "d"}));
}

// conformance: loop-005 loop-006
TEST(loop, exception_handlers) {
  aio::testing::virtual_loop loop;
  log_t log;
  loop.set_exception_handler([&](aio::event_loop &l, const aio::exception_context &c) {
    EXPECT_EQ(&l, &loop);
    log.push_back(text_of(c.exception));
  });
  loop.call_soon([] { throw test_error("E"); });
  loop.run_once();
  EXPECT_EQ(log, log_t{"E"});
  loop.set_exception_handler([](aio::event_loop &, const aio::exception_context &) { throw test_error("handler"); });
  bool ran = false;
  loop.call_soon([] { throw test_error("F"); });
  loop.call_soon([&] { ran = true; });
  testing::internal::CaptureStderr();
  loop.run_once();
  loop.set_exception_handler({});
  loop.call_soon([] { throw test_error("G"); });
  loop.run_once();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(ran);
  EXPECT_NE(text.find("handler"), std::string::npos);
  EXPECT_NE(text.find("test_error: G"), std::string::npos);
}

TEST(loop, the_handler_is_told_what_failed_and_where_it_was_made) {
  std::vector<aio::exception_context> told;
  on_loop([&]() -> coro<> {
    auto &loop = aio::get_running_loop();
    EXPECT_EQ(aio::running_loop_or_null(), &loop);
    loop.set_exception_handler(
        [&](aio::event_loop &, const aio::exception_context &context) { told.push_back(context); });
    const unsigned line = std::source_location::current().line() + 1;
    aio::create_future<int>().set_exception(test_error("nobody reads it"));
    loop.call_soon([] { throw test_error("callback"); });
    co_await ticks(1);
    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].message, "Future exception was never retrieved");
    EXPECT_EQ(told[0].source, "future");
    EXPECT_EQ(told[0].created.line(), line);
    EXPECT_EQ(text_of(told[0].exception), "nobody reads it");
    EXPECT_EQ(told[1].created.line(), 0U);
    EXPECT_EQ(text_of(told[1].exception), "callback");
    told.clear();
  });
  EXPECT_EQ(aio::running_loop_or_null(), nullptr);
}

// conformance: loop-007
TEST(loop, the_handler_runs_in_the_context_of_the_failure) {
  aio::testing::virtual_loop loop;
  aio::context_var<int> var("v", 0);
  std::vector<int> seen;
  loop.set_exception_handler([&](aio::event_loop &, const aio::exception_context &) { seen.push_back(var.get()); });
  loop.call_soon([&] {
    var.set(1);
    throw test_error("E");
  });
  loop.run_once();
  auto body = [&]() -> coro<> {
    var.set(2);
    throw test_error("F");
    co_return;
  };
  static_cast<void>(loop.create_task(body()));
  passes(loop, 2);
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  EXPECT_EQ(var.get(), 0);
}

// conformance: loop-011 loop-012 loop-013
TEST(loop, run_until_complete) {
  aio::testing::virtual_loop loop, other;
  auto f = loop.create_future<int>();
  f.set_result(3);
  bool ran = false;
  loop.call_soon([&] { ran = true; });
  EXPECT_EQ(loop.run_until_complete(f), 3);
  EXPECT_TRUE(ran);
  auto g = loop.create_future<int>();
  loop.call_soon([&] { loop.stop(); });
  EXPECT_THROW(loop.run_until_complete(g), aio::runtime_error);
  EXPECT_FALSE(g.done());
  loop.call_soon([&] { g.set_result(4); });
  EXPECT_EQ(loop.run_until_complete(g), 4);
  EXPECT_THROW(other.run_until_complete(g), aio::value_error);
}

// conformance: loop-015 loop-016 loop-017
TEST(loop, does_not_nest) {
  aio::testing::virtual_loop loop, other;
  EXPECT_THROW(aio::get_running_loop(), aio::runtime_error);
  int refused = 0;
  loop.call_soon([&] {
    EXPECT_EQ(&aio::get_running_loop(), &loop);
    for (aio::event_loop *l : {static_cast<aio::event_loop *>(&loop), static_cast<aio::event_loop *>(&other)}) {
      try {
        l->run_forever();
      } catch (const aio::runtime_error &) {
        ++refused;
      }
      try {
        l->run_until_complete(sleeper(0));
      } catch (const aio::runtime_error &) {
        ++refused;
      }
    }
    EXPECT_EQ(&aio::get_running_loop(), &loop);
    EXPECT_THROW(loop.close(), aio::runtime_error);
  });
  warnings quiet;
  loop.run_once();
  EXPECT_EQ(refused, 4);
}

// conformance: loop-018 loop-019
TEST(loop, closed) {
  aio::testing::virtual_loop loop;
  bool ran = false;
  auto set = [&] { ran = true; };
  loop.call_soon(set);
  loop.call_later(1s, set);
  EXPECT_FALSE(loop.is_closed());
  loop.close();
  EXPECT_TRUE(loop.is_closed());
  loop.close();
  EXPECT_FALSE(ran);
  EXPECT_THROW(loop.run_forever(), aio::runtime_error);
  EXPECT_THROW(loop.run_until_complete(sleeper(0)), aio::runtime_error);
  EXPECT_THROW(loop.call_soon(set), aio::runtime_error);
  EXPECT_THROW(loop.call_later(1s, set), aio::runtime_error);
  EXPECT_THROW(loop.call_at(loop.time(), set), aio::runtime_error);
  EXPECT_THROW(loop.call_soon_threadsafe(set), aio::runtime_error);
  EXPECT_THROW(loop.create_task(sleeper(0)), aio::runtime_error);
  EXPECT_THROW(loop.run_in_executor(nullptr, [] {}), aio::runtime_error);
}

// conformance: loop-020
TEST(loop, an_exit_exception_leaves_at_once) {
  aio::testing::virtual_loop loop;
  bool ran = false;
  loop.call_soon([] { throw aio::system_exit(3); });
  loop.call_soon([&] {
    ran = true;
    loop.stop();
  });
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  EXPECT_FALSE(ran);
  EXPECT_FALSE(loop.is_running());
  loop.run_forever();
  EXPECT_TRUE(ran);
}

// conformance: loop-022 loop-023
TEST(loop, watches_descriptors) {
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  aio::testing::virtual_loop loop;
  int calls = 0;
  loop.add_reader(fds[0], [&] { ++calls; });
  passes(loop, 1);
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(::write(fds[1], "x", 1), 1);
  passes(loop, 3);
  EXPECT_EQ(calls, 3);
  log_t log;
  loop.add_reader(fds[0], [&] { log.push_back("io"); });
  loop.call_at(loop.time(), [&] { log.push_back("timer"); });
  loop.call_soon([&] { log.push_back("ready"); });
  loop.run_once();
  EXPECT_EQ(log, (log_t{"ready", "io", "timer"}));
  EXPECT_TRUE(loop.remove_reader(fds[0]));
  EXPECT_FALSE(loop.remove_reader(fds[0]));
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST(loop, refuses_what_cannot_be_watched_and_forgets_what_was_closed) {
  aio::testing::virtual_loop loop;
  EXPECT_THROW(loop.add_reader(-1, [] {}), aio::value_error);
  EXPECT_THROW(loop.add_writer(1 << 20, [] {}), std::system_error);
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  std::string seen;
  loop.add_reader(fds[0], [&](const std::string &text) { seen += text; }, "old");
  // Closed while it is watched; the next file gets its number.
  const int number = fds[0];
  ::close(fds[0]);
  ::close(fds[1]);
  ASSERT_EQ(::pipe(fds), 0);
  ASSERT_EQ(fds[0], number);
  loop.add_reader(fds[0], [&](const std::string &text) { seen += text; }, "new");
  ASSERT_EQ(::write(fds[1], "x", 1), 1);
  passes(loop, 1);
  EXPECT_EQ(seen, "new");
  EXPECT_TRUE(loop.remove_reader(fds[0]));
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST(loop, gives_what_a_future_ended_with) {
  aio::testing::virtual_loop loop;
  reports seen(loop);
  auto failed = loop.create_future<int>();
  failed.set_exception(std::make_exception_ptr(test_error("E")));
  EXPECT_THROW(loop.run_until_complete(failed), test_error);
  auto cancelled = loop.create_future<void>();
  cancelled.cancel("why");
  EXPECT_EQ(text_of([&] {
              try {
                loop.run_until_complete(cancelled);
              } catch (...) {
                return std::current_exception();
              }
              return std::exception_ptr();
            }()),
            "cancelled:why");
  EXPECT_THROW(loop.run_until_complete(fail_now()), test_error);
  failed = {};
  EXPECT_EQ(seen.count(), 0U);
}

TEST(loop, a_stop_before_the_run_ends_a_run_until_complete_early) {
  aio::testing::virtual_loop loop;
  reports seen(loop);
  bool began = false;
  const auto main = [&]() -> coro<> {
    began = true;
    co_await aio::sleep(1s);
  };
  loop.stop();
  EXPECT_THROW(loop.run_until_complete(main()), aio::runtime_error);
  EXPECT_TRUE(began);
  EXPECT_FALSE(loop.is_running());
  // The stop was used by the run before.
  loop.run_until_complete(sleeper(2));
  EXPECT_EQ(loop.elapsed(), 2s);
  EXPECT_EQ(seen.count(), 0U);
}

TEST(loop, an_exit_from_wherever_it_comes_leaves_at_once) {
  aio::testing::virtual_loop loop;
  std::vector<std::string> told;
  int ran = 0;
  const auto behind_it = [&] {
    ++ran;
    loop.stop();
  };
  // From a task, which stores it.
  auto leaving = []() -> coro<> {
    throw aio::keyboard_interrupt();
    co_return;
  };
  auto t = loop.create_task(leaving());
  loop.call_soon(behind_it);
  EXPECT_THROW(loop.run_forever(), aio::keyboard_interrupt);
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(t.exception());
  EXPECT_EQ(ran, 0);
  loop.run_forever();
  EXPECT_EQ(ran, 1);
  // From a done callback.
  auto f = loop.create_future<void>();
  f.add_done_callback([] { throw aio::system_exit(1); });
  f.set_result();
  loop.call_soon(behind_it);
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  loop.run_forever();
  EXPECT_EQ(ran, 2);
  // From the handler of exceptions.
  loop.set_exception_handler([](aio::event_loop &, const aio::exception_context &) { throw aio::system_exit(2); });
  loop.call_soon([] { throw test_error("E"); });
  loop.call_soon(behind_it);
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  EXPECT_EQ(ran, 2);
  loop.run_forever();
  EXPECT_EQ(ran, 3);
  // From a timer and from a watched descriptor.
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  ASSERT_EQ(::write(fds[1], "x", 1), 1);
  loop.call_later(1s, [] { throw aio::system_exit(3); });
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  loop.add_reader(fds[0], [] { throw aio::system_exit(4); });
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  EXPECT_THROW(loop.run_forever(), aio::system_exit);
  EXPECT_TRUE(loop.remove_reader(fds[0]));
  ::close(fds[0]);
  ::close(fds[1]);
}

TEST(loop, a_context_without_a_message_gets_one) {
  aio::testing::virtual_loop loop;
  testing::internal::CaptureStderr();
  loop.call_exception_handler({});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "aio: error: Unhandled exception in event loop\n");
}

TEST(loop, a_handler_can_be_asked_for_and_can_hand_on_to_the_default_one) {
  aio::testing::virtual_loop loop;
  EXPECT_FALSE(loop.get_exception_handler());
  loop.set_exception_handler([](aio::event_loop &l, const aio::exception_context &c) {
    l.set_exception_handler({});
    aio::event_loop::default_exception_handler(l, {"mine: " + c.message, c.exception});
  });
  EXPECT_TRUE(loop.get_exception_handler());
  testing::internal::CaptureStderr();
  loop.call_later(1s, [] { throw test_error("E"); });
  loop.run_once();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.rfind("aio: error: mine: Exception in callback", 0), 0U) << text;
  EXPECT_FALSE(loop.get_exception_handler());
}

TEST(loop, descriptors_that_change_while_they_are_served) {
  aio::testing::virtual_loop loop;
  reports seen(loop);
  int fds[2];
  int other[2];
  ASSERT_EQ(::pipe(fds), 0);
  ASSERT_EQ(::pipe(other), 0);
  ASSERT_EQ(::write(fds[1], "x", 1), 1);
  ASSERT_EQ(::write(other[1], "x", 1), 1);
  // The first callback removes the other one, which then does not run in the same pass.
  int served = 0;
  loop.add_reader(fds[0], [&] {
    ++served;
    loop.remove_reader(other[0]);
  });
  loop.add_reader(other[0], [&] {
    ++served;
    loop.remove_reader(fds[0]);
  });
  passes(loop, 1);
  EXPECT_EQ(served, 1);
  EXPECT_NE(loop.remove_reader(fds[0]), loop.remove_reader(other[0]));
  // A callback that replaces itself.
  log_t log;
  loop.add_reader(fds[0], [&] {
    log.push_back("1");
    loop.add_reader(fds[0], [&] { log.push_back("2"); });
  });
  passes(loop, 3);
  EXPECT_EQ(log, (log_t{"1", "2", "2"}));
  // A callback that fails is reported each time, and stays.
  loop.add_reader(fds[0], [] { throw test_error("E"); });
  passes(loop, 2);
  EXPECT_EQ(seen.errors, (log_t{"E", "E"}));
  EXPECT_TRUE(loop.remove_reader(fds[0]));
  // A writer and a reader of the same descriptor are independent.
  int sockets[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  int reads = 0;
  int writes = 0;
  loop.add_reader(sockets[0], [&] { ++reads; });
  loop.add_writer(sockets[0], [&] { ++writes; });
  passes(loop, 2);
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(writes, 2);
  EXPECT_TRUE(loop.remove_writer(sockets[0]));
  EXPECT_FALSE(loop.remove_writer(sockets[0]));
  ASSERT_EQ(::write(sockets[1], "x", 1), 1);
  passes(loop, 2);
  EXPECT_EQ(reads, 2);
  EXPECT_EQ(writes, 2);
  EXPECT_TRUE(loop.remove_reader(sockets[0]));
  for (int *pair : {fds, other, sockets}) {
    ::close(pair[0]);
    ::close(pair[1]);
  }
}

TEST(loop, handles_after_their_run) {
  aio::testing::virtual_loop loop;
  auto soon = loop.call_soon([] {});
  auto timer = loop.call_later(1s, [] {});
  EXPECT_EQ(timer.when(), loop.time() + 1s);
  loop.run_once();
  loop.run_once();
  for (aio::handle *h : {&soon, &timer}) {
    EXPECT_FALSE(h->cancelled());
    h->cancel();
    EXPECT_TRUE(h->cancelled());
  }
}

TEST(timers, one_that_is_due_can_still_be_cancelled) {
  aio::testing::virtual_loop loop;
  log_t log;
  aio::timer_handle timer;
  aio::handle ready;
  loop.call_later(1s, [&] {
    log.push_back("first");
    timer.cancel();
  });
  timer = loop.call_later(1s, [&] { log.push_back("second"); });
  loop.call_soon([&] {
    log.push_back("soon");
    ready.cancel();
  });
  ready = loop.call_soon([&] { log.push_back("cancelled"); });
  loop.run_once();
  loop.run_once();
  passes(loop, 2);
  EXPECT_EQ(log, (log_t{"soon", "first"}));
  EXPECT_TRUE(timer.cancelled());
}

// conformance: call_later-001 call_later-002 call_later-003 call_later-004 call_later-005 call_later-006
TEST(timers, order) {
  aio::testing::virtual_loop loop;
  log_t log;
  const auto note = [&](std::string s) { log.push_back(s + "@" + std::to_string(loop.elapsed() / 1ms)); };
  loop.call_later(100ms, note, "a");
  loop.run_once();
  EXPECT_EQ(log, log_t{"a@100"});
  log.clear();
  loop.call_later(1s, [&] {
    note("1");
    loop.advance(5s);
  });
  loop.call_later(3s, note, "3");
  loop.call_later(2s, note, "2");
  loop.run_once();
  loop.run_once();
  EXPECT_EQ(log, (log_t{"1@1100", "2@6100", "3@6100"}));
  log.clear();
  loop.call_soon([&] {
    loop.call_later(-1s, note, "-1");
    loop.call_later(-2s, note, "-2");
  });
  loop.run_once();
  EXPECT_TRUE(log.empty());
  loop.run_once();
  EXPECT_EQ(log, (log_t{"-2@6100", "-1@6100"}));
  log.clear();
  loop.call_at(loop.time() - 1s, note, "past");
  loop.call_soon(note, "soon");
  loop.run_once();
  EXPECT_EQ(log, (log_t{"soon@6100", "past@6100"}));
  log.clear();
  loop.call_later(2s, note, "t2");
  loop.call_later(1s, note, "t1");
  loop.call_soon([&] {
    loop.advance(3s);
    loop.call_soon(note, "x");
  });
  loop.run_once();
  loop.run_once();
  EXPECT_EQ(log, (log_t{"x@9100", "t1@9100", "t2@9100"}));
  log.clear();
  for (int i = 0; i < 20; ++i)
    loop.call_later(1s, [&, i] { log.push_back(std::to_string(i)); });
  loop.run_once();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(log[static_cast<std::size_t>(i)], std::to_string(i));
}

// conformance: call_later-009 call_later-011 call_later-012 call_later-014
TEST(timers, sleeping) {
  on_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    loop.call_later(100s, [] {}).cancel();
    co_await aio::sleep(1s);
    EXPECT_EQ(now(), 1);
    EXPECT_EQ(loop.timer_count(), 0U);
    log_t log;
    loop.call_later(1s, [&] {
      log.push_back("timer");
      loop.call_soon([&] { log.push_back("next pass"); });
    });
    co_await aio::sleep(1s);
    // The callback ran in the pass of the deadline, this task one pass later: after what the callback had queued.
    EXPECT_EQ(log, (log_t{"timer", "next pass"}));
    bool ran = false;
    loop.call_soon([&] { ran = true; });
    co_await aio::sleep(0s);
    EXPECT_TRUE(ran);
    EXPECT_EQ(co_await aio::sleep(2s, std::string("value")), "value");
    EXPECT_EQ(now(), 4);
  });
}

// conformance: call_later-015 call_later-016 call_later-017
TEST(timers, odd_sleeps) {
  on_loop([]() -> coro<> {
    EXPECT_THROW(static_cast<void>(aio::sleep(std::chrono::duration<double>(std::nan("")))), aio::value_error);
    log_t log;
    auto body = [&](int s) -> coro<> {
      co_await aio::sleep(std::chrono::seconds(s));
      log.push_back(std::to_string(s));
    };
    co_await aio::gather(body(3), body(1), body(2));
    EXPECT_EQ(log, (log_t{"1", "2", "3"}));
    EXPECT_EQ(now(), 3);
    auto t = aio::create_task(sleeper(1));
    aio::get_running_loop().call_later(1s, [&] { t.cancel(); });
    EXPECT_EQ(co_await ending(t), "cancelled:");
  });
}

// conformance: threadsafe-001 threadsafe-003
TEST(threadsafe, wakes_the_loop) {
  aio::event_loop loop;
  std::thread::id where;
  bool never = false;
  std::thread early([&] {
    auto h = loop.call_soon_threadsafe([&] { never = true; });
    h.cancel();
    EXPECT_TRUE(h.cancelled());
  });
  early.join();
  std::thread other([&] {
    loop.call_soon_threadsafe([&] {
      where = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.call_later(1h, [] {});
  loop.run_forever();
  other.join();
  EXPECT_EQ(where, std::this_thread::get_id());
  EXPECT_TRUE(!never);
}

// conformance: threadsafe-002 threadsafe-005
TEST(threadsafe, from_the_own_thread) {
  aio::testing::virtual_loop loop;
  log_t log;
  aio::handle self;
  loop.call_soon_threadsafe([&] { log.push_back("1"); });
  loop.call_soon([&] { log.push_back("2"); });
  self = loop.call_soon_threadsafe([&] {
    self.cancel();
    log.push_back("3");
  });
  loop.run_once();
  EXPECT_EQ(log, (log_t{"1", "2", "3"}));
  EXPECT_TRUE(self.cancelled());
}

// conformance: threadsafe-007 threadsafe-009 threadsafe-010 threadsafe-011
TEST(threadsafe, run_coroutine_threadsafe) {
  aio::event_loop loop;
  reports seen(loop);
  std::thread other([&] {
    auto a = aio::run_coroutine_threadsafe(fail_now("E"), loop);
    EXPECT_THROW(a.get(), test_error);
    auto ok = aio::run_coroutine_threadsafe(value_after(5, 0), loop);
    EXPECT_EQ(ok.get(), 5);
    auto self_cancel = []() -> coro<> {
      aio::current_task().cancel();
      co_await aio::sleep(1h);
    };
    auto b = aio::run_coroutine_threadsafe(self_cancel(), loop);
    EXPECT_THROW(b.get(), aio::cancelled_error);
    EXPECT_TRUE(b.cancelled());
    std::latch started(1), cancelled(1);
    auto parked = [&]() -> coro<> {
      started.count_down();
      try {
        co_await aio::sleep(1h);
      } catch (const aio::cancelled_error &) {
        cancelled.count_down();
        throw;
      }
    };
    auto c = aio::run_coroutine_threadsafe(parked(), loop);
    started.wait();
    EXPECT_TRUE(c.cancel());
    cancelled.wait();
    loop.call_soon_threadsafe(
        [&] { loop.set_task_factory([](aio::event_loop &, aio::task_options &) { throw test_error("factory"); }); });
    auto d = aio::run_coroutine_threadsafe(fail_now(), loop);
    EXPECT_THROW(d.get(), test_error);
    loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  loop.run_forever();
  other.join();
  EXPECT_EQ(seen.errors, log_t{"factory"});
}

// conformance: executor-001 to_thread-001 to_thread-003 to_thread-004
TEST(executor, runs_functions_in_threads) {
  auto main = []() -> coro<> {
    const auto me = std::this_thread::get_id();
    auto where = aio::get_running_loop().run_in_executor(nullptr, [] { return std::this_thread::get_id(); });
    EXPECT_NE(co_await where, me);
    EXPECT_EQ(std::this_thread::get_id(), me);
    // A plain function can run on two kinds of executors; nullptr is the default one.
    EXPECT_NE(co_await aio::get_running_loop().run_in_executor(nullptr, std::this_thread::get_id), me);
    std::atomic<int> calls{0};
    EXPECT_EQ(co_await aio::to_thread(
                  [&](int a, std::string b) {
                    ++calls;
                    return b + std::to_string(a);
                  },
                  1, "x"),
              "x1");
    EXPECT_EQ(calls, 1);
    std::vector<coro<>> ten;
    for (int i = 0; i < 10; ++i)
      ten.push_back(aio::to_thread([&] { ++calls; }));
    co_await aio::gather(ten);
    EXPECT_EQ(calls, 11);
    aio::context_var<int> var("v");
    var.set(8);
    EXPECT_EQ(co_await aio::to_thread([&] { return var.get(); }), 8);
    EXPECT_EQ(co_await ending(aio::to_thread([] { throw test_error("T"); })), "T");
  };
  aio::run(main());
}

// conformance: executor-002 executor-004 to_thread-006
TEST(executor, cancellation) {
  auto main = []() -> coro<> {
    auto &loop = aio::get_running_loop();
    aio::thread_pool_executor pool(1);
    std::latch started(1), go(1);
    std::atomic<bool> finished{false}, never{false};
    auto running = loop.run_in_executor(&pool, [&] {
      started.count_down();
      go.wait();
      finished = true;
      return 1;
    });
    auto queued = loop.run_in_executor(&pool, [&] { never = true; });
    auto waiting = [&]() -> coro<> { co_await running; };
    auto t = aio::create_task(waiting());
    co_await aio::sleep(0s);
    started.wait();
    queued.cancel();
    t.cancel();
    EXPECT_EQ(co_await ending(t), "cancelled:");
    EXPECT_FALSE(finished);
    go.count_down();
    pool.shutdown(true);
    EXPECT_TRUE(finished);
    EXPECT_FALSE(never);
  };
  aio::run(main());
}

// conformance: executor-003 executor-007
TEST(executor, closing_the_loop_first) {
  std::latch go(1), started(1), done(1);
  {
    aio::event_loop loop;
    auto f = loop.run_in_executor(nullptr, [&] {
      started.count_down();
      go.wait();
      done.count_down();
    });
    started.wait();
    f.cancel();
    loop.run_once();
    loop.close();
  }
  go.count_down();
  done.wait();
}
