// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A future: a result that is filled later.
#include <iostream>

#include "example.h"

aio::coro<> main_() {
  auto &loop = aio::get_running_loop();
  auto fut = loop.create_future<std::string>();

  // fill the result after 1 second
  loop.call_later(1s, [fut] { fut.set_result("done"); });

  std::cout << co_await fut << "\n";
}

int main() { example::run(main_()); }
