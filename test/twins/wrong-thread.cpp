// RUN: %livecc %s %livelibs -o %t && env AIO_DEBUG=1,limit=0,blocking-call=off %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A loop is used from a thread that is not its own. The loop waits for the thread meanwhile, so that the program is no
// race but for the rule.
#include <aio/aio.h>
#include <thread>

/// Runs a function in a thread, to its end.
template <class F> void elsewhere(F function) { std::thread(function).join(); }

// Queuing a callback.
aio::coro<> a_callback() {
  auto &loop = aio::get_running_loop();
  elsewhere([&] {
    loop.call_soon([] {});
    // LIVE: :[[#@LINE-1]]: warning: 'call_soon' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return;
}

// Setting a future, which is what callbacks of other libraries do.
aio::coro<int> a_result() {
  auto result = aio::create_future<int>();
  elsewhere([&] {
    result.set_result(42);
    // LIVE: :[[#@LINE-1]]: warning: 'future.set' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_return co_await result;
}

// Cancelling.
aio::coro<> a_cancellation() {
  auto task = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(std::chrono::hours(1)); }());
  elsewhere([&] {
    task.cancel();
    // LIVE: :[[#@LINE-1]]: warning: 'task.cancel' is used from another thread than the one its loop runs in [coro-wrong-thread]
  });
  co_await aio::wait(std::vector{task});
}

// The door for other threads.
aio::coro<int> threadsafe_is_fine() {
  auto &loop = aio::get_running_loop();
  auto result = aio::create_future<int>();
  elsewhere([&] { loop.call_soon_threadsafe([=] { result.set_result(42); }); });
  co_return co_await result;
}

// A loop of its own.
aio::coro<> another_loop_is_fine() {
  elsewhere([] { aio::run([]() -> aio::coro<> { co_await aio::sleep(std::chrono::milliseconds(1)); }()); });
  co_return;
}

// The results of threads come back by themselves.
aio::coro<> to_thread_is_fine() { co_await aio::to_thread([] { return 42; }); }

aio::coro<> all() {
  co_await a_callback();
  co_await a_result();
  co_await a_cancellation();
  co_await threadsafe_is_fine();
  co_await another_loop_is_fine();
  co_await to_thread_is_fine();
}
int main() { aio::run(all()); }
