// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A handler catches a cancellation and does not pass it on.
#include <aio/aio.h>

aio::coro<> fetch();
aio::coro<> clean_up();
aio::coro<int> answer();
void log(const char *);

// The loop logs every cancellation and tries again, so it never ends.
aio::coro<> caught_in_a_loop() {
  for (;;) {
    try {
      co_await fetch();
      // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'caught_in_a_loop' catches the cancellation and goes on as if nothing had happened [coro-swallowed-cancellation]
    } catch (...) {
    // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    // STATIC: note: the cancellation arrives here
    // STATIC: note: the coroutine awaits again here
      log("failed");
    }
  }
}

// The coroutine goes on as if it had not been cancelled.
aio::coro<> caught_by_its_type() {
  try {
    co_await fetch();
    // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'caught_by_its_type' catches the cancellation and ends as if it had succeeded [coro-swallowed-cancellation]
  } catch (const aio::cancelled_error &) {
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
  }
  co_await clean_up();
}

// The handler catches a base class of the cancellation.
aio::coro<> caught_by_its_base() {
  try {
    co_await fetch();
    // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'caught_by_its_base' catches the cancellation and ends as if it had succeeded [coro-swallowed-cancellation]
  } catch (const aio::base_exception &) {
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    log("failed");
  }
  co_await clean_up();
}

// The caller cannot distinguish the default value from a result.
aio::coro<int> replaced_by_a_result() {
  try {
    co_return co_await answer();
    // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'replaced_by_a_result' catches the cancellation and ends as if it had succeeded [coro-swallowed-cancellation]
  } catch (...) {
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
  // STATIC: note: the coroutine returns here
    co_return 0;
  }
}
aio::coro<int> awaits_the_result() { co_return co_await replaced_by_a_result(); }

// A caller that waits for the cancellation sees another error.
aio::coro<> replaced_by_another_exception() {
  try {
    co_await fetch();
    // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'replaced_by_another_exception' catches the cancellation and throws something else in its place [coro-swallowed-cancellation]
  } catch (...) {
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and throws something else in its place [coro-swallowed-cancellation]
  // STATIC: note: it is replaced here
    throw std::runtime_error("fetch failed");
  }
}

// The exception is saved, but one path does not rethrow it.
aio::coro<> rethrown_on_one_path_only(bool strict) {
  std::exception_ptr error;
  try {
    co_await fetch();
    // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'rethrown_on_one_path_only' catches the cancellation and ends as if it had succeeded [coro-swallowed-cancellation]
  } catch (...) {
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
    error = std::current_exception();
  }
  co_await clean_up();
  if (strict)
    std::rethrow_exception(error);
}

// The handler rethrows.
aio::coro<> rethrown_is_fine() {
  try {
    co_await fetch();
  } catch (...) {
    log("failed");
    throw;
  }
}

// The exception is saved, the cleanup is awaited after the handler, then the exception is rethrown.
aio::coro<> rethrown_after_the_cleanup_is_fine() {
  std::exception_ptr error;
  try {
    co_await fetch();
  } catch (...) {
    error = std::current_exception();
  }
  co_await clean_up();
  if (error)
    std::rethrow_exception(error);
}

// A flag remembers the cancellation, and a new one is thrown after the cleanup.
aio::coro<> remembered_in_a_flag_is_fine() {
  bool cancelled = false;
  try {
    co_await fetch();
  } catch (const aio::cancelled_error &) {
    cancelled = true;
  }
  co_await clean_up();
  if (cancelled)
    throw aio::cancelled_error();
}

// The first handler rethrows the cancellation.
aio::coro<> an_earlier_handler_rethrows_is_fine() {
  try {
    co_await fetch();
  } catch (const aio::cancelled_error &) {
    throw;
  } catch (...) {
    log("failed");
  }
  co_await clean_up();
}

// aio::cancelled_error does not derive from std::exception.
aio::coro<> errors_only_is_fine() {
  try {
    co_await fetch();
  } catch (const std::exception &error) {
    log(error.what());
  }
  co_await clean_up();
}

// The coroutine cancelled the task itself, so awaiting the task throws that cancellation.
aio::coro<> joining_a_cancelled_task_is_fine() {
  auto task = aio::create_task(fetch());
  task.cancel();
  try {
    co_await task;
  } catch (const aio::cancelled_error &) {
  }
  co_await clean_up();
}

// Nothing is awaited inside, so no cancellation arrives.
aio::coro<> no_suspension_is_fine() {
  try {
    log("working");
  } catch (...) {
  }
  co_await clean_up();
}

#ifdef LIVE
static int logged = 0;
aio::coro<> fetch() { co_await aio::sleep(std::chrono::hours(1)); }
aio::coro<> clean_up() { co_await aio::sleep(std::chrono::seconds(0)); }
aio::coro<int> answer() {
  co_await fetch();
  co_return 42;
}
// The second call ends the loop, which would otherwise run forever.
void log(const char *) {
  if (++logged == 2)
    throw std::logic_error("enough");
}

aio::coro<> awaits(aio::coro<> inner) { co_await std::move(inner); }
aio::coro<> cancelled(aio::coro<> what) {
  logged = 0;
  auto task = aio::create_task(awaits(std::move(what)));
  for (int i = 0; i < 2; ++i) {
    co_await aio::sleep(std::chrono::seconds(0));
    co_await aio::sleep(std::chrono::seconds(0));
    task.cancel();
  }
  try {
    co_await task;
  } catch (...) { // NOLINT(coro-swallowed-cancellation): the task's own
  }
}
aio::coro<> to_void(aio::coro<int> inner) { co_await std::move(inner); }
aio::coro<> all() {
  co_await cancelled(caught_in_a_loop());
  co_await cancelled(caught_by_its_type());
  co_await cancelled(caught_by_its_base());
  co_await cancelled(to_void(awaits_the_result()));
  co_await cancelled(replaced_by_another_exception());
  co_await cancelled(rethrown_on_one_path_only(false));

  co_await cancelled(rethrown_is_fine());
  co_await cancelled(rethrown_after_the_cleanup_is_fine());
  co_await cancelled(remembered_in_a_flag_is_fine());
  co_await cancelled(an_earlier_handler_rethrows_is_fine());
  co_await cancelled(errors_only_is_fine());
  co_await joining_a_cancelled_task_is_fine();
  co_await no_suspension_is_fine();
}
int main() { aio::run(all()); }
#endif
