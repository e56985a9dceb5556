// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parentheses were forgotten: a function is no coroutine yet.
// rejects: write co_await f\(\)
#include <aio/aio.h>

aio::coro<> work() { co_return; }
aio::coro<> waits() { co_await work; }
