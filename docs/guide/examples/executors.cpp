// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocking functions in threads, heavy ones in other processes.
#include <iostream>

#include "example.h"

std::string blocking_get(const std::string &url) { return "body of " + url; }

long cpu_heavy_function(int n) {
  long total = 0;
  for (int i = 0; i < n; ++i)
    total += i;
  return total;
}
AIO_REGISTER_PROCESS_FUNCTION(cpu_heavy_function);

aio::coro<> main_() {
  std::cout << co_await aio::to_thread(blocking_get, "https://example.com") << "\n";

  auto &loop = aio::get_running_loop();
  aio::thread_pool_executor threads(2);
  std::cout << co_await loop.run_in_executor(&threads, cpu_heavy_function, 10) << "\n";

  aio::process_pool_executor processes(2);
  std::cout << co_await loop.run_in_executor(&processes, cpu_heavy_function, 1000) << "\n";
}

int main(int argc, char **argv) {
  aio::process_worker(argc, argv);
  aio::run(main_());
}
