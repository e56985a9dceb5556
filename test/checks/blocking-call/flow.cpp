// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Blocking calls in helpers, lambdas, operators, constructors and initialisers, and calls that do not block.
#include "../own.h"
#include <aio-standin/aio/aio.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <latch>
#include <poll.h>
#include <semaphore>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
aio::coro<> fetch();
void use(int);

//===-- Blocking -------------------------------------------------------------===//

static void one() { sleep(1); }
static void two() { one(); }
static void three() { two(); }
aio::coro<> through_three_helpers() {
  three();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'three' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // CHECK: note: 'two' is called here
  // CHECK: note: 'one' is called here
  // CHECK: note: 'sleep' is called here
  co_await fetch();
}

static void recursive(int depth) {
  if (depth)
    recursive(depth - 1);
  sleep(1);
}
aio::coro<> through_recursion() {
  recursive(3);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'recursive' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

struct slow {
  slow() { sleep(1); }
  void member() const { sleep(1); }
  int operator()() { return static_cast<int>(sleep(1)); }
  slow &operator+=(int) {
    sleep(1);
    return *this;
  }
  static void function() { sleep(1); }
  virtual void overridden() { sleep(1); }
};
aio::coro<> through_members(slow &object) {
  object.member();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'member' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  object();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'operator()' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  object += 1;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'operator+=' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  slow::function();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'function' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  slow local;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'slow' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

aio::coro<> through_lambdas() {
  auto named = [] { usleep(1); };
  named();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'lambda' calls 'usleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  [&] { usleep(1); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'lambda' calls 'usleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  std::invoke([] { usleep(1); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}calls 'usleep', which blocks
  std::vector<int> numbers{1};
  std::for_each(numbers.begin(), numbers.end(), [](int) { usleep(1); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}calls 'usleep', which blocks
  co_await fetch();
}

template <class T>
void generic_helper(T value) {
  sleep(static_cast<unsigned>(value));
}
template <class T>
aio::coro<> template_is_reported_once(T value) {
  sleep(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  generic_helper(value);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'generic_helper' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}
aio::coro<> instantiates() {
  co_await template_is_reported_once(1);
  co_await template_is_reported_once('c');
}

static int initial() { return static_cast<int>(sleep(1)); }
aio::coro<> in_initialisers_and_conditions() {
  int a = initial(), b = a ? initial() : 0;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  if (initial())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
    use(b);
  while (initial() < 0)
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
    use(a);
  for (int i = initial(); i < 0; ++i)
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
    use(i);
  co_await fetch();
}

#define PAUSE() sleep(1)
aio::coro<> in_a_macro() {
  PAUSE();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

aio::coro<> in_an_argument_of_an_await() {
  co_await aio::sleep(std::chrono::seconds(initial()));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'initial' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
}

aio::coro<> in_a_nested_coroutine() {
  auto inner = []() -> aio::coro<> {
    sleep(1);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
    co_await fetch();
  };
  co_await inner();
}

own::lazy<> in_a_user_defined_task_type() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}

aio::coro<> waits_of_the_standard_library(std::future<int> future, std::thread thread, std::condition_variable &condition,
                                          std::latch &latch, std::binary_semaphore &semaphore, std::atomic<int> &atomic,
                                          std::mutex &mutex) {
  std::unique_lock lock(mutex);
  future.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  thread.join();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::thread::join' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  condition.wait(lock);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::condition_variable::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  latch.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::latch::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  semaphore.acquire();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::counting_semaphore::acquire' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  atomic.wait(0);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}::wait' blocks the thread that runs this coroutine
  lock.unlock();
  co_await fetch();
}

aio::coro<> standard_input() {
  std::string line;
  std::getline(std::cin, line);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::cin' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}
aio::coro<> standard_input_by_operator() {
  int number;
  std::cin >> number;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::cin' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

aio::coro<> files() {
  std::ofstream file("x");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::basic_ofstream' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  std::filesystem::remove_all("x");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::filesystem::remove_all' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}

//===-- Not blocking ----------------------------------------------------------===//

aio::coro<> zero_timeouts_are_fine(std::future<int> future) {
  pollfd descriptor{};
  poll(&descriptor, 1, 0);
  int status;
  waitpid(1, &status, WNOHANG);
  if (future.wait_for(0s) == std::future_status::ready)
    use(future.get());
  co_await fetch();
}

aio::coro<> other_threads_are_fine(std::vector<std::function<void()>> &jobs) {
  jobs.push_back([] { sleep(1); });
  co_await aio::to_thread(one);
  co_await aio::to_thread([] { three(); });
  co_await aio::get_running_loop().run_in_executor(nullptr, [] { sleep(1); });
  std::thread detached([] { sleep(1); });
  detached.detach();
  std::function<void()> later = [] { sleep(1); };
  co_await aio::to_thread(later);
}

aio::coro<> reads_from_memory_are_fine() {
  std::stringstream stream("text");
  std::string line;
  std::getline(stream, line);
  std::cout << line << std::endl;
  co_await fetch();
}

aio::coro<> attempts_are_fine(std::mutex &mutex, std::binary_semaphore &semaphore, std::latch &latch) {
  if (std::unique_lock lock(mutex, std::try_to_lock); lock)
    use(1);
  if (semaphore.try_acquire())
    semaphore.release();
  if (latch.try_wait())
    use(2);
  co_await fetch();
}

aio::coro<> notifications_are_fine(std::condition_variable &condition, std::atomic<int> &atomic, std::promise<int> &promise) {
  condition.notify_all();
  atomic.notify_one();
  promise.set_value(1);
  co_await fetch();
}

// A deferred call never runs if no code asks for its result.
aio::coro<> deferred_is_fine() {
  auto future = std::async(std::launch::deferred, [] { return 1; });
  co_await fetch();
}

aio::coro<> waited_for_on_another_thread_is_fine() {
  auto future = std::async([] { return 1; });
  co_await aio::to_thread([&] { future.wait(); });
  use(future.get());
}



template <class T>
struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T);
    void return_void() {}
    void unhandled_exception() {}
  };
};
generator<std::string> a_generator_without_awaits_is_fine() {
  std::ifstream file("x");
  std::string line;
  while (std::getline(file, line))
    co_yield line;
  sleep(1);
}

struct holder {
  std::jthread thread;
};
aio::coro<> a_thread_of_another_object_is_fine(holder &h) {
  h.thread.request_stop();
  std::jthread none;
  co_await fetch();
}

class worker {
public:
  void loop() { sleep(1); }
  aio::coro<> a_member_on_another_thread_is_fine() {
    co_await aio::to_thread(&worker::loop, this);
    co_await aio::to_thread([this] { loop(); });
  }
};

//===-- Awaits after which the coroutine is on another thread -----------------------===//

struct new_thread {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    std::thread([handle] { handle.resume(); }).detach();
  }
  void await_resume() {}
};
aio::coro<> a_thread_of_its_own_is_fine() {
  co_await new_thread();
  sleep(1);
}
class pool {
public:
  struct operation {
    pool &owner;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> handle) { owner.queue.push_back(handle); }
    void await_resume() {}
  };
  operation schedule();
  template <class F>
  operation run(F);
  void post(std::function<void()>);
  std::vector<std::coroutine_handle<>> queue;

private:
  std::vector<std::jthread> threads;
};
struct on {
  pool &where;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
aio::coro<> a_thread_of_a_pool_is_fine(pool &p) {
  co_await p.schedule();
  sleep(1);
}
aio::coro<> a_thread_of_a_shared_pool_is_fine(std::shared_ptr<pool> p) {
  co_await on{*p};
  sleep(1);
}
aio::coro<> a_branch_that_is_not_compiled_is_fine() {
  if constexpr (sizeof(int) == 1)
    sleep(1);
  co_await fetch();
}
struct client {
  aio::coro<> refresh();
  void refresh_now() { sleep(1); }
};
aio::coro<> a_blocking_method_after_an_awaited_one(client &c) {
  co_await c.refresh();
  c.refresh_now();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'refresh_now' calls 'sleep', which blocks the thread
}
aio::coro<> a_moved_future_that_was_tested_is_fine(std::vector<std::future<int>> futures) {
  for (auto &future : futures)
    if (future.wait_for(0s) == std::future_status::ready)
      use(std::move(future).get());
  co_await fetch();
}

//===-- Templates without instantiations -------------------------------------------===//
template <class T>
aio::coro<> pattern(T t) {
  sleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep' blocks the thread that runs this coroutine
  co_await fetch();
  t.run();
}
template <class T>
aio::coro<T> pattern_with_its_argument_as_result(T t) {
  sleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep' blocks the thread that runs this coroutine
  co_return t;
}
template <class T>
aio::coro<> pattern_that_may_leave_its_thread_is_fine(T t) {
  co_await t.schedule();
  sleep(1);
}
template <class T>
aio::coro<> pattern_that_may_not_compile_the_call_is_fine(T) {
  if constexpr (T::on_a_thread)
    sleep(1);
  co_await fetch();
}
template <class T>
T pattern_that_may_not_be_a_coroutine_task_is_fine(T) {
  sleep(1);
  co_return;
}

//===-- Initialisers of members, algorithms ----------------------------------------===//

static int slowly(int n) { return static_cast<int>(sleep(n)); }
struct by_default {
  int value = slowly(1);
};
struct by_initialiser {
  by_initialiser(int n) : value(slowly(n)) {}
  int value;
};
struct derived : slow {};
aio::coro<> through_initialisers_of_members() {
  by_default first;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'by_default' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  by_initialiser second(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'by_initialiser' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  derived third;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'derived' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  by_default given{1};
  use(first.value + second.value + given.value);
  co_await fetch();
}
aio::coro<> through_algorithms(std::vector<int> numbers) {
  std::transform(numbers.begin(), numbers.end(), numbers.begin(), slowly);
  std::transform(numbers.begin(), numbers.end(), numbers.begin(), [](int n) { return slowly(n); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'transform' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  std::ranges::for_each(numbers, [](int n) { sleep(n); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'operator()' calls 'sleep', which blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_await fetch();
}
