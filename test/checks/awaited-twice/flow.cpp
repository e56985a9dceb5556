// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// A task that is consumed a second time: in a row, in loops, on some path, after it was given away; and what is fine.
#include "../own.h"
#include <aio-standin/aio/aio.h>
#include <concurrencpp/concurrencpp.h>
#include <cppcoro/cppcoro.h>

#include <memory>
#include <optional>
#include <vector>

aio::coro<int> request();
void spawn(aio::coro<int>);
void refill(aio::coro<int> &);
bool ready();

//===-- Consumed again --------------------------------------------------------===//

aio::coro<> in_a_row() {
  auto task = request();
  co_await std::move(task);
  // CHECK: :[[#@LINE+1]]:3: warning: 'task' was awaited before, and is awaited again [coro-awaited-twice]
  co_await std::move(task);
  // CHECK: :[[#@LINE-3]]:3: note: it is awaited here
}

aio::coro<> in_a_retry() {
  auto task = request();
  for (int attempt = 0; attempt < 3; ++attempt)
    if (co_await std::move(task) == 200)
      break;
  // CHECK: :[[#@LINE-2]]:9: warning: 'task' was awaited before, and is awaited again [coro-awaited-twice]
  // CHECK: :[[#@LINE-3]]:9: note: the loop around it runs it again
}

aio::coro<> on_one_path(bool early) {
  auto task = request();
  if (early)
    co_await std::move(task);
  co_await std::move(task);
  // CHECK: :[[#@LINE-1]]:3: warning: 'task' was awaited before, and is awaited again
}

aio::coro<> spawned_and_awaited() {
  auto task = request();
  spawn(std::move(task));
  co_await std::move(task);
  // CHECK: :[[#@LINE-1]]:3: warning: 'task' was moved from before, and is awaited again
}

aio::coro<> spawned_twice(bool again) {
  auto task = request();
  spawn(std::move(task));
  if (again)
    spawn(std::move(task));
  // CHECK: :[[#@LINE-1]]:5: warning: 'task' was moved from before, and is moved again
  co_return;
}

aio::coro<> a_parameter(aio::coro<int> task) {
  co_await std::move(task);
  co_await std::move(task);
  // CHECK: :[[#@LINE-1]]:3: warning: 'task' was awaited before, and is awaited again
}

aio::coro<> with_a_cast_for_a_move() {
  auto task = request();
  co_await static_cast<aio::coro<int> &&>(task);
  co_await static_cast<aio::coro<int> &&>(task);
  // CHECK: :[[#@LINE-1]]:3: warning: 'task' was awaited before, and is awaited again
}

template <class T>
aio::coro<T> in_a_template() {
  auto task = request();
  co_await std::move(task);
  co_return static_cast<T>(co_await std::move(task));
  // CHECK: :[[#@LINE-1]]:28: warning: 'task' was awaited before, and is awaited again
}
template aio::coro<long> in_a_template<long>();

aio::coro<> in_a_lambda() {
  co_await []() -> aio::coro<> {
    auto task = request();
    co_await std::move(task);
    co_await std::move(task);
    // CHECK: :[[#@LINE-1]]:5: warning: 'task' was awaited before, and is awaited again
  }();
}

//===-- Fine ------------------------------------------------------------------===//

aio::coro<> on_either_path(bool early) {
  auto task = request();
  if (early) {
    co_await std::move(task);
    co_return;
  }
  co_await std::move(task);
}

aio::coro<> on_opposite_conditions(bool early) {
  auto task = request();
  if (early)
    co_await std::move(task);
  if (!early)
    co_await std::move(task);
}

aio::coro<> filled_again() {
  auto task = request();
  co_await std::move(task);
  task = request();
  co_await std::move(task);
}

aio::coro<> filled_in_a_loop() {
  auto task = request();
  while (co_await std::move(task) != 200)
    task = request();
}

aio::coro<> a_new_one_in_each_round() {
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto task = request();
    co_await std::move(task);
  }
}

aio::coro<> filled_by_a_function() {
  auto task = request();
  co_await std::move(task);
  refill(task);
  co_await std::move(task);
}

aio::coro<> filled_by_a_lambda() {
  auto task = request();
  auto fill = [&] { task = request(); };
  co_await std::move(task);
  fill();
  co_await std::move(task);
}

aio::coro<> left_by_an_exception() {
  auto task = request();
  co_await std::move(task);
  throw 1;
}

aio::coro<> kept_and_swapped() {
  auto task = request();
  auto other = std::move(task);
  task = request();
  co_await std::move(task);
  co_await std::move(other);
}

aio::coro<> only_the_first_time() {
  auto task = request();
  bool first = true;
  while (ready()) {
    if (first)
      co_await std::move(task);
    first = false;
  }
}

cppcoro::shared_task<int> shared();
cppcoro::task<int> answer();
cppcoro::task<> a_shared_task_may_be_awaited_often() {
  auto task = shared();
  co_await task;
  co_await task;
}
cppcoro::task<> as_an_lvalue_it_stays_where_it_is() {
  auto task = answer();
  co_await task;
  co_await task;
}

//===-- Single-shot by fact ---------------------------------------------------===//

concurrencpp::result<int> compute();
concurrencpp::result<int> a_result_is_taken_once() {
  auto result = compute();
  co_await result;
  co_return co_await result;
  // CHECK: :[[#@LINE-1]]:13: warning: 'result' was awaited before, and is awaited again
}
