// RUN: %check %s -- %flags -std=c++23 2>&1 | FileCheck %s --implicit-check-not=warning:
// Coroutines in every kind of callable, given to every kind of wrapper that calls it as void.
#include "../own.h"

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <thread>
#include <tuple>
#include <variant>
#include <vector>

using own::eager;
using own::lazy;
lazy<> work();
lazy<> work_on(int);
eager<> run();
struct functor {
  lazy<> operator()() const;
  lazy<> member();
};
struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
fire_and_forget notify();
void on_event(std::function<void()>);
void on_event_async(std::function<lazy<>()>);

//===-- Dropped --------------------------------------------------------------===//

void wrapped(functor object, std::vector<std::function<void()>> &callbacks, bool b) {
  std::function<void()> f = work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  f = &work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  f = object;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  f = [object] { return object(); };
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  f = [] { return run(); };
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::function<void(functor &)> g = &functor::member;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::function<void(int)> h = [](auto number) { return work_on(number); };
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::packaged_task<void()> p(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::packaged_task' calls this and drops the task it returns{{.*}} [coro-void-callback]
  callbacks.push_back(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  on_event(b ? work : nullptr);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  on_event(std::bind_front(work_on, 1));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
std::function<void()> returned() {
  return work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
struct members {
  std::function<void()> initialised = work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::function<void()> constructed;
  members() : constructed(work) {}
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
};
void called(std::vector<int> &numbers, std::stop_token token) {
  std::thread thread(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::thread' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::jthread joining(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::jthread' calls this and drops the task it returns{{.*}} [coro-void-callback]
  auto future = std::async(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::async' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::once_flag once;
  std::call_once(once, work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::call_once' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::stop_callback callback(token, work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::stop_callback' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::for_each(numbers.begin(), numbers.end(), work_on);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::for_each' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::ranges::for_each(numbers, work_on);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::ranges::for_each' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::shared_ptr<int> pointer(new int, [](int *p) -> lazy<> {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::shared_ptr' calls this and drops the task it returns{{.*}} [coro-void-callback]
    delete p;
    co_return;
  });
  thread.join();
}
template <class F>
void template_is_reported_once(F f) {
  std::function<void()> g = f;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void instantiates() {
  template_is_reported_once(work);
  template_is_reported_once(functor());
}

//===-- Fine -----------------------------------------------------------------===//

template <class F>
void run_generic(F f) {
  auto task = f();
  task.start();
}
void tasks_are_passed_on_is_fine() {
  on_event_async(work);
  std::function<lazy<>()> f = work;
  f = [] { return work(); };
  std::function<lazy<>()> g = f;
  run_generic(work);
}
void detached_coroutines_are_fine() {
  std::function<void()> f = notify;
  on_event(notify);
  on_event([] { notify(); });
  std::thread([] { notify(); }).join();
}
void void_callbacks_are_fine(std::function<void()> given) {
  std::function<void()> f = given;
  f = std::move(given);
  f = nullptr;
  f = {};
  on_event([] {
    auto task = work();
    task.start();
  });
}
lazy<> results_are_collected_is_fine(std::vector<int> &numbers) {
  std::vector<lazy<>> tasks;
  std::ranges::transform(numbers, std::back_inserter(tasks), work_on);
  for (auto &task : tasks)
    co_await std::move(task);
}
void projections_are_fine(std::vector<lazy<>> &tasks) {
  std::ranges::for_each(tasks, [](auto &task) { task.start(); });
  std::for_each(tasks.begin(), tasks.end(), [](lazy<> &task) { task.start(); });
}
lazy<> &a_reference_to_a_task(int);
void references_are_fine(std::vector<int> &numbers) { std::for_each(numbers.begin(), numbers.end(), a_reference_to_a_task); }
void emplaced(std::vector<std::function<void()>> &callbacks) {
  callbacks.emplace_back(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void into_a_map(std::map<int, std::function<void()>> &callbacks) {
  callbacks.emplace(1, work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  callbacks.insert_or_assign(2, work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  callbacks.insert({3, work});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  callbacks.emplace(4, [] { work().start(); });
  callbacks.insert({5, [] {}});
}
void into_a_map_that_awaits_is_fine(std::map<int, std::function<lazy<>()>> &callbacks) {
  callbacks.emplace(1, work);
  callbacks.insert({2, work});
}

//===-- A wrapper whose argument is the result type of its task --------------------===//
template <class Signature>
class async_function;
template <class R, class... Args>
class async_function<R(Args...)> {
public:
  template <class F>
  async_function(F) {}
  lazy<R> operator()(Args...) const;
};
lazy<> awaits_what_it_wraps_is_fine() {
  async_function<void()> wrapped = work;
  async_function<void(int)> other = [](int i) { return work_on(i); };
  co_await wrapped();
  co_await other(1);
}

//===-- Wrappers in other objects ---------------------------------------------------===//
void a_signature_in_a_pack() {
  std::move_only_function<void()> f = work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::move_only_function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::move_only_function<lazy<>()> g = work;
}
void made_inside_another_object(std::optional<std::function<void()>> perhaps) {
  auto owned = std::make_unique<std::function<void()>>(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  perhaps = work;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::optional<std::function<void()>> other(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
  std::tuple<int, std::function<void()>> named{1, work};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void wrappers_with_the_right_signature_are_fine() {
  std::pair<std::function<void()>, std::function<lazy<>()>> two{[] {}, work};
  std::tuple<std::function<lazy<>()>, std::function<void()>, int> three{work, [] {}, 1};
  std::variant<std::function<void()>, std::function<lazy<>()>> either;
  either.emplace<1>(work);
  auto owned = std::make_shared<std::function<lazy<>()>>(work);
}
void the_task_is_in_the_future_is_fine() {
  auto future = std::async(work);
  future.get().start();
  std::async(std::launch::deferred, work_on, 1).get().start();
}
std::future<lazy<>> returned_in_a_future_is_fine() { return std::async(work); }
void dropped_in_a_future() {
  std::async(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::async' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
