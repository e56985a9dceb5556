// The fix awaits the task that was dropped at once, and the result compiles.
// RUN: cp %s %t.cpp
// RUN: %check --fix-notes %t.cpp -- %flags -I%source/test/checks > %t.log 2>&1
// RUN: FileCheck %s --input-file=%t.cpp
// RUN: %check %t.cpp -- %flags -I%source/test/checks 2>&1 | count 0
#include "own.h"

own::eager<> start();

own::lazy<> coroutine(bool b) {
  start();
  // CHECK: {{^  co_await start\(\);}}
  if (b)
    start();
  // CHECK: {{^    co_await start\(\);}}
  co_return;
}
