// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && env AIO_DEBUG=1,limit=0,slow-step=off %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A blocking call in a coroutine stops every task on its loop.
#include <aio/aio.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <future>
#include <netdb.h>
#include <unistd.h>

aio::coro<> fetch();
void use(int);

// A sleep stops the thread, and with it every other task.
aio::coro<> sleeps() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine; co_await aio::sleep(...) instead [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'nanosleep' blocks the thread that runs this coroutine [coro-blocking-call]
  ::sleep(1);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'sleep' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// get() waits for another thread.
aio::coro<> waits_for_a_future(std::future<int> future) {
  use(future.get());
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'futex' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// Name resolution may take seconds.
aio::coro<> resolves_a_name() {
  addrinfo *found = nullptr;
  getaddrinfo("localhost", "80", nullptr, &found);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'getaddrinfo' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'getaddrinfo' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// Opening a file waits for the disk.
aio::coro<> reads_a_file() {
  std::ifstream file("/etc/hosts");
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::basic_ifstream' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// system() waits for a child process.
aio::coro<> runs_a_command() {
  std::system("true");
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'system' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // LIVE: :[[#@LINE-2]]: warning: 'system' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// The blocking call is two functions away.
static void settle() { usleep(1000); }
// LIVE: :[[#@LINE-1]]: warning: 'usleep' blocks the thread that runs this coroutine [coro-blocking-call]
// LIVE: note: called by way of 'settle_twice'
// LIVE: note: called by way of 'blocks_in_a_helper'
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

// The coroutine calls the lambda, so the coroutine blocks.
aio::coro<> blocks_in_a_lambda() {
  auto pause = [] { usleep(1000); };
  // LIVE: :[[#@LINE-1]]: warning: 'usleep' blocks the thread that runs this coroutine [coro-blocking-call]
  pause();
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'lambda' calls 'usleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

// The destructor of std::jthread joins.
aio::coro<> joins_at_the_end_of_the_scope() {
  std::jthread thread([] {});
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'std::jthread' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// The destructor of std::async's future waits for the result.
aio::coro<> waits_for_an_async_call() {
  auto future = std::async([] { return 1; });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'std::async's future' blocks the thread that runs this coroutine [coro-blocking-call]
  co_await fetch();
}

// Another thread may block.
aio::coro<> offloaded_is_fine() {
  co_await aio::to_thread([] { usleep(1); });
  co_await aio::to_thread(settle);
}

// The library's own sleep suspends only the coroutine.
aio::coro<> asynchronous_sleep_is_fine() { co_await aio::sleep(std::chrono::milliseconds(1)); }

// The loop ends only when the future is ready.
aio::coro<> a_ready_future_is_fine(std::future<int> future) {
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    co_await aio::sleep(std::chrono::milliseconds(10));
  use(future.get());
}

// A short critical section is acceptable.
aio::coro<> a_short_lock_is_fine(std::mutex &mutex) {
  {
    std::lock_guard guard(mutex);
    use(1);
  }
  co_await fetch();
}

// The coroutine stores the lambda and does not call it.
aio::coro<> a_stored_callback_is_fine(std::function<void()> &callback) {
  callback = [] { ::sleep(1); };
  co_await fetch();
}

// A plain function does not run on a loop.
void a_plain_function_is_fine() { ::sleep(1); }

#ifdef LIVE
aio::coro<> fetch() { co_return; }
void use(int) {}

// A future that another thread completes only after the loop's thread has blocked in get().
std::future<int> late() {
  std::promise<int> promise;
  auto future = promise.get_future();
  const auto waits = ::gettid();
  std::thread([promise = std::move(promise), waits]() mutable {
    // Wait until the kernel says that the loop's thread is in futex (system call 202).
    for (int call = -1; call != 202;) {
      std::ifstream file("/proc/self/task/" + std::to_string(waits) + "/syscall");
      if (!(file >> call))
        call = -1;
    }
    promise.set_value(1);
  }).detach();
  return future;
}
std::future<int> ready() {
  std::promise<int> promise;
  promise.set_value(1);
  return promise.get_future();
}
aio::coro<> all() {
  co_await sleeps();
  co_await waits_for_a_future(late());
  co_await resolves_a_name();
  co_await reads_a_file();
  co_await runs_a_command();
  co_await blocks_in_a_helper();
  co_await blocks_in_a_lambda();

  co_await offloaded_is_fine();
  co_await asynchronous_sleep_is_fine();
  co_await a_ready_future_is_fine(ready());
  std::mutex mutex;
  co_await a_short_lock_is_fine(mutex);
  std::function<void()> callback;
  co_await a_stored_callback_is_fine(callback);
}
int main() { aio::run(all()); }
#endif
