// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// A coroutine is passed as a callback to code that drops its task.
#include <aio-standin/aio/aio.h>

#include <algorithm>
#include <future>

aio::coro<> fetch();
aio::coro<> fetch_one(int);
void on_click(std::function<void()>);
void on_click_async(std::function<aio::coro<>()>);
void on_message(std::function<void(int)>);

// The wrapper calls its callable as void.
void wrapped_in_a_void_function() {
  std::function<void()> callback = fetch;
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  on_click([] { return fetch(); });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  on_click([]() -> aio::coro<> { co_await fetch(); });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  on_message(fetch_one);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  callback = fetch;
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}

// A thread drops what its function returns.
void run_on_a_thread() {
  std::thread thread(fetch);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::thread' calls this and drops the task it returns{{.*}} [coro-void-callback]
  thread.join();
  std::jthread joining([]() -> aio::coro<> { co_return; });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::jthread' calls this and drops the task it returns{{.*}} [coro-void-callback]
}

// for_each drops what its callable returns.
void called_for_each_element(std::vector<int> &numbers) {
  std::for_each(numbers.begin(), numbers.end(), fetch_one);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::for_each' calls this and drops the task it returns{{.*}} [coro-void-callback]
}

// stop_callback and call_once drop what their callables return.
void called_once(std::stop_token token) {
  std::stop_callback callback(token, [] { return fetch(); });
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::stop_callback' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::once_flag once;
  std::call_once(once, fetch);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::call_once' calls this and drops the task it returns{{.*}} [coro-void-callback]
}

// The loop calls its callbacks as void.
void scheduled_on_the_loop() {
  aio::get_running_loop().call_soon(fetch);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::event_loop::call_soon' calls this and drops the task it returns{{.*}} [coro-void-callback]
}

// The wrapper's signature returns the task.
void a_callback_that_returns_the_task_is_fine() {
  on_click_async(fetch);
  std::function<aio::coro<>()> callback = [] { return fetch(); };
}

// The callback starts a task and gives it to the loop.
void a_callback_that_spawns_is_fine(std::vector<aio::task<void>> &tasks) {
  on_click([&tasks] { tasks.push_back(aio::create_task(fetch())); });
}

// The callback returns no task.
void an_ordinary_callback_is_fine() {
  on_click([] {});
  on_message([](int number) { return number + 1; });
}
