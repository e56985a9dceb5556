// RUN: %livecc %s %livelibs -o %t && env AIO_DEBUG=1,limit=0,blocking-call=off %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// An event loop is used from a thread other than its own. The loop waits for each thread to end, so
// the program has no real data race.
#include <aio/aio.h>
#include <cstdlib>
#include <thread>

/// Runs a function in another thread and waits for that thread.
template <class F> void elsewhere(F function) { std::thread(function).join(); }
/// Expects that the operation throws: debug mode refuses operations that change the loop's queue.
template <class F> void refused(F function) {
  try {
    function();
    std::abort();
  } catch (const aio::runtime_error &) {
  }
}

// Another thread schedules a callback.
aio::coro<> a_callback() {
  auto &loop = aio::get_running_loop();
  elsewhere([&] {
    refused([&] { loop.call_soon([] {}); });
    // LIVE: :[[#@LINE-1]]: warning: 'call_soon' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return;
}

// Another thread sets a future, as callbacks of other libraries do.
aio::coro<int> a_result() {
  auto result = aio::create_future<int>();
  elsewhere([&] {
    result.set_result(42);
    // LIVE: :[[#@LINE-1]]: warning: 'future.set' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return co_await result;
}

// Another thread cancels a task.
aio::coro<> a_cancellation() {
  auto task = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(std::chrono::hours(1)); }());
  elsewhere([&] {
    task.cancel();
    // LIVE: :[[#@LINE-1]]: warning: 'task.cancel' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_await aio::wait(std::vector{task});
}

// A queue belongs to the loop that used it first, even while no task waits for it.
aio::coro<> a_queue() {
  aio::queue<int> items;
  items.put_nowait(1);
  elsewhere([&] {
    items.put_nowait(2);
    // LIVE: :[[#@LINE-1]]: warning: 'queue.put' is used from another thread than the one its loop runs in [coro-wrong-thread]
    items.get_nowait();
    // LIVE: :[[#@LINE-1]]: warning: 'queue.get' is used from another thread than the one its loop runs in [coro-wrong-thread]
    items.task_done();
    // LIVE: :[[#@LINE-1]]: warning: 'queue.task_done' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return;
}
aio::coro<> locks_events_and_permits() {
  aio::lock lock;
  aio::event ready;
  aio::semaphore permits(1);
  co_await lock.acquire();
  co_await permits.acquire();
  ready.clear();
  elsewhere([&] {
    lock.release();
    // LIVE: :[[#@LINE-1]]: warning: 'lock.release' is used from another thread than the one its loop runs in [coro-wrong-thread]
    permits.release();
    // LIVE: :[[#@LINE-1]]: warning: 'semaphore.release' is used from another thread than the one its loop runs in [coro-wrong-thread]
    ready.set();
    // LIVE: :[[#@LINE-1]]: warning: 'event.set' is used from another thread than the one its loop runs in [coro-wrong-thread]
    ready.clear();
    // LIVE: :[[#@LINE-1]]: warning: 'event.clear' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_await lock.acquire();
  lock.release();
}
aio::coro<> a_condition() {
  aio::condition news;
  co_await news.acquire();
  news.notify_all();
  elsewhere([&] {
    news.notify_all();
    // LIVE: :[[#@LINE-1]]: warning: 'condition.notify' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  news.release();
}

// Another thread uses timers, callbacks of futures, and the end of the loop.
aio::coro<> the_rest_of_the_loop() {
  auto &loop = aio::get_running_loop();
  auto result = aio::create_future<int>();
  elsewhere([&] {
    refused([&] { loop.call_later(std::chrono::hours(1), [] {}); });
    // LIVE: :[[#@LINE-1]]: warning: 'call_at' is used from another thread than the one its loop runs in [coro-wrong-thread]
    result.add_done_callback([] {});
    // LIVE: :[[#@LINE-1]]: warning: 'add_done_callback' is used from another thread than the one its loop runs in [coro-wrong-thread]
    loop.remove_reader(-1);
    // LIVE: :[[#@LINE-1]]: warning: 'remove_reader' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return;
}

// The queue is used before and after the loop runs, never by two threads at once.
aio::coro<> takes_all(aio::queue<int> &items) {
  while (!items.empty())
    co_await items.get();
}
void before_and_after_is_fine() {
  aio::queue<int> items;
  items.put_nowait(1);
  elsewhere([&] { aio::run(takes_all(items)); });
  items.put_nowait(2);
  aio::run(takes_all(items));
}

// call_soon_threadsafe is made for other threads.
aio::coro<int> threadsafe_is_fine() {
  auto &loop = aio::get_running_loop();
  auto result = aio::create_future<int>();
  elsewhere([&] { loop.call_soon_threadsafe([=] { result.set_result(42); }); });
  co_return co_await result;
}

// The other thread runs a loop of its own.
aio::coro<> another_loop_is_fine() {
  elsewhere([] { aio::run([]() -> aio::coro<> { co_await aio::sleep(std::chrono::milliseconds(1)); }()); });
  co_return;
}

// to_thread delivers the result in the loop's thread.
aio::coro<> to_thread_is_fine() { co_await aio::to_thread([] { return 42; }); }

aio::coro<> all() {
  co_await a_callback();
  co_await a_result();
  co_await a_cancellation();
  co_await a_queue();
  co_await locks_events_and_permits();
  co_await a_condition();
  co_await the_rest_of_the_loop();
  co_await threadsafe_is_fine();
  co_await another_loop_is_fine();
  co_await to_thread_is_fine();
}
int main() {
  aio::run(all());
  before_and_after_is_fine();
}
