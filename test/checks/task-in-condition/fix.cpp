// The fix awaits the task that is tested, and the result compiles.
// RUN: cp %s %t.cpp
// RUN: %check --fix-notes %t.cpp -- %flags -I%source/test/checks > %t.log 2>&1
// RUN: FileCheck %s --input-file=%t.cpp
// RUN: %check %t.cpp -- %flags -I%source/test/checks 2>&1 | count 0
#include "own.h"

own::lazy<bool> ready();
struct server {
  own::lazy<bool> is_up() const;
};
void act();

own::lazy<> coroutine(server s) {
  if (ready())
    act();
  // CHECK: {{^  if \(co_await ready\(\)\)}}
  while (!ready())
    act();
  // CHECK: {{^  while \(!co_await ready\(\)\)}}
  bool both = s.is_up() && co_await ready();
  // CHECK: {{^  bool both = co_await s.is_up\(\) && co_await ready\(\);}}
  (void)both;
}
