// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Types that have the name of a library's type but start in another way are judged by their structure.
#include <coroutine>
#include <exception>

struct awaits {
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};

// libcoro's task is lazy; this one is eager.
namespace coro {
template <class T = void>
struct task : awaits {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
} // namespace coro
coro::task<> running();
void dropped() {
  running();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'running' is dropped
}

// QCoro's task is eager; this one is lazy.
namespace QCoro {
template <class T = void>
struct Task : awaits {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
} // namespace QCoro
QCoro::Task<> waiting();
void never_run() {
  waiting();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'waiting' is never awaited, so it never runs
}
