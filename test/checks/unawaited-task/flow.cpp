// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Paths through one function: which of them lose a lazy task.
#include "../own.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <ranges>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

using own::lazy;
lazy<int> work(int = 0);
lazy<> fetch();
bool lucky();
void look(int);
void take(lazy<int> &&);
void take_reference(lazy<int> &);
void take_pointer(lazy<int> *);
lazy<> all(std::vector<lazy<int>>);

//===-- Lost ----------------------------------------------------------------===//

lazy<> lost_in_one_arm_of_an_if(bool b) {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  if (b)
    co_await std::move(task);
}

lazy<> lost_in_one_case(int k) {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  switch (k) {
  case 0:
    co_await std::move(task);
    break;
  case 1:
    break;
  default:
    take(std::move(task));
  }
}

lazy<> lost_by_a_break() {
  for (;;) {
    auto task = work();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
    if (lucky())
      break;
    co_await std::move(task);
  }
}

lazy<> lost_by_a_continue() {
  for (int i = 0; i < 3; ++i) {
    auto task = work(i);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
    if (i == 1)
      continue;
    co_await std::move(task);
  }
}

lazy<> lost_by_a_goto(bool b) {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  if (b)
    goto out;
  co_await std::move(task);
out:
  look(0);
}

lazy<> lost_in_a_handler() {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is not awaited on every path [coro-unawaited-task]
  try {
    co_await fetch();
  } catch (...) {
    co_return;
  }
  co_await std::move(task);
}

lazy<> overwritten_in_a_loop() {
  lazy<int> task;
  for (int i = 0; i < 3; ++i)
    task = work(i);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is overwritten before it is awaited, so it never runs [coro-unawaited-task]
  co_await std::move(task);
}

lazy<> moved_on_and_lost() {
  auto first = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  auto second = std::move(first);
  co_return;
}

lazy<> only_queried() {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  look(task.valid() + task.done());
  co_return;
}

