// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A timeout; cancellation with a cleanup that awaits; shield.
#include <iostream>

#include "example.h"

aio::coro<> slow_op() { co_await aio::sleep(1h); }

aio::coro<> cleanup() {
  co_await aio::sleep(1ms);
  std::cout << "cleaned up\n";
}

aio::coro<> work() {
  std::exception_ptr cancelled;
  try {
    co_await slow_op();
  } catch (const aio::cancelled_error &) {
    cancelled = std::current_exception();
  }
  if (cancelled) {
    co_await cleanup();                // the cleanup can await as well
    std::rethrow_exception(cancelled); // pass it on
  }
}

aio::coro<> important_work() {
  co_await aio::sleep(1s);
  std::cout << "paid\n";
}
aio::coro<> critical() { co_await aio::shield(important_work()); }

aio::coro<> main_() {
  try {
    co_await aio::async_with(aio::timeout(5s), []() -> aio::coro<> { co_await slow_op(); });
  } catch (const aio::timeout_error &) {
    std::cout << "over 5 seconds\n";
  }

  for (auto &task : {aio::create_task(work()), aio::create_task(critical())}) {
    co_await aio::sleep(1ms);
    task.cancel();
    try {
      co_await task;
    } catch (const aio::cancelled_error &) {
      std::cout << "cancelled\n";
    }
  }
  co_await aio::sleep(2s);
}

int main() { example::run(main_()); }
