// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine variable is awaited by moving from it, because it can be awaited once.
// rejects: a coroutine is awaited once
#include <aio/aio.h>

aio::coro<int> work() { co_return 1; }
aio::coro<int> use() {
  auto c = work();
  co_return co_await c;
}
