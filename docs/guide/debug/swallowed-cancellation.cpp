// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>

using namespace std::chrono_literals;

aio::coro<> fetch() {
  try {
    co_await aio::sleep(1h);
  } catch (...) {
    // "It failed, so there is nothing to store."
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
  co_await work; // returns as if all was well
}

int main() { aio::run(serve()); }
