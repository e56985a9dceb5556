// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A coroutine that is called and dropped never runs.
// rejects: nodiscard
#include <aio/aio.h>

aio::coro<> work() { co_return; }
void use() { work(); }
