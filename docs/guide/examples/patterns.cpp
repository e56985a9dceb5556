// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A limit on what runs at once, and producer and consumer with back-pressure.
#include <algorithm>
#include <iostream>

#include "example.h"

int running = 0;
int most = 0;

aio::coro<int> fetch(int url) {
  most = std::max(most, ++running);
  co_await aio::sleep(10ms);
  --running;
  co_return url * 2;
}

aio::coro<int> fetch_one(aio::semaphore &sem, int url) {
  auto permit = co_await sem.scoped();
  co_return co_await fetch(url);
}

aio::coro<std::vector<int>> fetch_all(int count) {
  aio::semaphore sem(10);
  std::vector<aio::coro<int>> all;
  for (int url = 0; url < count; ++url)
    all.push_back(fetch_one(sem, url));
  co_return co_await aio::gather(std::move(all));
}

using items = aio::queue<std::optional<int>>;

aio::coro<> producer(items &queue) {
  for (int i = 0; i < 100; ++i)
    co_await queue.put(i);
  co_await queue.put(std::nullopt); // the end
}

aio::coro<> consumer(items &queue) {
  int sum = 0;
  while (auto item = co_await queue.get()) {
    sum += *item;
    queue.task_done();
  }
  std::cout << "consumed " << sum << "\n";
}

aio::coro<> main_() {
  auto results = co_await fetch_all(50);
  std::cout << results.back() << ", at most " << most << " at once\n";

  items queue(10);
  co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> aio::coro<> {
    tg.create_task(producer(queue));
    tg.create_task(consumer(queue));
    co_return;
  });
}

int main() { example::run(main_()); }
