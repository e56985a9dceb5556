// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Running tasks of a type without facts, on the paths of one function, with every kind of destructor.
#include "../own.h"

#include <cassert>
#include <memory>
#include <thread>
#include <vector>

using own::eager;
using own::lazy;
eager<> go(int = 0);
bool lucky();

//===-- Dropped --------------------------------------------------------------===//

void at_once() {
  go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; dropping it cancels it [coro-discarded-task]
  (void)go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  std::ignore = go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  [[maybe_unused]] auto named = go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
}
lazy<> on_some_path(bool b) {
  auto task = go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped on some path; {{.*}} [coro-discarded-task]
  if (b)
    co_return;
  co_await std::move(task);
}
lazy<> overwritten() {
  auto task = go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is overwritten while it may still run; {{.*}} [coro-discarded-task]
  task = go(1);
  co_await std::move(task);
}
lazy<> collected() {
  std::vector<eager<>> tasks;
  tasks.push_back(go());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
lazy<> in_operators(bool b) {
  b ? go(1) : go(2);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  go(3), co_await go(4);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
}
template <class T>
lazy<> template_is_reported_once(T) {
  go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
lazy<> instantiates() {
  co_await template_is_reported_once(1);
  co_await template_is_reported_once('c');
}

namespace terminates {
struct task {
  struct promise_type {
    task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  ~task() {
    if (!handle.done())
      std::terminate();
  }
  void join();
  std::coroutine_handle<promise_type> handle;
};
task start();
void dropped() {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it terminates the program [coro-discarded-task]
}
} // namespace terminates

namespace blocks {
struct task {
  struct promise_type {
    task get_return_object();
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  ~task() { wait(); }
  void wait();
};
task start();
void dropped() {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it blocks until it is done [coro-discarded-task]
}
} // namespace blocks

namespace detaches {
struct task {
  struct promise_type {
    task get_return_object();
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  own::awaits<void> operator co_await();
  template <class F>
  task then(F) {
    return {};
  }
  std::coroutine_handle<promise_type> handle;
};
task start();
void dropped() {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it detaches it{{.*}} [coro-discarded-task]
}
void continued_is_fine() {
  start().then([] {});
  auto task = start();
  task.then([] {});
}
} // namespace detaches

//===-- Kept or passed on ---------------------------------------------------===//

eager<> take(eager<> task);
class keeps {
public:
  keeps() : task_(go()) {}
  void more() { tasks_.push_back(go()); }

private:
  eager<> task_;
  std::vector<eager<>> tasks_;
};
lazy<> awaited_is_fine(bool b) {
  co_await go();
  auto task = go();
  if (b)
    co_await std::move(task);
  else
    co_await take(std::move(task));
}
eager<> returned_is_fine() { return go(); }
void a_continuation_that_is_cancelled_at_once() {
  go().then([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'then' is dropped; {{.*}} [coro-discarded-task]
}
lazy<> polled_to_its_end_is_fine() {
  auto task = go();
  while (!task.done())
    co_await take(go());
}
lazy<> tested_before_its_await_is_fine() {
  eager<> task;
  if (lucky())
    task = go();
  if (task)
    co_await std::move(task);
}
lazy<> owned_elsewhere_is_fine(std::vector<eager<>> &tasks, std::unique_ptr<eager<>> &slot) {
  tasks.push_back(go());
  slot = std::make_unique<eager<>>(go());
  co_return;
}
lazy<> joined_in_a_loop_is_fine() {
  std::vector<eager<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(go(i));
  for (auto &task : tasks)
    co_await std::move(task);
}

//===-- Coroutine types that cannot be awaited -----------------------------------===//
template <class Self>
struct promise_on_its_own {
  Self get_return_object() { return {}; }
  std::suspend_never initial_suspend() { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() {}
};
struct tag {};
struct with_a_base : tag {
  struct promise_type : promise_on_its_own<with_a_base> {};
};
struct with_a_handle {
  struct promise_type : promise_on_its_own<with_a_handle> {};
  std::coroutine_handle<> handle;
};
struct that_can_be_joined {
  struct promise_type : promise_on_its_own<that_can_be_joined> {};
  void join();
};
with_a_base based();
with_a_handle handled();
that_can_be_joined joined();
void coroutine_types_that_cannot_be_awaited_are_fine() {
  based();
  handled();
}
void a_coroutine_type_with_a_join() {
  joined();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'joined' is dropped
}

//===-- Tasks that end with the scope of their variable, by design ------------------===//
struct joining {
  struct promise_type {
    joining get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  ~joining() { join(); }
  void join();
  own::awaits<void> operator co_await();
};
joining start_joining();
void joined_at_the_end_of_the_scope_is_fine() { auto first = start_joining(), second = start_joining(); }
void joined_at_once() {
  start_joining();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start_joining' is dropped; dropping it blocks until it is done
}
own::lazy<> joined_in_a_coroutine() {
  auto task = start_joining();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start_joining' is dropped; dropping it blocks until it is done
  co_return;
}

//===-- Tasks whose state is tested ------------------------------------------------===//
enum class status { pending, done };
struct watched : eager<> {
  enum status status() const;
};
watched go_watched();
void check(bool);
void turn_the_loop();
lazy<> asserted_to_be_done_is_fine() {
  auto task = go();
  turn_the_loop();
  check(task.done());
  co_return;
}
lazy<> its_status_is_compared_is_fine() {
  auto task = go_watched();
  turn_the_loop();
  if (task.status() == status::pending)
    co_await std::move(task);
}
lazy<> its_status_in_a_switch_is_fine() {
  auto task = go_watched();
  switch (task.status()) {
  case status::pending:
    co_await std::move(task);
    break;
  case status::done:
    break;
  }
}
lazy<> its_state_is_read_and_dropped() {
  auto task = go();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'go' is dropped
  (void)task.done();
  co_return;
}
