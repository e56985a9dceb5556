// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine is destroyed while it is suspended.
#include <aio/aio.h>
#include <cstdio>

/// A source of events that knows nothing of tasks, as other libraries have.
struct signal_source {
  std::coroutine_handle<> waiting{};
  auto next() {
    struct awaiter {
      signal_source &source;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> h) const noexcept { source.waiting = h; }
      void await_resume() const noexcept {}
    };
    return awaiter{*this};
  }
};
/// Runs a coroutine by hand, and destroys it where it stands.
struct by_hand {
  aio::coro<> body;
  explicit by_hand(aio::coro<> b) : body(std::move(b)) {
    body.frame()->mark_started();
    body.handle().resume();
  }
};

aio::coro<> transaction(signal_source &source) {
  std::printf("begin\n");
  co_await source.next();
  // LIVE: :[[#@LINE-1]]:3: warning: 'transaction' is destroyed while it is suspended here [coro-destroyed-suspended]
  // LIVE: note: destroyed here
  std::printf("commit\n");
}

// The second half never runs.
aio::coro<> dropped_in_the_middle() {
  signal_source source;
  { by_hand driver(transaction(source)); }
  co_return;
}

// The coroutine that it awaits goes with it: one report, for the innermost.
aio::coro<> innermost(signal_source &source) {
  co_await source.next();
  // LIVE: :[[#@LINE-1]]:3: warning: 'innermost' is destroyed while it is suspended here [coro-destroyed-suspended]
  // LIVE: :[[#@LINE+3]]:3: note: awaited here, by 'outermost'
}
aio::coro<> outermost(signal_source &source) {
  co_await innermost(source);
}
aio::coro<> a_chain_is_one() {
  signal_source source;
  { by_hand driver(outermost(source)); }
  co_return;
}

// It has come to its end.
aio::coro<> run_to_the_end_is_fine() {
  signal_source source;
  by_hand driver(innermost(source));
  source.waiting.resume();
  co_return;
}

// A cancelled task unwinds; nothing is destroyed on the way.
aio::coro<> cancelled_is_fine() {
  auto task = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(std::chrono::hours(1)); }());
  co_await aio::sleep(std::chrono::seconds(0));
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// What failed is at its end, too.
aio::coro<> throws() {
  co_await aio::sleep(std::chrono::seconds(0));
  throw aio::value_error("no");
}
aio::coro<> an_exception_is_fine() {
  try {
    co_await throws();
  } catch (const aio::value_error &) {
  }
}

aio::coro<> all() {
  co_await dropped_in_the_middle();
  co_await a_chain_is_one();
  co_await run_to_the_end_is_fine();
  co_await cancelled_is_fine();
  co_await an_exception_is_fine();
}
int main() { aio::run(all()); }
