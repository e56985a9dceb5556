// RUN: %check %s -- %flags 2>&1 | count 0
// Calls that block a coroutine and are not reported.
#include <aio-standin/aio/aio.h>

#include <memory>
#include <unistd.h>

aio::coro<> fetch();

// Why: what a std::function holds is known only when it runs.
aio::coro<> through_a_wrapper() {
  std::function<void()> pause = [] { sleep(1); };
  pause();
  co_await fetch();
}

// Why: a virtual call may go to another function.
struct base {
  virtual void pause() { sleep(1); }
};
aio::coro<> through_a_virtual_function(base &object) {
  object.pause();
  co_await fetch();
}

// Why: the constructor is called from a function of the standard library.
struct slow {
  slow() { sleep(1); }
};
aio::coro<> through_make_unique() {
  auto object = std::make_unique<slow>();
  co_await fetch();
}

// Why: calls in the destructor of a user's class are not followed.
struct slow_to_end {
  ~slow_to_end() { sleep(1); }
};
aio::coro<> through_a_destructor() {
  slow_to_end object;
  co_await fetch();
}

// Why: its body is in another translation unit.
void defined_elsewhere();
aio::coro<> through_another_file() {
  defined_elsewhere();
  co_await fetch();
}

// Why: the function pointer is not followed.
static void doze() { sleep(1); }
aio::coro<> through_a_pointer(bool b) {
  auto *function = b ? &doze : nullptr;
  function();
  co_await fetch();
}

// Why: whether a descriptor is non-blocking is not known; see the option UnlessNonblocking.
aio::coro<> perhaps_nonblocking(int descriptor, char *buffer) {
  (void)::read(descriptor, buffer, 1);
  co_await fetch();
}

// Why: the expression of a default argument is not looked into.
static int after_a_while(int n = static_cast<int>(sleep(1))) { return n; }
aio::coro<> in_a_default_argument() {
  after_a_while();
  co_await fetch();
}
