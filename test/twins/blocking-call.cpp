// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// LIVE: pending
// A blocking call stops every task on the loop.
#include <aio-standin/aio/aio.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <future>
#include <netdb.h>
#include <unistd.h>

aio::coro<> fetch();
void use(int);

// The thread sleeps, and with it every other task.
aio::coro<> sleeps() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine; co_await aio::sleep(...) instead [coro-blocking-call]
  ::sleep(1);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// A future waits for another thread.
aio::coro<> waits_for_a_future(std::future<int> future) {
  use(future.get());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// Name resolution may take seconds.
aio::coro<> resolves_a_name() {
  addrinfo *found = nullptr;
  getaddrinfo("localhost", "80", nullptr, &found);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'getaddrinfo' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// So may a file.
aio::coro<> reads_a_file() {
  std::ifstream file("/etc/hosts");
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::basic_ifstream' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// And a child process.
aio::coro<> runs_a_command() {
  std::system("true");
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'system' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// The blocking call hides two functions away.
static void settle() { usleep(1000); }
static void settle_twice() {
  settle();
  settle();
}
aio::coro<> blocks_in_a_helper() {
  settle_twice();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'settle_twice' calls 'usleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // STATIC: note: 'settle' is called here
  // STATIC: note: 'usleep' is called here
  co_await fetch();
}

// The lambda is called here and now.
aio::coro<> blocks_in_a_lambda() {
  auto pause = [] { usleep(1000); };
  pause();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'lambda' calls 'usleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// The destructor joins.
aio::coro<> joins_at_the_end_of_the_scope() {
  std::jthread thread([] {});
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'std::jthread' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// The future of std::async waits when it is dropped.
aio::coro<> waits_for_an_async_call() {
  auto future = std::async([] { return 1; });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'std::async's future' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// Another thread may block.
aio::coro<> offloaded_is_fine() {
  co_await aio::to_thread([] { ::sleep(1); });
  co_await aio::to_thread(settle);
}

// The library's own sleep.
aio::coro<> asynchronous_sleep_is_fine() { co_await aio::sleep(std::chrono::seconds(1)); }

// The future is known to be ready.
aio::coro<> a_ready_future_is_fine(std::future<int> future) {
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    co_await aio::sleep(std::chrono::milliseconds(10));
  use(future.get());
}

// A short critical section.
aio::coro<> a_short_lock_is_fine(std::mutex &mutex) {
  {
    std::lock_guard guard(mutex);
    use(1);
  }
  co_await fetch();
}

// The lambda is only defined here.
aio::coro<> a_stored_callback_is_fine(std::function<void()> &callback) {
  callback = [] { ::sleep(1); };
  co_await fetch();
}

// No coroutine, no loop to stop.
void a_plain_function_is_fine() { ::sleep(1); }
