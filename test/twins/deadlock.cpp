// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// Tasks wait for each other, or for an event that can never happen.
#include <aio/aio.h>

using namespace std::chrono_literals;

aio::coro<> waits(aio::task<> &other) { co_await other; }

// Two tasks await each other. The second await completes the cycle.
aio::coro<> two_that_wait_for_each_other() {
  aio::task<> a, b;
  a = aio::create_task(waits(b), {.name = "a"});
  b = aio::create_task(waits(a), {.name = "b"});
  // LIVE: :[[#@LINE-7]]:{{[0-9]+}}: warning: tasks wait for each other: b -> a -> b [coro-deadlock]
  // LIVE: note: task 'b' waits here
  // LIVE: note: task 'a' waits here
  co_await aio::wait(std::vector{a, b}, {.timeout = 1ms});
  a.cancel();
  co_await aio::wait(std::vector{a, b});
}

// The runtime throws when a task awaits itself.
aio::coro<> one_that_waits_for_itself() {
  aio::task<> a;
  a = aio::create_task(waits(a));
  try {
    co_await a;
  } catch (const aio::runtime_error &) {
  }
}

// Two tasks take the same two locks in different orders.
aio::coro<> takes_both(aio::lock &first, aio::lock &second) {
  auto one = co_await first.scoped();
  // LIVE: :[[#@LINE+4]]:{{[0-9]+}}: warning: tasks wait for each other: d -> c -> d [coro-deadlock]
  // LIVE: note: task 'd' waits here for a lock
  // LIVE: note: task 'c' waits here for a lock
  co_await aio::sleep(0s);
  auto two = co_await second.scoped();
}
aio::coro<> locks_in_different_orders() {
  aio::lock left, right;
  auto c = aio::create_task(takes_both(left, right), {.name = "c"});
  auto d = aio::create_task(takes_both(right, left), {.name = "d"});
  co_await aio::wait(std::vector{c, d}, {.timeout = 1ms});
  c.cancel();
  co_await aio::wait(std::vector{c, d});
}

// A task acquires a lock that it already holds.
aio::coro<> takes_it_twice(aio::lock &lock) {
  auto outer = co_await lock.scoped();
  // LIVE: :[[#@LINE+2]]:{{[0-9]+}}: warning: a task waits for a lock that it holds itself: e -> e [coro-deadlock]
  // LIVE: :[[#@LINE-2]]: note: that lock was acquired here
  auto inner = co_await lock.scoped();
}
aio::coro<> a_lock_taken_again() {
  aio::lock lock;
  auto e = aio::create_task(takes_it_twice(lock), {.name = "e"});
  co_await aio::wait(std::vector{e}, {.timeout = 1ms});
  e.cancel();
  co_await aio::wait(std::vector{e});
}

// Both tasks take the locks in the same order.
aio::coro<> locks_in_one_order_are_fine() {
  aio::lock left, right;
  co_await aio::gather(takes_both(left, right), takes_both(left, right));
}

// Each task releases the lock before the next one gets it.
aio::coro<> a_lock_in_turns_is_fine() {
  aio::lock lock;
  auto uses = [&]() -> aio::coro<> {
    auto guard = co_await lock.scoped();
    co_await aio::sleep(0s);
  };
  co_await aio::gather(uses(), uses(), uses());
}

// The last task of the chain waits only for a timer.
aio::coro<> a_chain_is_fine() {
  auto a = aio::create_task([]() -> aio::coro<> { co_await aio::sleep(1ms); }());
  auto b = aio::create_task(waits(a));
  auto c = aio::create_task(waits(b));
  co_await aio::gather(a, b, c);
}

// A wait with a limit ends.
aio::coro<> a_wait_with_a_limit_is_fine() {
  auto never = aio::create_future<int>();
  try {
    co_await aio::wait_for(never, 1ms);
  } catch (const aio::timeout_error &) {
  }
}

// The parent waits for a gather, the gather for the child, and the child for the parent.
aio::coro<> child_of(aio::task<> &parent) { co_await parent; }
aio::coro<> quick() { co_return; }
aio::coro<> gathers(aio::task<> &self) {
  co_await aio::gather(aio::create_task(child_of(self), {.name = "child"}), quick());
}
aio::coro<> a_cycle_through_a_gather() {
  aio::task<> parent;
  parent = aio::create_task(gathers(parent), {.name = "parent"});
  // LIVE: :[[#@LINE-8]]:{{[0-9]+}}: warning: tasks wait for each other: child -> parent -> child [coro-deadlock]
  // LIVE: :[[#@LINE-9]]:{{[0-9]+}}: note: task 'child' waits here
  // LIVE: :[[#@LINE-7]]:{{[0-9]+}}: note: task 'parent' waits here
  co_await aio::wait(std::vector{parent}, {.timeout = std::chrono::milliseconds(1)});
  for (const auto &each : aio::all_tasks())
    if (each.get_name() == "child")
      each.cancel();
  co_await aio::wait(std::vector{parent});
}

// wait() returns with the first task, so the parent does not depend on the other one.
aio::coro<> waits_for_the_first(aio::task<> &self) {
  auto both = std::vector{aio::create_task(child_of(self)), aio::create_task(quick())};
  co_await aio::wait(both, {.return_when = aio::FIRST_COMPLETED});
  both[0].detach();
}
aio::coro<> the_first_of_several_is_fine() {
  aio::task<> parent;
  parent = aio::create_task(waits_for_the_first(parent));
  co_await parent;
}

// The loop has nothing else to wait for.
aio::coro<> awaits_a_future_that_is_never_set(aio::future<int> never) {
  co_await never;
  // LIVE: :[[#@LINE-1]]:{{[0-9]+}}: warning: 1 task waits and nothing can wake it: 'stuck' [coro-deadlock]
  // LIVE: note: task 'stuck': 'awaits_a_future_that_is_never_set' awaits here
}

aio::coro<> all() {
  co_await two_that_wait_for_each_other();
  co_await one_that_waits_for_itself();
  co_await locks_in_different_orders();
  co_await a_lock_taken_again();
  co_await locks_in_one_order_are_fine();
  co_await a_lock_in_turns_is_fine();
  co_await a_chain_is_fine();
  co_await a_wait_with_a_limit_is_fine();
  co_await a_cycle_through_a_gather();
  co_await the_first_of_several_is_fine();
}

int main() {
  aio::run(all());
  // This loop stops where a real one would wait forever, after the report.
  struct impatient : aio::event_loop {
    void idle(std::optional<aio::duration> timeout) override {
      if (!timeout && hooks())
        hooks()->each(aio::hook::before_io_wait, [&](aio::instrument &i) { i.before_io_wait(*this, timeout); });
      if (!timeout)
        stop();
    }
  } loop;
  auto task = loop.create_task(awaits_a_future_that_is_never_set(loop.create_future<int>()), {.name = "stuck"});
  loop.run_forever();
  task.cancel();
  loop.run_once();
  loop.run_once();
}
