// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A delay is a duration: sleep(1) has no unit.
// rejects: a duration needs a unit
#include <aio/aio.h>

aio::coro<> naps() { co_await aio::sleep(1); }
