// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// RUN: %livecc -O2 %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine uses a reference to an object that no longer exists. The values are not read: they may be anything.
#include <aio/aio.h>
#include <string>

aio::coro<> turn() { co_await aio::sleep(std::chrono::seconds(0)); }
aio::coro<> by_reference(const std::string &name) {
  co_await turn();
  (void)&name;
}
aio::coro<> by_value(std::string) { co_await turn(); }
aio::coro<> second_by_reference(int, const int &number) {
  co_await turn();
  (void)&number;
}

// The function returns before its task begins, so its local variable no longer exists.
aio::task<> make() {
  std::string name = "a name of its own";
  return aio::create_task(by_reference(name));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'by_reference' runs with a reference to 'name', which is gone by then (argument 1) [coro-dangling-argument]
  // LIVE: :[[#@LINE-2]]:{{([0-9]+:)?}} warning: 'by_reference' runs with a reference to an object of its creator's stack that is gone (argument 1) [coro-dangling-argument]
}
aio::coro<> a_local_of_a_function() { co_await make(); }

// The second argument is a temporary.
aio::task<> make_of_a_temporary() {
  return aio::create_task(second_by_reference(1, 2));
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'second_by_reference' runs with a reference to a temporary, which is gone by then (argument 2) [coro-dangling-argument]
  // LIVE: :[[#@LINE-2]]:{{([0-9]+:)?}} warning: 'second_by_reference' runs with a reference to an object of its creator's stack that is gone (argument 2) [coro-dangling-argument]
}
aio::coro<> a_temporary() { co_await make_of_a_temporary(); }

// The coroutine gets a reference to a local and is awaited after the function has returned.
aio::coro<> make_coroutine() {
  std::string name = "another name";
  return by_reference(name);
  // STATIC: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'by_reference' runs with a reference to 'name', which is gone by then (argument 1) [coro-dangling-argument]
  // LIVE: :[[#@LINE-2]]:{{([0-9]+:)?}} warning: 'by_reference' runs with a reference to an object of its creator's stack that is gone (argument 1) [coro-dangling-argument]
}
aio::coro<> awaited_later() { co_await make_coroutine(); }

// The frame holds a copy.
aio::task<> make_by_value() {
  std::string name = "a name";
  return aio::create_task(by_value(name));
}
aio::coro<> a_copy_is_fine() { co_await make_by_value(); }

// The local belongs to a coroutine that awaits the task, so it lives long enough.
aio::coro<> a_local_of_a_coroutine_is_fine() {
  const std::string name = "a name";
  auto task = aio::create_task(by_reference(name));
  co_await turn();
  co_await task;
}

// A temporary lives until the end of the expression that awaits the task.
aio::coro<> awaited_at_once_is_fine() { co_await by_reference("a name"); }

// A lambda without captures has no state that could be destroyed.
aio::task<> make_of_a_lambda() {
  return aio::create_task([]() -> aio::coro<> { co_await turn(); }());
}
aio::coro<> a_lambda_without_captures_is_fine() { co_await make_of_a_lambda(); }

// The locals of main exist as long as the loop runs.
aio::coro<> all() {
  co_await a_local_of_a_function();
  co_await a_temporary();
  co_await awaited_later();
  co_await a_copy_is_fine();
  co_await a_local_of_a_coroutine_is_fine();
  co_await awaited_at_once_is_fine();
  co_await a_lambda_without_captures_is_fine();
}
aio::coro<> of_main_is_fine(const std::string &) { co_await all(); }
int main() {
  const std::string name = "main's own";
  aio::run(of_main_is_fine(name));
}
