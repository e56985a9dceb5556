// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine is destroyed while it is suspended.
#include <aio/aio.h>
#include <cstdio>

/// A source of events that resumes plain coroutine handles, as other libraries do.
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
/// Resumes a coroutine by hand. Its destructor destroys the frame, suspended or not.
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

// Two coroutines that await each other are destroyed: one report, for the innermost.
aio::coro<> innermost(signal_source &source) {
  co_await source.next();
  // LIVE: :[[#@LINE-1]]:3: warning: 'innermost' is destroyed while it is suspended here [coro-destroyed-suspended]
  // LIVE: :[[#@LINE+3]]:3: note: awaited here, by 'outermost'
}
aio::coro<> outermost(signal_source &source) {
  co_await innermost(source);
}
aio::coro<> a_chain_is_one_report() {
  signal_source source;
  { by_hand driver(outermost(source)); }
  co_return;
}

// The coroutine has finished before its frame is destroyed.
aio::coro<> run_to_the_end_is_fine() {
  signal_source source;
  by_hand driver(innermost(source));
  source.waiting.resume();
  co_return;
}

// A cancelled task ends by an exception; its frame is not destroyed while suspended.
aio::coro<> cancelled_is_fine() {
  auto task = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(std::chrono::hours(1)); }());
  co_await aio::sleep(std::chrono::seconds(0));
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// A coroutine that failed has finished, too.
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
  co_await a_chain_is_one_report();
  co_await run_to_the_end_is_fine();
  co_await cancelled_is_fine();
  co_await an_exception_is_fine();
}
int main() { aio::run(all()); }
