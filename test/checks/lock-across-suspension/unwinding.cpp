// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// An exception ends the guards in the scopes that it leaves; methods of the user's own guards do what their bodies do.
#include <aio-standin/aio/aio.h>

#include <mutex>
#include <stdexcept>

aio::coro<> fetch();
bool valid();
void log();
std::mutex mutex;

//===-- Released by the exception ---------------------------------------------===//

aio::coro<> thrown_out_of_the_scope_of_the_guard() {
  try {
    std::lock_guard guard(mutex);
    if (!valid())
      throw std::runtime_error("invalid");
  } catch (const std::runtime_error &) {
    log();
  }
  co_await fetch();
}

aio::coro<> thrown_while_the_guard_may_unlock() {
  try {
    std::unique_lock guard(mutex);
    if (!valid())
      throw std::runtime_error("invalid");
    guard.unlock();
    co_await fetch();
  } catch (const std::runtime_error &) {
    log();
  }
  co_await fetch();
}

aio::coro<> thrown_in_a_loop() {
  for (int tries = 0; tries < 3; ++tries) {
    bool again = false;
    try {
      std::lock_guard guard(mutex);
      throw tries;
    } catch (int) {
      again = true;
    }
    if (again)
      co_await fetch();
  }
}

aio::coro<> thrown_through_an_inner_try() {
  try {
    std::lock_guard guard(mutex);
    try {
      throw std::runtime_error("invalid");
    } catch (int) {
    }
  } catch (const std::runtime_error &) {
  }
  co_await fetch();
}

aio::coro<> thrown_from_an_if_with_its_own_guard() {
  try {
    if (std::lock_guard guard(mutex); !valid())
      throw 1;
  } catch (int) {
  }
  co_await fetch();
}

//===-- Still held ------------------------------------------------------------===//

aio::coro<> the_guard_is_outside_of_the_try() {
  std::lock_guard guard(mutex);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' holds its mutex while 'the_guard_is_outside_of_the_try' is suspended
  try {
    throw 1;
  } catch (int) {
  }
  co_await fetch();
}

aio::coro<> the_handler_awaits_nothing_but_the_rest_does(bool b) {
  std::unique_lock guard(mutex);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' holds its mutex while 'the_handler_awaits_nothing_but_the_rest_does' is suspended
  try {
    if (b)
      throw 1;
    guard.unlock();
  } catch (int) {
  }
  co_await fetch();
}

//===-- Guards of one's own ---------------------------------------------------===//

struct guarded {
  std::mutex &owner;
  explicit guarded(std::mutex &m) : owner(m) { owner.lock(); }
  ~guarded() { owner.unlock(); }
  void drop() { owner.unlock(); }
  void finish() { drop(); }
  void take() { owner.lock(); }
  int count() const { return 1; }
};

aio::coro<> released_by_a_method_of_any_name() {
  guarded guard(mutex);
  guard.drop();
  co_await fetch();
}

aio::coro<> released_by_a_method_that_calls_another() {
  guarded guard(mutex);
  guard.finish();
  co_await fetch();
}

aio::coro<> taken_again() {
  guarded guard(mutex);
  // CHECK: :[[#@LINE-1]]:11: warning: 'guard' holds its mutex while 'taken_again' is suspended
  guard.drop();
  guard.take();
  co_await fetch();
}

aio::coro<> only_looked_at() {
  guarded guard(mutex);
  // CHECK: :[[#@LINE-1]]:11: warning: 'guard' holds its mutex while 'only_looked_at' is suspended
  (void)guard.count();
  co_await fetch();
}

struct wrapper {
  std::unique_lock<std::mutex> inner{mutex};
  void let_go() { inner.unlock(); }
};

aio::coro<> a_guard_inside_a_guard_is_released() {
  wrapper guard;
  guard.let_go();
  co_await fetch();
}
