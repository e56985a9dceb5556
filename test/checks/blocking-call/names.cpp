// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// A fact about a C function means that function, not a library's function that a using-declaration brings to its scope.
#include <aio-standin/aio/aio.h>
#include <seastar/seastar.h>

#include <chrono>
#include <unistd.h>

namespace library {
aio::coro<> poll(int);
aio::coro<> select(int);
aio::coro<> wait(int);
aio::coro<> usleep(std::chrono::milliseconds);
} // namespace library

using seastar::sleep;
using library::poll;
using library::select;
using library::usleep;
using library::wait;

aio::coro<> by_using_declarations() {
  co_await poll(1);
  co_await select(1);
  co_await wait(1);
  co_await usleep(std::chrono::milliseconds(1));
}

seastar::future<> sleeps_as_the_library_does() { co_await sleep(std::chrono::milliseconds(1)); }

aio::coro<> the_c_function_is_still_one() {
  ::sleep(1u);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sleep' blocks the thread
  co_await poll(1);
}

aio::coro<> in_a_function() {
  using library::wait;
  co_await wait(1);
}
