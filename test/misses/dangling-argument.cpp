// RUN: %check %s -- %flags 2>&1 | count 0
// Coroutines that outlive an object that they refer to, and are not reported.
#include <aio-standin/aio/aio.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

aio::coro<> turn();
std::string name_of(int);
void print(std::string_view);

// Why: a function that is only declared may copy its arguments before it calls a coroutine.
aio::coro<> declared(const std::string &name);
aio::coro<> only_declared() {
  auto task = declared(name_of(1));
  co_await std::move(task);
}

// Why: the type of a view that is made by hand does not show which object it refers to.
aio::coro<> by_view(std::string_view name) {
  co_await turn();
  print(name);
}
aio::coro<> a_view() {
  auto task = by_view(std::string_view(name_of(1).c_str()));
  co_await std::move(task);
}

// Why: the lambda refers to a local, but whether it is called in time is not followed.
std::function<aio::coro<>()> a_lambda() {
  std::string name = name_of(1);
  return [&name]() -> aio::coro<> {
    co_await turn();
    print(name);
  };
}

// Why: whether the task ends before the coroutine that owns the local is not followed.
aio::coro<> by_reference(const std::string &name) {
  co_await turn();
  print(name);
}
aio::coro<> not_waited_for() {
  std::string name = name_of(1);
  auto task = aio::create_task(by_reference(name));
  co_await turn();
  task.cancel();
}

// Why: a pointer may point to an object that lives longer.
aio::coro<> by_pointer(const std::string *name) {
  co_await turn();
  print(*name);
}
aio::coro<> a_pointer() {
  std::string name = name_of(1);
  return by_pointer(&name);
}

// Why: the object that a smart pointer owns may have been moved elsewhere.
struct session {
  std::string name;
  aio::coro<> run() {
    co_await turn();
    print(name);
  }
};
aio::coro<> in_a_smart_pointer() {
  auto owned = std::make_unique<session>();
  return owned->run();
}
