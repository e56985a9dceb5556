// RUN: %check %s -- %flags 2>&1 | count 0
// Synchronous waits that are not reported.
#include "yaclib/yaclib.h"

// Why: the overload of Get for lvalues does not wait, and a fact names all overloads.
yaclib::Future<int> start();
yaclib::Future<> get_of_a_future() {
  auto result = start().Get();
  co_return;
}
