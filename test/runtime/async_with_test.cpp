// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async_with and context managers that a program writes itself: classes with aenter and aexit.
#include "support.h"

namespace {

/// Logs its entry and exit, which take a second each.
class resource {
public:
  explicit resource(log_t &log, bool suppresses = false) : log_(&log), suppresses_(suppresses) {}
  coro<int> aenter() {
    co_await aio::sleep(1s);
    log_->push_back("enter");
    co_return 42;
  }
  coro<bool> aexit(std::exception_ptr error) {
    co_await aio::sleep(1s);
    log_->push_back("exit " + text_of(error));
    co_return suppresses_;
  }

private:
  log_t *log_;
  bool suppresses_;
};
/// Gives nothing, and its exit fails.
struct bad_exit {
  coro<> aenter() { co_return; }
  coro<bool> aexit(std::exception_ptr error) { // NOLINT(performance-unnecessary-value-param)
    throw test_error("exit after " + text_of(error));
    co_return false;
  }
};
struct bad_entry {
  bool &left;
  coro<> aenter() {
    throw test_error("entry");
    co_return;
  }
  coro<bool> aexit(std::exception_ptr) {
    left = true;
    co_return false;
  }
};

} // namespace

TEST(async_with, of_a_class_gives_the_body_what_the_entry_gave) {
  on_loop([]() -> coro<> {
    log_t log;
    const int result = co_await aio::async_with(resource(log), [&](int value) -> coro<int> {
      log.push_back("body");
      co_return value + 1;
    });
    EXPECT_EQ(result, 43);
    EXPECT_EQ(log, (log_t{"enter", "body", "exit none"}));
    EXPECT_EQ(now(), 2);
    // A manager that is an lvalue stays usable; a body need not take the value.
    log.clear();
    resource kept(log);
    for (int i = 0; i < 2; ++i)
      co_await aio::async_with(kept, [&]() -> coro<> { co_return; });
    EXPECT_EQ(log, (log_t{"enter", "exit none", "enter", "exit none"}));
  });
}

TEST(async_with, of_a_class_leaves_by_its_exit_in_every_case) {
  on_loop([]() -> coro<> {
    log_t log;
    const auto fails = []() -> coro<> { co_await fail_now("E"); };
    EXPECT_EQ(co_await ending(aio::async_with(resource(log), fails)), "E");
    EXPECT_EQ(co_await ending(aio::async_with(resource(log, true), fails)), "value");
    EXPECT_EQ(log, (log_t{"enter", "exit E", "enter", "exit E"}));
    // A cancellation reaches the exit, which may await, and is then thrown.
    log.clear();
    auto waits = aio::create_task(aio::async_with(resource(log), []() -> coro<> { co_await aio::sleep(1h); }));
    co_await aio::sleep(2s);
    waits.cancel("stop");
    EXPECT_EQ(co_await ending(waits), "cancelled:stop");
    EXPECT_EQ(log, (log_t{"enter", "exit cancelled:stop"}));
    // If the entry is cancelled, there is no exit.
    log.clear();
    auto enters = aio::create_task(aio::async_with(resource(log), []() -> coro<> { co_return; }));
    co_await ticks(1);
    enters.cancel();
    EXPECT_EQ(co_await ending(enters), "cancelled:");
    EXPECT_EQ(log, log_t{});
  });
}

TEST(async_with, failing_entries_and_exits) {
  on_loop([]() -> coro<> {
    bool left = false;
    EXPECT_EQ(co_await ending(aio::async_with(bad_entry{left}, []() -> coro<> { co_return; })), "entry");
    EXPECT_FALSE(left);
    // The exit's exception replaces the body's.
    EXPECT_EQ(co_await ending(aio::async_with(bad_exit(), []() -> coro<> { co_return; })), "exit after none");
    EXPECT_EQ(co_await ending(aio::async_with(bad_exit(), []() -> coro<> { co_await fail_now("E"); })), "exit after E");
    // A body that failed has no value, even if the exit suppresses its exception.
    log_t log;
    EXPECT_EQ(co_await ending(aio::async_with(resource(log, true),
                                              []() -> coro<int> {
                                                co_await fail_now("E");
                                                co_return 1;
                                              })),
              "async_with: the exit suppressed the body's exception, so there is no value");
  });
}
