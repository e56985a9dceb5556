// RUN: %check %s -- %flags 2>&1 | count 0
// Lazy tasks that are lost and not reported.
#include "../checks/own.h"

#include <functional>
#include <memory>
#include <tuple>

own::lazy<> fetch();

// Why: what a smart pointer or new owns is out of sight.
own::lazy<> on_the_heap() {
  auto owned = std::make_unique<own::lazy<>>(fetch());
  auto *raw = new own::lazy<>(fetch());
  co_return;
}

// Why: a struct is followed only from inside its member functions, so that public aggregates stay silent.
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

// Why: given to a function whose body is elsewhere, a task may be kept.
void elsewhere(own::lazy<> &&);
own::lazy<> given_away() {
  elsewhere(fetch());
  co_return;
}

// Why: what an iterator or an index names is one element of a container; one await consumes them all.
own::lazy<> only_the_first(own::lazy<> (*make)()) {
  own::lazy<> tasks[] = {make(), make()};
  co_await std::move(tasks[0]);
}

// Why: a pattern that is never instantiated has no types.
template <class T>
own::lazy<> never_instantiated(T t) {
  auto task = t.run();
  co_return;
}

// Why: a global or static task may be awaited by anybody.
static own::lazy<> global = fetch();

// Why: the bindings of a tuple are one variable: awaiting one of them consumes them all.
own::lazy<> one_of_two_bindings() {
  auto [first, second] = std::make_pair(fetch(), fetch());
  co_await std::move(first);
}

// Why: a tuple of tasks that std::apply is given is consumed, whatever the callable does.
own::lazy<> given_to_apply() {
  auto tasks = std::make_tuple(fetch());
  std::apply([](auto &) {}, tasks);
  co_return;
}

// Why: a swap gives each variable what the other held, and that is not followed.
own::lazy<> swapped() {
  auto first = fetch(), second = fetch();
  std::swap(first, second);
  co_await std::move(first);
}

// Why: what a variable is given from a member or a parameter is no task that this function made.
own::lazy<> taken_over(own::lazy<> given) {
  auto task = std::move(given);
  co_return;
}

// Why: a loop that consumes a task is taken to consume what its last turn made: whether there is a next turn is not known.
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
