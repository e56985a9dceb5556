// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The body of a scope is awaited, so it has to be a coroutine.
// rejects: the body has to be a coroutine
#include <aio/aio.h>

using namespace std::chrono_literals;
aio::coro<> waits() {
  co_await aio::async_with(aio::timeout(1s), [] {});
}
