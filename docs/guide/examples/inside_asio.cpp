// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program that lives in Asio's io_context, and has an aio loop inside.
#include <iostream>

#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include "example.h"

/// Runs the loop wherever the io_context lets it, until `task` is done.
asio::awaitable<void> drive(aio::event_loop &loop, const aio::task<> &task) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor news(executor, loop.poll_fd());
  asio::steady_timer timer(executor);
  while (!task.done()) {
    const auto limit = loop.poll_timeout();
    timer.expires_at(limit ? std::chrono::steady_clock::now() + *limit : asio::steady_timer::time_point::max());
    co_await (news.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable) ||
              timer.async_wait(asio::use_awaitable));
    loop.run_once(0s);
  }
  news.release(); // it is the loop's
}

aio::coro<> of_aio() {
  co_await aio::sleep(1ms);
  std::cout << "aio: " << co_await aio::to_thread([] { return "slept, and asked a thread"; }) << "\n";
}

asio::awaitable<void> of_asio() {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1us);
  co_await timer.async_wait(asio::use_awaitable);
  std::cout << "Asio: slept\n";
}

int main() {
  asio::io_context context(1);
  aio::event_loop loop;
  const auto task = loop.create_task(of_aio());
  co_spawn(context, of_asio(), asio::detached);
  co_spawn(context, drive(loop, task), [](const std::exception_ptr &error) {
    if (error)
      std::rethrow_exception(error);
  });
  context.run();
  task.result();
}
