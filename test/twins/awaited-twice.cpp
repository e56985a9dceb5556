// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefix=STATIC --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A coroutine or a generator's step is awaited a second time.
#include <aio/aio.h>

aio::coro<int> answer() {
  co_await aio::sleep(std::chrono::seconds(0));
  co_return 42;
}
aio::async_generator<int> numbers() {
  for (int i = 0;; ++i)
    co_yield i;
}
template <class F> void expect_refusal(F function) {
  try {
    function();
  } catch (const aio::runtime_error &) {
  }
}

// A coroutine is kept in a variable and awaited two times.
aio::coro<> in_a_row() {
  auto later = answer();
  co_await std::move(later);
  try {
    co_await std::move(later);
    // STATIC: :[[#@LINE-1]]:5: warning: 'later' was awaited before, and is awaited again [coro-awaited-twice]
    // LIVE: :[[#@LINE-2]]: warning: this coroutine was awaited, moved from or made a task before [coro-awaited-twice]
  } catch (const aio::runtime_error &) {
  }
}

// The coroutine became a task. The task can be awaited again, the coroutine cannot.
aio::coro<> awaited_after_it_became_a_task() {
  auto later = answer();
  auto task = aio::create_task(std::move(later));
  try {
    co_await std::move(later);
    // STATIC: :[[#@LINE-1]]:5: warning: 'later' was moved from before, and is awaited again [coro-awaited-twice]
    // LIVE: :[[#@LINE-2]]: warning: this coroutine was awaited, moved from or made a task before [coro-awaited-twice]
  } catch (const aio::runtime_error &) {
  }
  co_await task;
}

// Only one task can be made of a coroutine.
aio::coro<> two_tasks_of_one() {
  auto later = answer();
  auto task = aio::create_task(std::move(later));
  expect_refusal([&] {
    aio::create_task(std::move(later)).cancel();
    // LIVE: :[[#@LINE-1]]: warning: this coroutine was awaited, moved from or made a task before [coro-awaited-twice]
  });
  co_await task;
}

// One step of a generator gives one value.
aio::coro<> a_step_of_a_generator() {
  auto all = numbers();
  auto step = all.anext();
  co_await step;
  try {
    co_await step;
    // LIVE: :[[#@LINE-1]]: warning: this step of an async generator was awaited, moved from or made a task before [coro-awaited-twice]
  } catch (const aio::runtime_error &) {
  }
  co_await all.aclose();
}

// Any number of tasks may await a task, at any time.
aio::coro<> a_task_twice_is_fine() {
  auto task = aio::create_task(answer());
  co_await task;
  co_await task;
}

// The variable gets a new coroutine before the second await.
aio::coro<> a_new_one_in_an_old_variable_is_fine() {
  auto later = answer();
  co_await std::move(later);
  later = answer();
  co_await std::move(later);
}

// Each call of anext is a new step.
aio::coro<> steps_in_a_loop_are_fine() {
  auto all = numbers();
  for (int i = 0; i < 3; ++i)
    co_await all.anext();
  co_await all.aclose();
}

aio::coro<> all() {
  co_await in_a_row();
  co_await awaited_after_it_became_a_task();
  co_await two_tasks_of_one();
  co_await a_step_of_a_generator();
  co_await a_task_twice_is_fine();
  co_await a_new_one_in_an_old_variable_is_fine();
  co_await steps_in_a_loop_are_fine();
}
int main() { aio::run(all()); }
