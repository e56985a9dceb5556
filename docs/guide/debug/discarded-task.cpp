// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <aio/aio.h>
#include <stdexcept>

aio::coro<> send_mail() {
  co_await aio::sleep(std::chrono::milliseconds(1));
  throw std::runtime_error("no such user");
}

aio::coro<> sign_up() {
  aio::create_task(send_mail(), {.name = "mail"});
  co_await aio::sleep(std::chrono::milliseconds(5));
}

int main() { aio::run(sign_up()); }
