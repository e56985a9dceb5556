// RUN: %check %s -- %flags 2>&1 | count 0
// Lazy tasks that are lost and not reported.
#include "../checks/own.h"

#include <functional>
#include <memory>
#include <tuple>

own::lazy<> fetch();

// Why: the checker does not follow objects on the heap.
own::lazy<> on_the_heap() {
  auto owned = std::make_unique<own::lazy<>>(fetch());
  auto *raw = new own::lazy<>(fetch());
  co_return;
}

// Why: members are followed only in member functions, so members of a public aggregate are not.
own::lazy<> in_an_aggregate() {
  struct {
    own::lazy<> task;
  } pair{fetch()};
  co_return;
}

// Why: a derived class may await what is not private.
struct base {
protected:
  own::lazy<> task_ = fetch();
};

// Why: a function whose body is in another file may keep the task.
void elsewhere(own::lazy<> &&);
own::lazy<> given_away() {
  elsewhere(fetch());
  co_return;
}

// Why: awaiting one element of a container counts as consuming all of them.
own::lazy<> only_the_first(own::lazy<> (*make)()) {
  own::lazy<> tasks[] = {make(), make()};
  co_await std::move(tasks[0]);
}

// Why: a template that is never instantiated has no types.
template <class T>
own::lazy<> never_instantiated(T t) {
  auto task = t.run();
  co_return;
}

// Why: any function may await a global or static task.
static own::lazy<> global = fetch();

// Why: structured bindings count as one variable, so awaiting one of them consumes all.
own::lazy<> one_of_two_bindings() {
  auto [first, second] = std::make_pair(fetch(), fetch());
  co_await std::move(first);
}

// Why: std::apply counts as consuming a tuple of tasks, whatever the callable does.
own::lazy<> given_to_apply() {
  auto tasks = std::make_tuple(fetch());
  std::apply([](auto &) {}, tasks);
  co_return;
}

// Why: swaps are not followed.
own::lazy<> swapped() {
  auto first = fetch(), second = fetch();
  std::swap(first, second);
  co_await std::move(first);
}

// Why: only tasks that the function itself made are followed, not those from members and parameters.
own::lazy<> taken_over(own::lazy<> given) {
  auto task = std::move(given);
  co_return;
}

// Why: a loop that awaits a task at its beginning counts as awaiting the task of its last iteration, too.
own::lazy<> of_the_last_turn(int turns) {
  own::lazy<> before;
  for (int i = 0; i < turns; ++i) {
    if (before)
      co_await std::move(before);
    before = fetch();
  }
}

// Why: only the bodies of constructors are followed, not how they initialise members.
struct counted {
  int number;
  counted() : number((fetch(), 1)) {}
};
