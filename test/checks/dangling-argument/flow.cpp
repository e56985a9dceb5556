// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Where a task goes, which objects its frame refers to, and how long they live.
#include "../own.h"
#include <aio-standin/aio/aio.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

own::lazy<> turn();
void print(const std::string &);
void consume(own::lazy<> task);

own::lazy<> greet(const std::string &name) {
  co_await turn();
  print(name);
}
own::lazy<int> length(const std::string &name) { co_return int(name.size()); }
own::lazy<> by_value(std::string name) {
  co_await turn();
  print(name);
}
own::lazy<> takes_over(std::string &&name) {
  co_await turn();
  print(name);
}
aio::coro<> serve(const std::string &name) {
  co_await turn();
  print(name);
}
aio::coro<> first_only(const std::string &name) {
  print(name);
  co_await turn();
}
std::string name_of(int);

struct session {
  std::string name;
  own::lazy<> run() {
    co_await turn();
    print(name);
  }
  own::lazy<> nothing() { co_await turn(); }
};

//===-- The object is gone ---------------------------------------------------===//

own::lazy<> kept_in_a_variable() {
  auto task = greet(name_of(1));
  // CHECK: :[[#@LINE-1]]:15: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1) [coro-dangling-argument]
  // CHECK: :[[#@LINE-2]]:3: note: the task is kept here
  co_await turn();
  co_await std::move(task);
}

own::lazy<> a_conversion_is_a_temporary() {
  auto task = length("a literal");
  // CHECK: :[[#@LINE-1]]:15: warning: 'length' runs with a reference to a temporary, which is gone by then (argument 1)
  co_await std::move(task);
}

own::lazy<> kept_in_a_container() {
  std::vector<own::lazy<>> all;
  for (int n = 0; n < 3; ++n)
    all.push_back(greet(name_of(n)));
    // CHECK: :[[#@LINE-1]]:19: warning: 'greet' runs with a reference to a temporary
  for (auto &task : all)
    co_await std::move(task);
}

own::lazy<> moved_from_a_temporary() {
  auto task = takes_over(name_of(1));
  // CHECK: :[[#@LINE-1]]:15: warning: 'takes_over' runs with a reference to a temporary
  co_await std::move(task);
}

aio::task<void> started() {
  auto task = aio::create_task(serve(name_of(1)));
  // CHECK: :[[#@LINE-1]]:32: warning: 'serve' runs with a reference to a temporary
  // CHECK: :[[#@LINE-2]]:15: note: the task is started here
  return task;
}

own::lazy<> returned(int n) {
  std::string name = name_of(n);
  return greet(name);
  // CHECK: :[[#@LINE-1]]:10: warning: 'greet' runs with a reference to 'name', which is gone by then (argument 1)
  // CHECK: :[[#@LINE-2]]:3: note: the task is returned here
}

own::lazy<> returned_with_a_parameter(std::string name) {
  return greet(name);
  // CHECK: :[[#@LINE-1]]:10: warning: 'greet' runs with a reference to 'name', which is gone by then (argument 1)
}

own::lazy<> returned_with_a_temporary(int n) { return greet(name_of(n)); }
// CHECK: :[[#@LINE-1]]:55: warning: 'greet' runs with a reference to a temporary

own::lazy<> an_object() {
  session local{"x"};
  return local.run();
  // CHECK: :[[#@LINE-1]]:10: warning: 'run' runs on 'local', which is gone by then
}

own::lazy<> an_object_that_is_a_temporary() {
  auto task = session{"x"}.run();
  // CHECK: :[[#@LINE-1]]:15: warning: 'run' runs on a temporary, which is gone by then
  co_await std::move(task);
}

own::lazy<> a_lambda_that_is_called_at_once(int n) {
  auto task = [n]() -> own::lazy<> {
    // CHECK: :[[#@LINE-1]]:15: warning: the coroutine of this lambda runs with its captures, which are gone by then
    co_await turn();
    print(name_of(n));
  }();
  co_await std::move(task);
}

void a_lambda_that_is_started(int n) {
  auto task = aio::create_task([&]() -> aio::coro<> {
    // CHECK: :[[#@LINE-1]]:32: warning: the coroutine of this lambda runs with its captures, which are gone by then
    co_await turn();
    print(name_of(n));
  }());
  task.cancel();
}

own::lazy<> a_lambda_with_a_name(int n) {
  auto coroutine = [n]() -> own::lazy<> {
    co_await turn();
    print(name_of(n));
  };
  return coroutine();
  // CHECK: :[[#@LINE-1]]:10: warning: the coroutine of 'coroutine' runs with its captures, which are gone by then
}

