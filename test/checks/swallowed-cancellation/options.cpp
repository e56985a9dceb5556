// The option Replaced turns off reports of handlers that throw another exception.
// RUN: %check --config="{CheckOptions: {coro-swallowed-cancellation.Replaced: false}}" %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
#include <aio-standin/aio/aio.h>

aio::coro<> work();

aio::coro<> replaced() {
  try {
    co_await work();
  } catch (...) {
    throw std::runtime_error("failed");
  }
}

aio::coro<> goes_on() {
  try {
    co_await work();
  } catch (...) {
    // CHECK: :[[#@LINE-1]]:5: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
  }
  co_await work();
}
