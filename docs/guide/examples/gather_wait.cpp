// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gather keeps the order, wait gives two lists, as_completed gives what is ready first; the first wins, the rest is
// cancelled.
#include <iostream>

#include "example.h"

aio::coro<std::string> fetch(std::string url, aio::duration takes) {
  co_await aio::sleep(takes);
  co_return url + "!";
}

aio::coro<std::string> fetch_might_fail(std::string url) {
  co_await aio::sleep(1ms);
  throw std::runtime_error("cannot fetch " + url);
}

aio::coro<std::string> first_wins() {
  std::vector tasks{aio::create_task(fetch("slow", 2s)), aio::create_task(fetch("fast", 1s))};
  auto [done, pending] = co_await aio::wait(tasks, {.return_when = aio::FIRST_COMPLETED});
  for (auto &t : pending)
    t.cancel();
  co_return done.front().result();
}

aio::coro<> main_() {
  auto [a, b, c] = co_await aio::gather(fetch("a", 3s), fetch("b", 1s), fetch("c", 2s));
  std::cout << a << b << c << "\n";

  auto [good, bad] = co_await aio::gather(aio::return_exceptions, fetch("a", 1s), fetch_might_fail("b"));
  std::cout << good.value() << " and " << (bad ? "b" : "an error") << "\n";

  std::vector<aio::coro<std::string>> urls;
  urls.push_back(fetch("third", 3s));
  urls.push_back(fetch("first", 1s));
  urls.push_back(fetch("second", 2s));
  auto arriving = aio::as_completed(std::move(urls));
  AIO_FOR_CO_AWAIT(auto next, arriving) { std::cout << "received: " << co_await next << "\n"; }

  std::cout << "winner: " << co_await first_wins() << "\n";
}

int main() { example::run(main_()); }