template <class T>
own::lazy<> in_a_template(T n) {
  auto task = greet(name_of(n));
  // CHECK: :[[#@LINE-1]]:15: warning: 'greet' runs with a reference to a temporary
  co_await std::move(task);
}
template own::lazy<> in_a_template(int);
template own::lazy<> in_a_template(short);

own::lazy<> with_default(const std::string &name = "default") {
  co_await turn();
  print(name);
}
own::lazy<> a_default_argument_is_a_temporary() {
  auto task = with_default();
  // CHECK: :[[#@LINE-1]]:15: warning: 'with_default' runs with a reference to a temporary
  co_await std::move(task);
}

//===-- The object still exists ----------------------------------------------===//

own::lazy<> awaited_at_once_is_fine() {
  co_await greet(name_of(1));
  int size = co_await length("a literal");
  print(std::string(size, ' '));
  co_await [size]() -> own::lazy<> {
    co_await turn();
    print(std::string(size, ' '));
  }();
  co_await session{"x"}.run();
}

own::lazy<> a_local_of_a_coroutine_is_fine() {
  std::string name = name_of(1);
  auto task = greet(name);
  co_await turn();
  co_await std::move(task);
}

own::lazy<> a_copy_is_fine() {
  auto task = by_value(name_of(1));
  co_await std::move(task);
}

own::lazy<> a_reference_that_is_handed_on_is_fine(const std::string &name) { return greet(name); }

struct server {
  std::string name;
  own::lazy<> run() { return greet(name); }
  session inner;
  own::lazy<> run_inner() { return inner.run(); }
};

static std::string global;
own::lazy<> a_static_is_fine() {
  static std::string local = name_of(1);
  consume(greet(local));
  return greet(global);
}

// The checker does not know what 'consume' does with the task.
void out_of_sight_is_fine() { consume(greet(name_of(1))); }

aio::task<void> used_before_the_first_suspension_is_fine() { return aio::create_task(first_only(name_of(1))); }

own::lazy<> an_unused_object_is_fine() {
  auto task = session{"x"}.nothing();
  co_await std::move(task);
}

own::lazy<> a_lambda_without_captures_is_fine() {
  auto task = []() -> own::lazy<> { co_await turn(); }();
  co_await std::move(task);
}

own::lazy<> a_lambda_that_is_kept_is_fine(int n) {
  auto coroutine = [n]() -> own::lazy<> {
    co_await turn();
    print(name_of(n));
  };
  auto task = coroutine();
  co_await std::move(task);
}

struct tag {};
own::lazy<> tagged(const tag &t, int n) {
  co_await turn();
  (void)t;
  print(name_of(n));
}
own::lazy<> an_unused_tag_is_fine() {
  auto task = tagged(tag{}, 1);
  co_await std::move(task);
}

// An eager task has run to its first suspension, and perhaps to its end.
own::eager<int> measure(const std::string &name) { co_return int(name.size()); }
own::eager<int> an_eager_task_is_fine() {
  auto task = measure(name_of(1));
  co_return co_await std::move(task);
}

