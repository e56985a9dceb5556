// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Async generators, a class that is iterated, an async context manager.
#include <iostream>

#include "example.h"

aio::async_generator<std::string> stream_chunks(int count) {
  for (int i = 1; i <= count; ++i) {
    co_await aio::sleep(100ms);
    co_yield std::string(static_cast<std::size_t>(i), '*');
  }
}

class counter {
public:
  explicit counter(int limit) : limit_(limit) {}
  aio::coro<std::optional<int>> anext() {
    if (n_ >= limit_)
      co_return std::nullopt;
    co_await aio::sleep(100ms);
    co_return ++n_;
  }

private:
  int limit_;
  int n_ = 0;
};

struct connection {
  aio::coro<> execute(std::string query) {
    co_await aio::sleep(1ms);
    std::cout << "execute " << query << "\n";
  }
  aio::coro<> close() {
    co_await aio::sleep(1ms);
    std::cout << "closed\n";
  }
};

aio::async_generator<connection> connections() {
  connection conn;
  std::exception_ptr error;
  try {
    co_yield conn;
  } catch (...) {
    error = std::current_exception();
  }
  co_await conn.close();
  if (error)
    std::rethrow_exception(error);
}
auto open_db() { return aio::asynccontextmanager(connections()); }

aio::coro<> main_() {
  AIO_FOR_CO_AWAIT(auto chunk, stream_chunks(3)) { std::cout << chunk.size() << "\n"; }
  AIO_FOR_CO_AWAIT(int i, counter(3)) { std::cout << i << "\n"; }
  co_await aio::async_with(open_db(), [](connection &conn) -> aio::coro<> { co_await conn.execute("select 1"); });
}

int main() { example::run(main_()); }
