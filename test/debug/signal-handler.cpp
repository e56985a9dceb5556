// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --implicit-check-not=warning:
// RUN: %livecc -O2 %s %livelibs -o %t.opt && %debug %t.opt 2>&1 | FileCheck %s --implicit-check-not=warning:
// A blocking call in a signal handler is reported, but not in the handler: there nothing may be allocated.
#include <aio/aio.h>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

static volatile sig_atomic_t in_handler = 0;

extern "C" void *__libc_malloc(size_t);
extern "C" void *malloc(size_t size) {
  if (in_handler) {
    static const char text[] = "allocates in a signal handler\n";
    static_cast<void>(!::write(2, text, sizeof text - 1));
    _exit(1);
  }
  return __libc_malloc(size);
}

static void handle(int) {
  in_handler = 1;
  usleep(1);
  // CHECK: signal-handler.cpp:[[#@LINE-1]]: warning: 'usleep' blocks the thread that runs this coroutine [coro-blocking-call]
  in_handler = 0;
}

aio::coro<> interrupted() {
  std::raise(SIGUSR1);
  co_await aio::sleep(std::chrono::milliseconds(1));
  usleep(1);
  // CHECK: signal-handler.cpp:[[#@LINE-1]]: warning: 'usleep' blocks
}

int main() {
  std::signal(SIGUSR1, handle);
  aio::run(interrupted());
}
