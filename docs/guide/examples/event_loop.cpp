// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One coroutine runs at a time; others get their turn where it awaits. Debug mode is a switch.
#include <iostream>

#include "example.h"

aio::coro<> talk(std::string name, int times) {
  for (int i = 1; i <= times; ++i) {
    std::cout << name << i << "\n";
    co_await aio::sleep(0s);
  }
}

aio::coro<> main_() {
  co_await aio::gather(talk("a", 2), talk("b", 2));
  std::cout << "debug: " << aio::get_running_loop().get_debug() << "\n";
}

int main() { aio::run(main_(), {.debug = true}); }
