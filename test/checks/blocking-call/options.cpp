// The options: files are reported by default; short calls and possibly non-blocking calls are not.
// RUN: %check %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,FILES --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-blocking-call.Files: false}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-blocking-call.Briefly: true}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,BRIEFLY,FILES --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-blocking-call.UnlessNonblocking: true}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,UNLESS,FILES --implicit-check-not=warning:
#include <aio-standin/aio/aio.h>
#include <fstream>
#include <unistd.h>

aio::coro<> fetch();

static void locks(std::mutex &mutex) { mutex.lock(); }

aio::coro<> all_tiers(std::mutex &mutex, int descriptor, char *buffer) {
  sleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep' blocks the thread that runs this coroutine; co_await aio::sleep(...) instead [coro-blocking-call]
  mutex.lock();
  // BRIEFLY: :[[#@LINE-1]]:9: warning: 'std::mutex::lock' blocks the thread that runs this coroutine
  mutex.unlock();
  locks(mutex);
  // BRIEFLY: :[[#@LINE-1]]:3: warning: 'locks' calls 'std::mutex::lock', which blocks the thread that runs this coroutine
  (void)::read(descriptor, buffer, 1);
  // UNLESS: :[[#@LINE-1]]:9: warning: 'read' blocks the thread that runs this coroutine
  std::ifstream file("name");
  // FILES: :[[#@LINE-1]]:17: warning: 'std::basic_ifstream' blocks the thread that runs this coroutine
  co_await fetch();
}