lazy<> lost_in_every_kind_of_container() {
  std::vector<lazy<int>> vector;
  vector.push_back(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  vector.emplace_back(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::deque<lazy<int>> deque;
  deque.push_front(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::list<lazy<int>> list;
  list.emplace_front(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::map<int, lazy<int>> map;
  map.emplace(1, work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  map.try_emplace(2, work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::queue<lazy<int>> queue;
  queue.push(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::optional<lazy<int>> optional;
  optional = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::tuple<lazy<int>, int> tuple{work(), 1};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::vector<lazy<int>> slots(2);
  slots[0] = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  slots.at(1) = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  lazy<int> two[2];
  two[0] = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::vector<lazy<int>> filled(2);
  for (auto &one : filled)
    one = work();
  for (int i = 0; i < 2; ++i)
    filled[i] = work();
  for (auto &one : filled)
    look(co_await std::move(one));
  lazy<int> perhaps[2];
  perhaps[0] = work();
  if (perhaps[0])
    look(co_await std::move(perhaps[0]));
  std::vector<lazy<int>> listed;
  listed.push_back(work());
  if (listed[0].valid())
    look(co_await std::move(listed[0]));
  std::map<int, lazy<int>> by_key;
  by_key[1] = work();
  look(co_await std::move(by_key[1]));
  auto part = std::make_pair(work(), 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  look(part.second);
  auto other = std::make_tuple(work(), 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  look(std::get<1>(other));
  auto awaited = std::make_pair(work(), 1);
  look(awaited.second);
  co_await std::move(awaited.first);
  auto pair = std::make_pair(work(), 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  std::array<lazy<int>, 2> array{work(), work()};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  lazy<int> plain[] = {work()};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  look(int(vector.size() + deque.size() + list.size() + map.size() + queue.size()));
  co_return;
}

lazy<> structured_binding_that_is_never_used() {
  auto [task, number] = std::make_pair(work(), 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

lazy<> statements_of_all_kinds(bool b, int k) {
  if (b)
    work(1);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  else
    work(2);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  while (b)
    work(3);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  do
    work(4);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  while (b);
  for (work(5); b; work(6))
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
    ;
  switch (k) {
  case 0:
    work(7);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  default:
    work(8);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  }
label:
  work(9);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  if (work(10); b)
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
    look(1);
  [[likely]] work(11);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  { work(12); }
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  b ? (void)work(13) : look(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  work(14).valid();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

lazy<> held_by_an_init_statement_and_never_awaited() {
  if (auto task = work(); task.valid())
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
    look(1);
  co_return;
}

lazy<> inner_functions_are_functions_too() {
  auto inner = []() -> lazy<> {
    work();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
    co_return;
  };
  struct local {
    static void run() {
      work();
      // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
    }
  };
  local::run();
  co_await inner();
}

#define EVALUATE(X) X
#define START_AND_FORGET() fetch()
lazy<> macros_are_seen_through() {
  EVALUATE(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  START_AND_FORGET();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

lazy<> if_constexpr_drops_the_other_branch() {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is {{.*}} [coro-unawaited-task]
  if constexpr (sizeof(int) == 1)
    co_await std::move(task);
  co_return;
}

lazy<lazy<int>> makes_a_task();
lazy<> task_yielded_by_an_await() {
  co_await makes_a_task();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task that this 'co_await' yields is never awaited{{.*}} [coro-unawaited-task]
  co_await co_await makes_a_task();
}

static void ignores_its_parameter(lazy<int>) {}
static void only_looks(lazy<int> task) { look(task.valid()); }
lazy<> given_to_a_function_that_drops_it() {
  ignores_its_parameter(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  only_looks(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

//===-- Consumed ------------------------------------------------------------===//

lazy<> the_same_condition_is_fine(bool b) {
  lazy<int> task;
  if (b)
    task = work();
  look(1);
  if (b)
    co_await std::move(task);
}

lazy<> validity_guards_are_fine() {
  lazy<int> task;
  if (lucky())
    task = work();
  if (task.valid())
    co_await std::move(task);
  std::optional<lazy<int>> other;
  if (lucky())
    other.emplace(work());
  if (!other)
    co_return;
  co_await std::move(*other);
}

lazy<> null_tests_of_every_spelling_are_fine() {
  std::optional<lazy<int>> a, b, c;
  if (lucky())
    a = work(), b = work(), c = work();
  if (a.has_value())
    co_await std::move(*a);
  if (b != std::nullopt)
    co_await std::move(*b);
  if (c == std::nullopt)
    co_return;
  co_await std::move(*c);
}

lazy<> assigned_in_every_case_is_fine(int k) {
  lazy<int> task;
  switch (k) {
  case 0:
    task = work(0);
    break;
  case 1:
    task = work(1);
    break;
  default:
    co_return;
  }
  co_await std::move(task);
}

lazy<> handed_on_in_a_loop_is_fine() {
  auto next = work(0);
  for (int i = 1; i < 5; ++i) {
    auto current = std::move(next);
    next = work(i);
    co_await std::move(current);
  }
  co_await std::move(next);
}

lazy<> restarted_after_each_await_is_fine() {
  auto task = work();
  while (lucky()) {
    co_await std::move(task);
    task = work();
  }
  co_await std::move(task);
}

lazy<> loops_over_containers_are_fine() {
  std::vector<lazy<int>> vector;
  vector.push_back(work());
  for (auto &task : vector)
    co_await std::move(task);
  std::array array{work(), work()};
  for (std::size_t i = 0; i < array.size(); ++i)
    co_await std::move(array[i]);
  lazy<int> plain[2] = {work(), work()};
  for (int i = 0; i < 2; ++i)
    co_await std::move(plain[i]);
  std::deque<lazy<int>> deque;
  deque.push_back(work());
  while (!deque.empty()) {
    auto task = std::move(deque.front());
    deque.pop_front();
    co_await std::move(task);
  }
  std::map<int, lazy<int>> map;
  map.emplace(1, work());
  for (auto &[key, task] : map)
    look(key + co_await std::move(task));
  std::list<lazy<int>> list;
  list.push_back(work());
  for (auto i = list.begin(); i != list.end(); ++i)
    co_await std::move(*i);
  std::vector<lazy<int>> given;
  given.push_back(work());
  co_await all(std::move(given));
}

lazy<> filled_by_an_algorithm_is_fine() {
  std::vector<int> numbers{1, 2};
  std::vector<lazy<int>> tasks;
  std::ranges::transform(numbers, std::back_inserter(tasks), [](int n) { return work(n); });
  co_await all(std::move(tasks));
  for (auto task : numbers | std::views::transform([](int n) { return work(n); }))
    co_await std::move(task);
}

lazy<> swaps_are_fine() {
  auto one = work(1);
  auto two = work(2);
  std::swap(one, two);
  co_await std::move(one);
  co_await std::exchange(two, {});
}

lazy<> structured_bindings_are_fine() {
  auto [first, second] = std::make_tuple(work(), fetch());
  co_await std::move(second);
  co_await std::move(first);
}

lazy<> out_of_sight_is_fine() {
  take(work());
  auto task = work();
  take_reference(task);
  auto other = work();
  take_pointer(&other);
  auto owned = std::make_unique<lazy<int>>(work());
  co_await std::move(*owned);
}

lazy<> a_reference_is_the_task_is_fine() {
  auto &&task = work();
  co_await std::move(task);
  auto other = work();
  auto &name = other;
  co_await std::move(name);
}

lazy<> ternaries_are_fine(bool b) {
  co_await (b ? work(1) : work(2));
  auto task = b ? work(3) : work(4);
  co_await std::move(task);
}

lazy<> started_by_hand_is_fine() {
  auto task = work();
  task.start();
  look(work().get());
  co_return;
}

lazy<> captured_and_called_is_fine() {
  auto task = work();
  co_await [&]() -> lazy<> { co_await std::move(task); }();
  auto moved = work();
  auto later = [moved = std::move(moved)]() mutable -> lazy<int> { return std::move(moved); };
  co_await later();
}

struct aggregate {
  lazy<int> first;
  lazy<> second;
};
aggregate returned_in_an_aggregate_is_fine() {
  auto first = work();
  return {std::move(first), fetch()};
}
std::variant<lazy<int>, int> returned_in_a_variant_is_fine() { return work(); }
std::function<lazy<int>()> returned_in_a_function_is_fine() {
  return [] { return work(); };
}

lazy<> unevaluated_is_fine() {
  static_assert(sizeof(work()) > 0);
  using type = decltype(work());
  look(noexcept(work()));
  co_return;
}

lazy<> noreturn_ends_the_path_is_fine(bool b) {
  auto task = work();
  if (b)
    std::terminate();
  co_await std::move(task);
}

lazy<> a_statement_expression_is_fine() {
  look(({
    auto task = work();
    co_await std::move(task);
  }));
}

lazy<> assigned_through_a_reference_is_fine() {
  std::vector<lazy<int>> tasks(3);
  for (auto &task : tasks)
    task = work();
  for (auto &task : tasks)
    co_await std::move(task);
}

lazy<> the_element_just_made_is_fine() {
  std::vector<lazy<int>> tasks;
  auto &last = tasks.emplace_back(work());
  co_await std::move(last);
  std::optional<lazy<int>> maybe;
  co_await std::move(maybe.emplace(work()));
  std::map<int, lazy<int>> map;
  if (auto [place, fresh] = map.try_emplace(1, work()); fresh)
    co_await std::move(place->second);
}

lazy<> a_flag_that_is_set_with_the_task_is_fine() {
  bool started = false;
  lazy<int> task;
  if (lucky()) {
    task = work();
    started = true;
  }
  if (started)
    co_await std::move(task);
}

lazy<> swapped_and_moved_containers_are_fine() {
  std::vector<lazy<int>> first, second;
  first.push_back(work());
  second.swap(first);
  auto third = std::move(second);
  for (auto &task : third)
    co_await std::move(task);
  std::map<int, lazy<int>> map;
  map[1] = work();
  auto found = map.find(1);
  co_await std::move(found->second);
  std::vector<std::pair<int, lazy<int>>> pairs;
  pairs.emplace_back(1, work());
  for (auto &[number, task] : pairs)
    co_await std::move(task);
  std::pair<int, lazy<int>> pair(1, work());
  co_await std::move(pair.second);
  std::vector<std::vector<lazy<int>>> rows(1);
  rows[0].push_back(work());
  for (auto &row : rows)
    for (auto &task : row)
      co_await std::move(task);
}

lazy<> one_of_two_assigned_is_fine(bool b) {
  lazy<> task;
  task = b ? fetch() : lazy<>();
  co_await std::move(task);
  lazy<int> other;
  other = b ? work(1) : work(2);
  co_await std::move(other);
}
lazy<> one_of_two_overwritten(bool b) {
  lazy<> task = fetch();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is overwritten before it is awaited
  task = b ? fetch() : lazy<>();
  co_await std::move(task);
}
lazy<> chosen_by_address_is_fine(bool b) {
  auto first = fetch();
  auto second = fetch();
  lazy<> *chosen = b ? &first : &second;
  co_await std::move(*chosen);
}
lazy<> chosen_by_value_is_fine(bool b) {
  auto first = fetch();
  auto second = fetch();
  co_await (b ? std::move(first) : std::move(second));
}
lazy<> the_branch_that_is_not_compiled_is_fine() {
  if constexpr (sizeof(int) == 1)
    fetch();
  else
    co_await fetch();
}

lazy<> put_in_by_a_lambda_is_fine(bool b) {
  std::vector<lazy<>> tasks;
  lazy<> one;
  std::optional<lazy<>> perhaps;
  auto fill = [&] {
    tasks.push_back(fetch());
    one = fetch();
    perhaps = fetch();
  };
  fill();
  for (auto &task : tasks)
    co_await std::move(task);
  co_await std::move(one);
  if (perhaps)
    co_await std::move(*perhaps);
}
lazy<> kept_in_a_static_variable_is_fine() {
  static std::vector<lazy<>> tasks;
  tasks.push_back(fetch());
  static lazy<> task;
  task = fetch();
  co_return;
}
lazy<> made_under_the_same_condition_is_fine(bool b) {
  auto task = b ? fetch() : lazy<>();
  if (b)
    co_await std::move(task);
}
lazy<> made_under_another_condition(bool b, bool c) {
  auto task = b ? fetch() : lazy<>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is not awaited on every path
  if (c)
    co_await std::move(task);
}

// Test frameworks wrap a statement in an `if` that is always taken.
bool always_true();
void failed();
#define EXPECT_THROWS(statement) \
  try { \
    if (always_true()) { \
      statement; \
    } \
    failed(); \
  } catch (...) { \
  }
lazy<> awaited_in_an_assertion_is_fine() {
  auto task = fetch();
  EXPECT_THROWS(co_await std::move(task));
}
lazy<> captured_by_a_lambda_that_forgets_it() {
  auto forgets = [task = fetch()] { return task.valid(); };
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited
  forgets();
  co_return;
}
lazy<> captured_by_a_lambda_that_awaits_it_is_fine() {
  auto awaits = [task = fetch()]() mutable -> lazy<> { co_await std::move(task); };
  co_await awaits();
}
lazy<> element_of_a_pair_that_is_only_tested() {
  std::pair<lazy<>, int> pair{fetch(), 1};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited
  (void)pair.first.valid();
  co_return;
}
lazy<> element_of_a_pair_that_is_awaited_is_fine() {
  std::pair<lazy<>, int> pair{fetch(), 1};
  if (pair.second)
    co_await std::move(pair.first);
  else
    co_await std::move(pair.first);
}
lazy<> lost_in_a_loop_over_bindings() {
  std::map<int, lazy<>> tasks;
  tasks.emplace(1, fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited
  for (auto &[key, task] : tasks)
    if (key > 1)
      (void)task.valid();
  co_return;
}
lazy<> awaited_in_a_loop_over_bindings_is_fine() {
  std::map<int, lazy<>> tasks;
  tasks.emplace(1, fetch());
  for (auto &[key, task] : tasks)
    if (key > 1)
      co_await std::move(task);
}
lazy<> after_a_handler(bool b) {
  for (;;) {
    try {
      co_return co_await fetch();
    } catch (int) {
    }
    auto task = fetch();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is not awaited on every path
    if (b)
      co_return;
    co_await std::move(task);
  }
}
