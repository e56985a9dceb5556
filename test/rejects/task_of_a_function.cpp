// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task needs a coroutine, and a lambda is none before it is called.
// rejects: not a function that makes one
#include <aio/aio.h>

aio::coro<> starts() {
  co_await aio::async_with(aio::task_group(), [](aio::task_group &group) -> aio::coro<> {
    group.create_task([]() -> aio::coro<> { co_return; });
    co_return;
  });
}
