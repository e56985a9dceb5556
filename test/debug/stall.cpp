// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --implicit-check-not=warning:
// RUN: %livecc -O2 -fno-omit-frame-pointer %s %livelibs -o %t.fast && %debug %t.fast 2>&1 | FileCheck %s --implicit-check-not=warning:
// RUN: %livecc -O2 -fomit-frame-pointer %s %livelibs -o %t.bare && %debug %t.bare 2>&1 | FileCheck %s --check-prefix=BARE
// While a step lasts, its report has the stack of the thread that computes. Each program computes until that came, so
// there is no time to be right about.
#include <aio/aio.h>
#include <aio/debug/report.h>
#include <atomic>
#include <cstdio>
#include <functional>
#include <string>

std::atomic<bool> told{false};

[[gnu::noinline]] long counts_sheep() {
  long turns = 0;
  while (!told.load(std::memory_order_relaxed))
    ++turns;
  return turns;
}
[[gnu::noinline]] long falls_asleep() {
  const long turns = counts_sheep();
  asm volatile("" ::: "memory"); // no tail call
  return turns;
}
aio::coro<> sleepless() {
  co_await aio::sleep(std::chrono::milliseconds(1));
  falls_asleep();
}
aio::coro<> app() {
  co_await sleepless();
  told = false;
  aio::get_running_loop().call_soon([] { static_cast<void>(falls_asleep() + 1); told = true; });
  co_await aio::yield_now();
}
// CHECK: stall.cpp:28:3: warning: the loop is stuck in one step for {{[0-9]+}} ms so far, computing [coro-slow-step]
// CHECK-NEXT: stall.cpp:{{17|18}}: note: it computes here, in 'counts_sheep'
// CHECK-NEXT: stall.cpp:23: note: called by way of 'falls_asleep'
// CHECK-NEXT: stall.cpp:29: note: called by way of 'sleepless'
// A callback has no line at which it was resumed.
// CHECK: stall.cpp:{{17|18}}: warning: the loop is stuck in one step for {{[0-9]+}} ms so far, computing [coro-slow-step]
// CHECK-NEXT: stall.cpp:23: note: called by way of 'falls_asleep'
// CHECK-NEXT: stall.cpp:34: note: called by way of '{{lambda|operator\(\)}}'
// Without frame pointers only the place itself is certain.
// BARE: warning: the loop is stuck
// BARE-NEXT: stall.cpp:{{17|18}}: note: it computes here, in 'counts_sheep'

int main() {
  // A thread that the machine has no time for gives no stack: the next look asks again.
  auto listens = aio::debug::fail_on_report([](const std::string &text) {
    if (text.find("stall.cpp:17") == text.npos && text.find("stall.cpp:18") == text.npos)
      return;
    std::fputs(text.c_str(), stderr);
    told = true;
  });
  aio::run(app());
}
