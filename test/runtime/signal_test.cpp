// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Signal handlers of the loop.
#include "support.h"

#include <csignal>

#include <unistd.h>

namespace {

bool is_default(int signal) {
  struct sigaction now{};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler == SIG_DFL;
}

template <class F> auto on_real_loop(F body) { return aio::run(body()); }

} // namespace

// conformance: signals-002
TEST(signals, wake_a_loop_that_waits) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    auto arrived = aio::create_future<int>();
    loop.add_signal_handler(SIGUSR1, [&](int n) { arrived.set_result(n); }, 7);
    // The only other thing that could end this wait is an hour away.
    auto far = loop.call_later(1h, [] { ADD_FAILURE(); });
    auto sender = aio::create_task(aio::to_thread([] { ::kill(::getpid(), SIGUSR1); }));
    EXPECT_EQ(co_await arrived, 7);
    co_await sender;
    far.cancel();
    EXPECT_TRUE(loop.remove_signal_handler(SIGUSR1));
  });
}

TEST(signals, come_every_time_in_the_handlers_context) {
  on_real_loop([]() -> coro<> {
    static aio::context_var<int> number("number", 0);
    auto &loop = aio::get_running_loop();
    number.set(3);
    std::vector<int> seen;
    loop.add_signal_handler(SIGUSR1, [&] { seen.push_back(number.get()); });
    number.set(4);
    ::raise(SIGUSR1);
    co_await ticks(2);
    ::raise(SIGUSR1);
    co_await ticks(2);
    EXPECT_EQ(seen, (std::vector<int>{3, 3}));
  });
  EXPECT_TRUE(is_default(SIGUSR1));
}

// As in asyncio: signals that the kernel did not merge are not merged, and are handled in the order of arrival.
TEST(signals, are_handled_in_their_order_and_as_often_as_they_came) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    std::string came;
    loop.add_signal_handler(SIGUSR1, [&] { came += '1'; });
    loop.add_signal_handler(SIGUSR2, [&] { came += '2'; });
    for (const int signal : {SIGUSR2, SIGUSR1, SIGUSR1, SIGUSR2})
      ::raise(signal);
    co_await ticks(2);
    EXPECT_EQ(came, "2112");
    // Signals beyond the capacity of the ring are dropped.
    came.clear();
    for (int i = 0; i < 1000; ++i)
      ::raise(SIGUSR1);
    co_await ticks(2);
    EXPECT_EQ(came, std::string(came.size(), '1'));
    EXPECT_GE(came.size(), 64U);
    ::raise(SIGUSR2);
    ::raise(SIGUSR1);
    EXPECT_TRUE(loop.remove_signal_handler(SIGUSR1));
    came.clear();
    co_await ticks(2);
    EXPECT_EQ(came, "2");
    EXPECT_TRUE(loop.remove_signal_handler(SIGUSR2));
  });
}

// conformance: signals-003
TEST(signals, removal_restores_the_default) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    EXPECT_FALSE(loop.remove_signal_handler(SIGUSR2));
    loop.add_signal_handler(SIGUSR2, [] {});
    EXPECT_FALSE(is_default(SIGUSR2));
    EXPECT_TRUE(loop.remove_signal_handler(SIGUSR2));
    EXPECT_TRUE(is_default(SIGUSR2));
    EXPECT_FALSE(loop.remove_signal_handler(SIGUSR2));
    co_return;
  });
}

// conformance: signals-004
TEST(signals, refuse_numbers_that_are_none) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    for (int number : {0, -1, 1000}) {
      EXPECT_THROW(loop.add_signal_handler(number, [] {}), aio::value_error);
      EXPECT_THROW(loop.remove_signal_handler(number), aio::value_error);
    }
    co_return;
  });
}

// conformance: signals-005
TEST(signals, some_cannot_be_caught) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    EXPECT_THROW(loop.add_signal_handler(SIGKILL, [] {}), aio::runtime_error);
    EXPECT_FALSE(loop.remove_signal_handler(SIGKILL));
    co_return;
  });
}

// conformance: signals-007
TEST(signals, a_second_handler_replaces_the_first) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    log_t log;
    loop.add_signal_handler(SIGUSR1, [&] { log.push_back("first"); });
    loop.add_signal_handler(SIGUSR1, [&] { log.push_back("second"); });
    ::raise(SIGUSR1);
    co_await ticks(2);
    EXPECT_EQ(log, log_t{"second"});
  });
}

TEST(signals, a_failing_handler_is_reported) {
  on_real_loop([]() -> coro<> {
    auto &loop = aio::get_running_loop();
    reports seen(loop);
    loop.add_signal_handler(SIGUSR1, [] { throw test_error("handler"); });
    ::raise(SIGUSR1);
    co_await ticks(2);
    EXPECT_EQ(seen.errors, log_t{"handler"});
  });
}

TEST(signals, belong_to_one_loop) {
  aio::event_loop first;
  aio::event_loop second;
  first.add_signal_handler(SIGUSR1, [] {});
  EXPECT_THROW(second.add_signal_handler(SIGUSR1, [] {}), aio::runtime_error);
  first.close();
  EXPECT_TRUE(is_default(SIGUSR1));
  second.add_signal_handler(SIGUSR1, [] {});
}

TEST(signals, the_runner_gets_interrupts_back) {
  bool handled = false;
  EXPECT_THROW(on_real_loop([&]() -> coro<> {
                 auto &loop = aio::get_running_loop();
                 loop.add_signal_handler(SIGINT, [&] { handled = true; });
                 ::raise(SIGINT);
                 co_await ticks(2);
                 EXPECT_TRUE(handled);
                 loop.remove_signal_handler(SIGINT);
                 ::raise(SIGINT);
                 co_await ticks(3);
                 ADD_FAILURE();
               }),
               aio::keyboard_interrupt);
  EXPECT_TRUE(is_default(SIGINT));
}
