// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A task ends while it still holds a lock.
#include <aio/aio.h>

aio::coro<> turn() { co_await aio::sleep(std::chrono::seconds(0)); }

// The task returns without releasing the lock.
aio::coro<> returns_early(aio::lock &lock) {
  co_await lock.acquire();
  // LIVE: :[[#@LINE-1]]: warning: task 'early' ends while it holds a lock [coro-unreleased-lock]
  co_return;
}

// A cancellation arrives between acquire() and release().
aio::coro<> cancelled_in_between(aio::lock &lock) {
  co_await lock.acquire();
  // LIVE: :[[#@LINE-1]]: warning: task 'cancelled' ends while it holds a lock [coro-unreleased-lock]
  co_await aio::sleep(std::chrono::hours(1));
  lock.release();
}

// The guard releases the lock, also on a cancellation.
aio::coro<> guarded_is_fine(aio::lock &lock) {
  auto guard = co_await lock.scoped();
  co_await aio::sleep(std::chrono::hours(1));
}

// async_with releases the lock.
aio::coro<> in_a_scope_is_fine(aio::lock &lock) {
  co_await aio::async_with(lock, []() -> aio::coro<> { co_await turn(); });
}

// Another task releases the lock before its owner ends.
aio::coro<> handed_over_is_fine(aio::lock &lock) {
  co_await lock.acquire();
  auto other = aio::create_task([](aio::lock &l) -> aio::coro<> {
    l.release();
    co_return;
  }(lock));
  co_await other;
}

// Permits have no owner.
aio::coro<> a_permit_is_fine(aio::semaphore &permits) { co_await permits.acquire(); }

aio::coro<> all() {
  aio::lock one, two, three;
  aio::semaphore permits(1);
  co_await aio::create_task(returns_early(one), {.name = "early"});
  auto cancelled = aio::create_task(cancelled_in_between(two), {.name = "cancelled"});
  auto guarded = aio::create_task(guarded_is_fine(three));
  co_await turn();
  cancelled.cancel();
  guarded.cancel();
  co_await aio::wait(std::vector{cancelled, guarded});
  co_await aio::create_task(in_a_scope_is_fine(three));
  co_await aio::create_task(handed_over_is_fine(three));
  co_await aio::create_task(a_permit_is_fine(permits));
}
int main() { aio::run(all()); }
