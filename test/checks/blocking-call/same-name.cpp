// RUN: %check %s -- %flags | FileCheck %s --implicit-check-not=warning:
// A user's C++ function is not the C function with the same name.
#include <aio/aio.h>
#include <sys/wait.h>

inline aio::coro<> wait() { co_return; }
void poll(int);
namespace mine {
void sleep(unsigned);
}
extern "C" unsigned sleep(unsigned);

aio::coro<> fine() {
  co_await wait();
  poll(1);
  mine::sleep(1);
}

aio::coro<> bad() {
  int status;
  wait(&status);
  // CHECK: :[[@LINE-1]]:3: warning: 'wait' blocks the thread
  sleep(1);
  // CHECK: :[[@LINE-1]]:3: warning: 'sleep' blocks the thread
  co_return;
}
