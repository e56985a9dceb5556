// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <cstdio>

aio::coro<int> answer() { co_return 42; }

int cached_answer() { return aio::run(answer()); }

aio::coro<> ask() {
  try {
    std::printf("%d\n", cached_answer());
  } catch (const std::exception &error) {
    std::printf("%s\n", error.what());
  }
  co_return;
}

int main() { aio::run(ask()); }
