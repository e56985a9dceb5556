// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wait takes futures and tasks only: a coroutine could not be found again in the results.
// conformance: wait-005
// rejects: constraint|no matching function
#include <aio/aio.h>

aio::coro<> use() {
  std::vector<aio::coro<>> work;
  co_await aio::wait(work);
}
