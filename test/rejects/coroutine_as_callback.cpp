// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine function is no callback.
// conformance: debug-004
// rejects: a coroutine cannot be a callback
#include <aio/aio.h>

aio::coro<> work() { co_return; }
void use(aio::event_loop &loop) { loop.call_soon(work); }
