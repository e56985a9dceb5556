// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Data members that hold tasks: reported if no member function consumes them.
#include "../own.h"

#include <array>
#include <memory>
#include <vector>

using own::lazy;
lazy<int> work(int = 0);
lazy<> fetch();

//===-- Lost ----------------------------------------------------------------===//

class from_an_initialiser {
  lazy<int> task_ = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is stored in 'task_', which no member function of 'from_an_initialiser' awaits, so it never runs [coro-unawaited-task]
};
class from_a_constructor {
public:
  from_a_constructor() : task_(work()) {}
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is stored in 'task_', which no member function of 'from_a_constructor' awaits, so it never runs [coro-unawaited-task]

private:
  lazy<int> task_;
};
class from_a_member_function {
public:
  void start() {
    task_ = work();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is stored in 'task_', which no member function of 'from_a_member_function' awaits, so it never runs [coro-unawaited-task]
    tasks_.push_back(fetch());
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is stored in 'tasks_', which no member function of 'from_a_member_function' awaits, so it never runs [coro-unawaited-task]
    maybe_ = fetch();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is stored in 'maybe_', which no member function of 'from_a_member_function' awaits, so it never runs [coro-unawaited-task]
  }
  bool started() const { return task_.valid() || !tasks_.empty() || maybe_.has_value(); }

private:
  lazy<int> task_;
  std::vector<lazy<>> tasks_;
  std::optional<lazy<>> maybe_;
};

//===-- Fine ----------------------------------------------------------------===//

class awaited_by_another_function_is_fine {
public:
  void start() { task_ = work(); }
  lazy<int> finish() { co_return co_await std::move(task_); }

private:
  lazy<int> task_;
};
class moved_out_is_fine {
public:
  moved_out_is_fine() : task_(work()) {}
  lazy<int> release() { return std::move(task_); }

private:
  lazy<int> task_;
};
class awaited_in_a_loop_is_fine {
public:
  void add(int n) { tasks_.push_back(work(n)); }
  lazy<> join() {
    for (auto &task : tasks_)
      co_await std::move(task);
    tasks_.clear();
  }

private:
  std::vector<lazy<int>> tasks_;
};
class awaited_in_a_lambda_is_fine {
public:
  lazy<> run() {
    auto inner = [this]() -> lazy<> { co_await std::move(task_); };
    co_await inner();
  }

private:
  lazy<int> task_ = work();
};
class a_friend_may_await_it_is_fine {
  friend lazy<> awaits(a_friend_may_await_it_is_fine &);
  lazy<int> task_ = work();
};
class a_derived_class_may_await_it_is_fine {
protected:
  lazy<int> task_ = work();
};
struct everybody_may_await_it_is_fine {
  lazy<int> task = work();
};
class defined_elsewhere_is_fine {
public:
  lazy<> run();

private:
  lazy<int> task_ = work();
};
class started_by_hand_is_fine {
public:
  void run() { task_.start(); }

private:
  lazy<int> task_ = work();
};
class given_from_outside_is_fine {
public:
  explicit given_from_outside_is_fine(lazy<int> task) : task_(std::move(task)) {}

private:
  lazy<int> task_;
};
template <class T>
class a_template_that_awaits_is_fine {
public:
  lazy<> run() { co_await std::move(task_); }

private:
  lazy<int> task_ = work();
};
template class a_template_that_awaits_is_fine<int>;
class other_object_is_fine {
public:
  other_object_is_fine() : task_(work()) {}
  lazy<> run(other_object_is_fine &other) { co_await std::move(other.task_); }

private:
  lazy<int> task_;
};
class a_reference_is_given_out_is_fine {
public:
  lazy<int> &task() { return task_; }

private:
  lazy<int> task_ = work();
};
