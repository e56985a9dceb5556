// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <cstdio>

aio::coro<> record(const char *event) {
  std::printf("%s\n", event);
  co_return;
}

aio::coro<> handle() {
  co_await record("begin");
  co_await aio::sleep(std::chrono::milliseconds(1));
  co_await record("end");
}

int main() { aio::run(handle()); }
