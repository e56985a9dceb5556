// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same for limits, whatever takes them.
// rejects: a duration needs a unit
#include <aio/aio.h>

aio::coro<int> work() { co_return 1; }
aio::coro<> waits() { co_await aio::wait_for(work(), 0.5); }
