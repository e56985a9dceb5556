// RUN: %check %s -- %asio 2>&1 | FileCheck %s --implicit-check-not=warning:
// The real standalone Asio has the same names in another namespace.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <cstdio>

using asio::awaitable;
using asio::use_awaitable;
awaitable<int> answer();

awaitable<void> wrong(asio::steady_timer &timer) {
  answer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'answer' is never awaited, so it never runs [coro-unawaited-task]
  timer.async_wait(use_awaitable);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'async_wait' is never awaited, so it never runs [coro-unawaited-task]
  timer.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'asio::basic_waitable_timer::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  asio::post(timer.get_executor(), [] { return answer(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'asio::post' calls this and drops the task it returns{{.*}} [coro-void-callback]
  co_return;
}
awaitable<void> wrong_in_an_endless_loop(asio::steady_timer &timer) {
  for (;;) {
    try {
      co_await timer.async_wait(use_awaitable);
    } catch (const std::exception &error) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'system_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      std::puts(error.what());
    }
  }
}
awaitable<void> right(asio::steady_timer &timer) {
  timer.expires_after(std::chrono::seconds(1));
  co_await timer.async_wait(use_awaitable);
  asio::co_spawn(timer.get_executor(), answer(), asio::detached);
  std::printf("%d\n", co_await answer());
  asio::post(timer.get_executor(), [] { std::puts("posted"); });
}
int main() {
  asio::io_context context;
  asio::steady_timer timer(context);
  asio::co_spawn(context, right(timer), asio::detached);
  context.run();
}
