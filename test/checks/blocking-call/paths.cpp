// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// What blocks is looked for along paths: before the coroutine leaves its thread, in recursive functions, and after a
// future was found ready.
#include <aio-standin/aio/aio.h>

#include <coroutine>
#include <future>
#include <thread>
#include <unistd.h>
#include <vector>

aio::coro<> fetch();
#define CHECK_THAT(condition)                                                                                          \
  do {                                                                                                                 \
    if (!(condition))                                                                                                  \
      __builtin_trap();                                                                                                \
  } while (0)

//===-- On which thread -------------------------------------------------------===//

struct pool {
  std::vector<std::thread> threads;
  struct operation {
    pool &owner;
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  operation schedule();
};

aio::coro<> one_branch_leaves(pool &workers, bool offload) {
  if (offload)
    co_await workers.schedule();
  else
    sleep(1);
  // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread
  co_await fetch();
}

aio::coro<> the_other_branch_leaves(pool &workers, bool offload) {
  if (!offload)
    sleep(1);
  // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread
  else
    co_await workers.schedule();
  co_await fetch();
}

aio::coro<> left_on_some_path_only(pool &workers, bool offload) {
  if (offload)
    co_await workers.schedule();
  sleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep' blocks the thread
}

aio::coro<> left_and_slept_under_one_condition(pool &workers, const bool offload) {
  if (offload)
    co_await workers.schedule();
  if (offload)
    sleep(1);
  co_await fetch();
}

aio::coro<> left_before_the_handler(pool &workers) {
  co_await workers.schedule();
  try {
    co_await fetch();
  } catch (const std::exception &) {
    sleep(1);
  }
}

aio::coro<> blocked_in_a_handler() {
  bool failed = false;
  try {
    co_await fetch();
  } catch (const std::runtime_error &) {
    failed = true;
    sleep(1);
    // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread
  }
  if (failed)
    throw 1;
}

aio::coro<> several_variables_in_one_declaration() {
  int slept = 0, more = static_cast<int>(sleep(1));
  // CHECK: :[[#@LINE-1]]:42: warning: 'sleep' blocks the thread
  co_await fetch();
  (void)slept, (void)more;
}

//===-- Recursion -------------------------------------------------------------===//

void odd(int);
void even(int n) {
  if (n)
    odd(n - 1);
  sleep(1);
}
void odd(int n) {
  if (n)
    even(n - 1);
}

aio::coro<> even_first() {
  even(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'even' calls 'sleep', which blocks the thread
  co_await fetch();
}
aio::coro<> odd_second() {
  odd(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'odd' calls 'sleep', which blocks the thread
  co_await fetch();
}

void left(int);
void right(int n) {
  if (n)
    left(n - 1);
}
void left(int n) {
  if (n)
    right(n - 1);
  usleep(1);
}

aio::coro<> right_first() {
  right(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'right' calls 'usleep', which blocks the thread
  co_await fetch();
}

void endless(int n) {
  if (n)
    endless(n - 1);
}
aio::coro<> recursion_that_blocks_nowhere() {
  endless(1);
  co_await fetch();
}

//===-- Ready -----------------------------------------------------------------===//

aio::coro<> asserted_ready(std::future<int> answer) {
  CHECK_THAT(answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
  answer.get();
  co_await fetch();
}

aio::coro<> asked_in_another_branch(std::future<int> answer, bool ask) {
  if (ask)
    (void)answer.wait_for(std::chrono::seconds(0));
  else
    answer.get();
  // CHECK: :[[#@LINE-1]]:12: warning: 'std::future::get' blocks the thread
  co_await fetch();
}

aio::coro<> asked_for_each_of_them(std::vector<std::future<int>> answers) {
  for (auto &answer : answers)
    while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
      co_await fetch();
  for (auto &answer : answers)
    answer.get();
}
