// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>

using namespace std::chrono_literals;

aio::coro<> fetch() {
  try {
    co_await aio::sleep(1h);
  } catch (const std::exception &) {
    // A cancellation is no std::exception, so this handler does not catch it.
  }
}

aio::coro<> store() {
  co_await fetch();
  co_await aio::sleep(1ms);
}

aio::coro<> serve() {
  auto work = aio::create_task(store(), {.name = "store"});
  co_await aio::sleep(1ms);
  work.cancel();
  co_await aio::wait(std::vector{work});
}

int main() { aio::run(serve()); }
