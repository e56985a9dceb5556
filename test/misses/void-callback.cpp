// RUN: %check %s -- %flags 2>&1 | count 0
// Coroutines that are called as void and not reported.
#include "../checks/own.h"

#include <functional>

own::lazy<> work();

// Why: the initialiser of a global variable belongs to no function.
std::function<void()> global = work;

// Why: the checker does not follow a callable into a user's function; it reports only the dropped task inside.
template <class F>
void keeps(F f) {
  static F kept = f;
}
void kept() { keeps(work); }
