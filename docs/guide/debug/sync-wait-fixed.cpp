// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <cstdio>

aio::coro<int> answer() { co_return 42; }

aio::coro<> ask() { std::printf("%d\n", co_await answer()); }

int main() { aio::run(ask()); }