//===-- Assigned, stored, or returned through a variable ----------------------------===//
own::lazy<> assigned() {
  own::lazy<> task;
  task = greet(name_of(1));
  // CHECK: :[[#@LINE-1]]:10: warning: 'greet' runs with a reference to a temporary
  co_await std::move(task);
}
own::lazy<> put_into_an_optional() {
  std::optional<own::lazy<>> task;
  task = greet(name_of(1));
  // CHECK: :[[#@LINE-1]]:10: warning: 'greet' runs with a reference to a temporary
  co_await std::move(*task);
}
own::lazy<> returned_as_a_variable(std::string name) {
  auto task = greet(name);
  // CHECK: :[[#@LINE-1]]:15: warning: 'greet' runs with a reference to 'name', which is gone by then (argument 1)
  return task;
}
std::vector<own::lazy<>> returned_in_a_container() {
  std::vector<own::lazy<>> tasks;
  std::string name = name_of(1);
  tasks.push_back(greet(name));
  // CHECK: :[[#@LINE-1]]:19: warning: 'greet' runs with a reference to 'name'
  return tasks;
}
own::lazy<> of_an_inner_block() {
  std::vector<own::lazy<>> tasks;
  for (int i = 0; i < 3; ++i) {
    std::string name = name_of(i);
    tasks.push_back(greet(name));
    // CHECK: :[[#@LINE-1]]:21: warning: 'greet' runs with a reference to 'name'
  }
  for (auto &task : tasks)
    co_await std::move(task);
}
own::lazy<> awaited_in_the_inner_block_is_fine() {
  std::vector<own::lazy<>> tasks;
  for (int i = 0; i < 3; ++i) {
    std::string name = name_of(i);
    tasks.push_back(greet(name));
    co_await std::move(tasks.back());
  }
}
own::lazy<> of_the_same_block_is_fine() {
  std::string name = name_of(1);
  std::vector<own::lazy<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(greet(name));
  for (auto &task : tasks)
    co_await std::move(task);
}
struct runs_at_its_end {
  std::vector<own::lazy<>> &tasks;
  ~runs_at_its_end();
};
class waiting_room {
public:
  void enter() {
    std::string name = name_of(1);
    waiting_.push_back(greet(name));
    // CHECK: :[[#@LINE-1]]:24: warning: 'greet' runs with a reference to 'name'
  }
  void enter_by_name(std::string name) { next_ = greet(name); }
  // CHECK: :[[#@LINE-1]]:50: warning: 'greet' runs with a reference to 'name'
  void enter_with_a_member_is_fine() { waiting_.push_back(greet(name_)); }
  void enter_and_serve_is_fine() {
    std::string name = name_of(1);
    waiting_.push_back(greet(name));
    serve();
  }
  void serve_at_the_end_is_fine() {
    std::string name = name_of(1);
    runs_at_its_end end{waiting_};
    waiting_.push_back(greet(name));
  }
  own::lazy<> enter_and_wait_is_fine() {
    std::string name = name_of(1);
    waiting_.push_back(greet(name));
    for (auto &task : waiting_)
      co_await std::move(task);
  }
  void serve();

private:
  std::vector<own::lazy<>> waiting_;
  own::lazy<> next_ = turn();
  std::string name_;

public:
  own::lazy<> next() { return std::move(next_); }
};

//===-- Views of objects that own their elements ------------------------------------===//
own::lazy<> view(std::string_view name) {
  co_await turn();
  print(std::string(name));
}
own::lazy<> several(std::span<const int> all) {
  co_await turn();
  print(std::to_string(all.size()));
}
std::vector<int> numbers();
own::lazy<> view_of_a_temporary() {
  auto task = view(name_of(1));
  // CHECK: :[[#@LINE-1]]:15: warning: 'view' runs with a reference to a temporary, which is gone by then (argument 1)
  co_await std::move(task);
}
own::lazy<> span_of_a_temporary() {
  auto task = several(numbers());
  // CHECK: :[[#@LINE-1]]:15: warning: 'several' runs with a reference to a temporary
  co_await std::move(task);
}
own::lazy<> view_of_a_local() {
  std::string name = name_of(1);
  return view(name);
  // CHECK: :[[#@LINE-1]]:10: warning: 'view' runs with a reference to 'name'
}
own::lazy<> view_of_what_the_caller_has_is_fine(const std::string &name) { return view(name); }
own::lazy<> view_of_a_view_is_fine(std::string_view name) { return view(name); }
own::lazy<> view_of_a_literal_is_fine() { return view("nobody"); }
own::lazy<> view_that_is_awaited_at_once_is_fine() {
  co_await view(name_of(1));
  std::string name = name_of(1);
  auto task = view(name);
  co_await std::move(task);
}

//===-- One of several tasks, and tasks that begin in a constructor ---------------===//

own::lazy<> one_of_several_tasks(bool b) {
  own::lazy<> tasks[] = {greet(name_of(1)), turn()};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1)
  for (auto &task : tasks)
    co_await std::move(task);
  auto [first, number] = std::make_tuple(greet(name_of(2)), 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1)
  co_await std::move(first);
  auto either = b ? greet(name_of(3)) : turn();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1)
  co_await std::move(either);
}
own::lazy<> either_is_returned(bool b, std::string name) {
  return b ? greet(name) : turn();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to 'name', which is gone by then (argument 1)
}
own::lazy<> awaited_where_it_is_chosen_is_fine(bool b) {
  co_await (b ? greet(name_of(1)) : turn());
  std::string name = name_of(2);
  own::lazy<> tasks[] = {greet(name), turn()};
  for (auto &task : tasks)
    co_await std::move(task);
}
struct begins_with_it {
  own::lazy<> task;
  begins_with_it() : task(greet(name_of(1))) {}
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1)
  begins_with_it(const std::string &name) : task(greet(name)) {}
  begins_with_it(std::string name, int) : task(by_value(name)) {}
};
