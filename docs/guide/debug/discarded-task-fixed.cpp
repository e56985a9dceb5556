// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <cstdio>
#include <stdexcept>

aio::coro<> send_mail() {
  co_await aio::sleep(std::chrono::milliseconds(1));
  throw std::runtime_error("no such user");
}

aio::coro<> sign_up() {
  auto mail = aio::create_task(send_mail(), {.name = "mail"});
  co_await aio::sleep(std::chrono::milliseconds(5));
  try {
    co_await mail;
  } catch (const std::runtime_error &error) {
    std::printf("no mail: %s\n", error.what());
  }
}

int main() { aio::run(sign_up()); }
