// RUN: %check %s -- %flags 2>&1 | count 0
// Cancellations that a handler swallows without a report.
#include <aio-standin/aio/aio.h>
#include <folly/folly.h>
#include <userver/userver.h>

aio::coro<> work();
aio::coro<int> answer();
aio::coro<> clean_up();
void log(const char *);

// Why: a value that the handler sets and later code tests counts as passing the cancellation on.
aio::coro<> a_value_that_is_tested_for_another_reason() {
  int got = 0;
  try {
    got = co_await answer();
  } catch (...) {
    got = -1;
  }
  co_await clean_up();
  log(got ? "yes" : "no");
}

// Why: a template that is never instantiated has no types.
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

// Why: the next await throws the cancellation again, and a general handler is written for other errors.
folly::coro::Task<> work_that_lasts();
folly::coro::Task<> logged_where_the_next_await_throws_again() {
  try {
    co_await work_that_lasts();
  } catch (...) {
    log("failed");
  }
}

// Why: in a library with stackful tasks, only waits for tasks are known to throw the cancellation.
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
