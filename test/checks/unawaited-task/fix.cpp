// The fix awaits the task that was dropped at once, and the result compiles.
// RUN: cp %s %t.cpp
// RUN: %check --fix-notes %t.cpp -- %flags -I%source/test/checks > %t.log 2>&1
// RUN: FileCheck %s --input-file=%t.cpp
// RUN: clang++ -fsyntax-only %flags -I%source/test/checks %t.cpp
#include "own.h"

own::lazy<> fetch();
own::awaits<void> operation();
struct adds {
  own::lazy<> operator+(int) const;
  own::lazy<> member() const;
};
void use(int);
#define START() fetch()

own::lazy<> coroutine(bool b, adds object) {
  // CHECK-LABEL: own::lazy<> coroutine
  fetch();
  // CHECK: {{^  co_await fetch\(\);}}
  operation();
  // CHECK: {{^  co_await operation\(\);}}
  if (b)
    fetch();
  // CHECK: {{^    co_await fetch\(\);}}
  b ? fetch() : fetch();
  // CHECK: {{^  b \? co_await fetch\(\) : co_await fetch\(\);}}
  fetch(), use(1);
  // CHECK: {{^  co_await fetch\(\), use\(1\);}}
  object.member();
  // CHECK: {{^  co_await object.member\(\);}}
  object + 1;
  // CHECK: {{^  (co_await \(object \+ 1\)|object \+ 1);}}
  co_return;
}

// There is no fix in a plain function, which cannot await, and none for a task in a variable.
void plain_function() {
  // CHECK-LABEL: void plain_function
  fetch();
  // CHECK: {{^  fetch\(\);}}
  auto held = fetch();
  // CHECK: {{^  auto held = fetch\(\);}}
}
