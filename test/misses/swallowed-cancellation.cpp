// RUN: %check %s -- %flags 2>&1 | count 0
// Cancellations that end unseen and are not reported.
#include <aio-standin/aio/aio.h>
#include <folly/folly.h>
#include <userver/userver.h>

aio::coro<> work();
aio::coro<int> answer();
aio::coro<> clean_up();
void log(const char *);

// Why: a value set in the handler and asked for later counts as handing on.
aio::coro<> asked_for_another_reason() {
  int got = 0;
  try {
    got = co_await answer();
  } catch (...) {
    got = -1;
  }
  co_await clean_up();
  log(got ? "yes" : "no");
}

// Why: a pattern that is never instantiated has no types.
template <class T>
aio::coro<> never_instantiated(T t) {
  try {
    co_await t.run();
  } catch (...) {
  }
  co_await clean_up();
}

// Why: a helper that can rethrow counts as rethrowing.
void rethrow_some() {
  try {
    throw;
  } catch (...) {
    log("failed");
  }
}
aio::coro<> ended_by_a_helper() {
  try {
    co_await work();
  } catch (...) {
    rethrow_some();
  }
  co_await clean_up();
}

// Why: where the cancellation lasts, the next await throws it again, and a handler of errors in general is written for others.
folly::coro::Task<> work_that_lasts();
folly::coro::Task<> logged_where_it_lasts() {
  try {
    co_await work_that_lasts();
  } catch (...) {
    log("failed");
  }
}

// Why: of a library whose tasks have stacks of their own, only the waits of tasks are known to throw the cancellation.
int next_item();
void a_fiber_that_waits_for_other_things() {
  for (;;) {
    try {
      log(next_item() ? "item" : "none");
      userver::engine::current_task::CancellationPoint();
    } catch (const std::exception &) {
    }
  }
}
