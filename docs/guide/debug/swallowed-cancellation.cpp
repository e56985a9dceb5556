// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>

using namespace std::chrono_literals;

aio::coro<> fetch() {
  try {
    co_await aio::sleep(1h);
  } catch (...) {
    // Treats the cancellation as a failed fetch.
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
  co_await work; // returns as if the work was not cancelled
}

int main() { aio::run(serve()); }
