// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=coro-dangling-argument
// Coroutines that start when they are called. Their arguments exist until the first suspension.
#include <cobalt/cobalt.h>
#include <concurrencpp/concurrencpp.h>
#include <winrt/winrt.h>

#include <memory>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using namespace winrt::Windows::Foundation;
void print(std::string_view);
std::string name_of(int);
IAsyncAction turn(int);

winrt::fire_and_forget greet(const std::string &name) {
  co_await winrt::resume_background();
  print(name);
}
IAsyncAction repeat(const std::string &name) {
  for (int i = 0; i < 3; ++i) {
    print(name);
    co_await turn(i);
  }
}
IAsyncAction view(std::string_view name) {
  co_await turn(1);
  print(name);
}
struct guest {
  std::string name;
  winrt::fire_and_forget greet() {
    co_await turn(1);
    print(name);
  }
};
void wrong(bool b) {
  greet(name_of(1));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary, which is gone by then (argument 1) [coro-dangling-argument]
  // CHECK: note: the task is started here
  if (b)
    greet("literal");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs with a reference to a temporary{{.*}} [coro-dangling-argument]
  (void)repeat(name_of(1));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'repeat' runs with a reference to a temporary{{.*}} [coro-dangling-argument]
  view(name_of(1));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'view' runs with a reference to a temporary{{.*}} [coro-dangling-argument]
  guest{name_of(1)}.greet();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'greet' runs on a temporary, which is gone by then [coro-dangling-argument]
  [name = name_of(1)]() -> winrt::fire_and_forget {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the coroutine of this lambda runs with its captures, which are gone by then [coro-dangling-argument]
    co_await turn(1);
    print(name);
  }();
}
IAsyncAction wrong_when_kept() {
  auto task = repeat(name_of(1));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'repeat' runs with a reference to a temporary{{.*}} [coro-dangling-argument]
  co_await task;
}
IAsyncAction wrong_when_returned() {
  std::string name = name_of(1);
  return repeat(name);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'repeat' runs with a reference to 'name', which is gone by then (argument 1) [coro-dangling-argument]
}
struct wrong_window {
  std::string title;
  void open() {
    [this]() -> winrt::fire_and_forget {
      // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the coroutine of this lambda runs with its captures{{.*}} [coro-dangling-argument]
      co_await turn(1);
      print(title);
    }();
  }
};
concurrencpp::result<void> answer(const std::string &name, concurrencpp::lazy_result<void> before) {
  co_await before;
  print(name);
}
void wrong_in_concurrencpp(concurrencpp::lazy_result<void> (*before)()) {
  answer(name_of(1), before());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'answer' runs with a reference to a temporary{{.*}} [coro-dangling-argument]
}

winrt::fire_and_forget copied(const std::string &name) {
  auto mine = name;
  co_await winrt::resume_background();
  print(mine);
}
IAsyncAction by_value(std::string name) {
  co_await turn(1);
  print(name);
}
IAsyncAction in_the_first_operand(const std::string &name) { co_await turn(int(name.size())); }
IAsyncAction on_another_path(const std::string &name) {
  if (name.empty()) {
    co_await turn(1);
    co_return;
  }
  print(name);
}
IAsyncAction after_an_await_that_never_suspends(const std::string &name) {
  auto token = co_await winrt::get_cancellation_token();
  print(name);
  if (!token())
    co_await turn(1);
}
IAsyncAction right(std::string name) {
  copied(name_of(1));
  (void)by_value(name_of(1));
  (void)in_the_first_operand(name_of(1));
  (void)on_another_path(name_of(1));
  (void)after_an_await_that_never_suspends(name_of(1));
  co_await repeat(name_of(1));
  auto task = repeat(name);
  co_await task;
  co_await winrt::when_all(repeat(name), by_value(name_of(1)));
  [](std::string name) -> winrt::fire_and_forget {
    co_await turn(1);
    print(name);
  }(name_of(1));
  [name = name_of(1)]() -> winrt::fire_and_forget {
    auto mine = name;
    co_await turn(1);
    print(mine);
  }();
}
struct right_window : std::enable_shared_from_this<right_window> {
  std::string title;
  void open() {
    [](std::shared_ptr<right_window> self) -> winrt::fire_and_forget {
      co_await turn(1);
      print(self->title);
    }(shared_from_this());
    [this]() -> winrt::fire_and_forget { co_await turn(int(title.size())); }();
  }
};
// Dropping this task cancels it before its arguments are destroyed.
boost::cobalt::promise<void> cancelled(const std::string &name) {
  co_await boost::cobalt::io::sleep(1s);
  print(name);
}
void right_when_dropping_cancels() { (void)cancelled(name_of(1)); }
