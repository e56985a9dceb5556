// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task's done, result, exception and cancel; and a set that keeps what runs in the background.
#include <iostream>
#include <set>

#include "example.h"

aio::coro<int> work() {
  co_await aio::sleep(200ms);
  co_return 42;
}

aio::coro<> background_work() {
  co_await aio::sleep(10ms);
  std::cout << "background work done\n";
}

aio::coro<> main_() {
  auto task = aio::create_task(work());
  co_await aio::sleep(100ms);
  std::cout << "done: " << task.done() << "\n";
  co_await aio::sleep(200ms);
  if (task.done()) {
    if (task.exception())
      std::cout << "failed\n";
    else
      std::cout << "succeeded: " << task.result() << "\n";
  }

  auto unwanted = aio::create_task(work());
  unwanted.cancel();
  const std::vector given_up{unwanted};
  co_await aio::wait(given_up);
  std::cout << "cancelled: " << unwanted.cancelled() << "\n";

  // aio keeps tasks alive by itself; a set says which are still running.
  std::vector<aio::any_future> background;
  auto job = aio::create_task(background_work());
  background.push_back(job);
  job.add_done_callback([&](const aio::any_future &f) { std::erase(background, f); });
  co_await aio::sleep(20ms);
  std::cout << "still running: " << background.size() << "\n";
}

int main() { example::run(main_()); }
