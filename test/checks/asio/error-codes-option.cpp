// The option ErrorCodes turns off reports of loops that go on after an error code.
// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-swallowed-cancellation.ErrorCodes: false}}" %s -- %flags 2>&1 | count 0
#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>

namespace asio = boost::asio;

asio::awaitable<void> ticks(asio::steady_timer &timer) {
  for (;;) {
    auto [ec] = co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this loop goes on after 'ec', so a cancelled operation is started again for ever [coro-swallowed-cancellation]
    if (ec)
      continue;
  }
}
