// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Awaiters that are handles of started work, and awaiters that start nothing until they are awaited.
#include "../own.h"

#include <functional>

struct join_handle {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  void cancel();
  bool finished();
};
struct [[nodiscard]] kept_handle : join_handle {
  void detach();
};
struct plain_awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct on_its_own {
  struct promise_type {
    on_its_own get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
join_handle begin(own::lazy<> work);
join_handle call_later(std::function<void()> work);
join_handle later(int milliseconds);
kept_handle begin_and_keep(own::lazy<> work);
plain_awaiter both(own::lazy<> one, own::lazy<> other);
plain_awaiter begin_here(own::lazy<> work) {
  [](own::lazy<> work) -> on_its_own { co_await std::move(work); }(std::move(work));
  return {};
}
own::lazy<> something();
own::lazy<> handles_of_started_work_are_fine() {
  begin(something());
  call_later([] {});
  begin_here(something());
  if (begin(something()).finished())
    co_return;
  auto handle = begin(something());
  handle.cancel();
}
own::lazy<> awaiters_that_start_nothing() {
  later(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'later' is never awaited, so nothing happens [coro-unawaited-task]
  both(something(), something());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'both' is never awaited, so nothing happens [coro-unawaited-task]
  begin_and_keep(something());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'begin_and_keep' is never awaited, so nothing happens [coro-unawaited-task]
  co_return;
}
