// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>

aio::coro<> reconnect() { co_await aio::sleep(std::chrono::milliseconds(1)); }

int main() { aio::run(reconnect()); }
