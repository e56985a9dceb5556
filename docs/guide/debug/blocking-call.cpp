// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <thread>

void back_off() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

aio::coro<> reconnect() {
  back_off();
  co_return;
}

int main() { aio::run(reconnect()); }
