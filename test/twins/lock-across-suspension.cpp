// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine is suspended while it holds a thread mutex.
#include <aio/aio.h>
#include <mutex>
#include <shared_mutex>

aio::coro<> turn() { co_await aio::sleep(std::chrono::seconds(0)); }

// The scope of the guard contains an await.
aio::coro<> a_guard(std::mutex &mutex) {
  std::lock_guard guard(mutex);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' holds its mutex while 'a_guard' is suspended [coro-lock-across-suspension]
  // LIVE: :[[#@LINE-2]]: warning: the mutex that is locked here is held while the coroutine is suspended [coro-lock-across-suspension]
  co_await turn();
  // LIVE: :[[#@LINE-1]]:3: note: 'a_guard' awaits here
}

// The mutex is locked and unlocked by hand.
aio::coro<> by_hand(std::mutex &mutex) {
  mutex.lock();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'mutex' is held while 'by_hand' is suspended [coro-lock-across-suspension]
  // LIVE: :[[#@LINE-2]]: warning: the mutex that is locked here is held while the coroutine is suspended [coro-lock-across-suspension]
  co_await turn();
  mutex.unlock();
}

// try_to_lock succeeds, so the mutex is held.
aio::coro<> an_attempt(std::mutex &mutex) {
  std::unique_lock guard(mutex, std::try_to_lock);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' holds its mutex while 'an_attempt' is suspended [coro-lock-across-suspension]
  // LIVE: :[[#@LINE-2]]: warning: the mutex that is locked here is held while the coroutine is suspended [coro-lock-across-suspension]
  co_await turn();
}

// A shared mutex blocks a thread as well.
aio::coro<> readers(std::shared_mutex &mutex) {
  std::shared_lock guard(mutex);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' holds its mutex while 'readers' is suspended [coro-lock-across-suspension]
  // LIVE: :[[#@LINE-2]]: warning: the mutex that is locked here is held while the coroutine is suspended [coro-lock-across-suspension]
  co_await turn();
}

// The guard ends before the await.
aio::coro<> released_before_is_fine(std::mutex &mutex) {
  {
    std::lock_guard guard(mutex);
  }
  co_await turn();
}

// The awaited coroutine never suspends.
aio::coro<int> at_once() { co_return 42; }
aio::coro<> an_await_that_does_not_suspend_is_fine(std::mutex &mutex) {
  std::lock_guard guard(mutex);
  co_await at_once();
}

// aio::lock may be held across awaits.
aio::coro<> a_lock_of_tasks_is_fine() {
  aio::lock lock;
  auto guard = co_await lock.scoped();
  co_await turn();
}

aio::coro<> all() {
  std::mutex mutex;
  std::shared_mutex shared;
  co_await a_guard(mutex);
  co_await by_hand(mutex);
  co_await an_attempt(mutex);
  co_await readers(shared);
  co_await released_before_is_fine(mutex);
  co_await an_await_that_does_not_suspend_is_fine(mutex);
  co_await a_lock_of_tasks_is_fine();
}
int main() { aio::run(all()); }
