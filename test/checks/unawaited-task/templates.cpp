// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// A template is reported once. Code that depends on template arguments is checked only in instantiations.
#include "../own.h"

#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

using own::lazy;
lazy<int> work(int = 0);
lazy<> fetch();
void look(int);

template <class T>
lazy<> reported_once(T) {
  fetch();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
lazy<> instantiates_it_three_times() {
  co_await reported_once(1);
  co_await reported_once('c');
  co_await reported_once(1.0);
}

template <class T>
lazy<> never_instantiated(T t) {
  fetch();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  t.run();
  co_return;
}

template <class T>
lazy<> dependent_call(T t) {
  t.run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'run' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
struct runs_lazily {
  lazy<> run();
};
struct runs_now {
  void run();
};
lazy<> one_of_the_arguments_is_lazy() {
  co_await dependent_call(runs_lazily());
  co_await dependent_call(runs_now());
}

template <class T>
lazy<> dependent_task_type() {
  lazy<T>().start();
  extern lazy<T> make(T);
  auto task = make(T());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
lazy<> uses_dependent_task_type() { co_await dependent_task_type<int>(); }

template <class T>
class box {
public:
  lazy<> run() {
    fetch();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
    co_await std::move(task_);
  }
  lazy<> run_other() {
    auto task = std::move(task_);
    co_await std::move(task);
  }

private:
  lazy<T> task_;
};
lazy<> uses_box(box<int> &one, box<char> &two) {
  co_await one.run();
  co_await two.run();
  co_await two.run_other();
}

auto generic_lambda = [](auto value) -> lazy<> {
  fetch();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  look(static_cast<int>(value));
  co_return;
};
lazy<> calls_generic_lambda() {
  co_await generic_lambda(1);
  co_await generic_lambda('c');
}

template <class... T>
lazy<> variadic_discard(T &&...callables) {
  (callables(), ...);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by '{{.*}}' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
lazy<> calls_variadic_discard() { co_await variadic_discard([] { return work(); }); }

template <class T>
concept makes_work = requires(T t) { work(t); };
template <makes_work T>
lazy<> constrained(T t) {
  work(t);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
lazy<> calls_constrained() { co_await constrained(1); }

template <class Self>
struct crtp {
  lazy<> go() {
    static_cast<Self *>(this)->step();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'step' is never awaited, so it never runs [coro-unawaited-task]
    co_return;
  }
};
struct derived : crtp<derived> {
  lazy<> step();
};
lazy<> calls_crtp(derived &d) { co_await d.go(); }

//===-- Fine ----------------------------------------------------------------===//

template <class F, class... Args>
auto forwards(F &&f, Args &&...args) {
  return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class T>
lazy<T> wraps(lazy<T> inner) {
  co_return co_await std::move(inner);
}
lazy<> forwarding_is_fine() {
  look(co_await forwards(work, 1));
  auto task = forwards([](int n) { return work(n); }, 2);
  look(co_await wraps(std::move(task)));
}

template <class... Tasks>
lazy<> awaits_a_pack(Tasks... tasks) {
  (co_await std::move(tasks), ...);
}
template <class... Tasks>
lazy<> keeps_a_pack_in_a_tuple(Tasks... tasks) {
  std::tuple<Tasks...> kept(std::move(tasks)...);
  co_await std::apply([](auto &...task) -> lazy<> { (co_await std::move(task), ...); }, kept);
}
lazy<> packs_are_fine() {
  co_await awaits_a_pack(work(), fetch());
  co_await keeps_a_pack_in_a_tuple(work(), fetch());
}

template <class T>
lazy<T> if_constexpr_is_fine() {
  if constexpr (std::is_void_v<T>)
    co_await fetch();
  else
    co_return co_await work();
}
lazy<> uses_if_constexpr() {
  co_await if_constexpr_is_fine<int>();
  co_await if_constexpr_is_fine<void>();
}

template <class T, class Make>
lazy<> retried(Make make) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    lazy<T> task = make();
    co_await std::move(task);
  }
}
lazy<> retrying_is_fine() {
  co_await retried<int>([] { return work(); });
}

template <class T>
class scope {
public:
  void spawn(lazy<T> task) { tasks_.push_back(std::move(task)); }
  lazy<> join() {
    for (auto &task : tasks_)
      co_await std::move(task);
  }

private:
  std::vector<lazy<T>> tasks_;
};
lazy<> scopes_are_fine() {
  scope<int> s;
  s.spawn(work());
  co_await s.join();
}

// In a template without instantiations, a task in a variable that is never mentioned again is certainly lost.
template <class T>
lazy<> never_instantiated_and_never_mentioned(T) {
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited
  co_await work();
}
template <class T>
lazy<> never_instantiated_and_mentioned_is_fine(T t) {
  auto task = work();
  auto other = work();
  auto pair = std::make_pair(work(), 1);
  if constexpr (sizeof(T) > 1)
    co_await std::move(task);
  auto later = [&](auto run) { return run(other); };
  later(t);
  auto [first, second] = std::make_pair(work(), 1);
  t.run(first, second, std::move(pair));
}
