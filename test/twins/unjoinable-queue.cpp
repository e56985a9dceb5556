// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A queue's join waits for items that no task will mark as done.
#include <aio/aio.h>
#include <aio/testing.h>
#include <stdexcept>

using namespace std::chrono_literals;

aio::coro<> fill(aio::queue<int> &queue, int count) {
  for (int i = 0; i < count; ++i)
    co_await queue.put(i);
}
aio::coro<> ended(aio::task<> task) {
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// The handler continues with the next item and skips task_done() for the failed one.
aio::coro<> skips_the_bad_ones(aio::queue<int> &queue) {
  for (;;) {
    const int item = co_await queue.get();
    try {
      if (item == 1)
        throw std::runtime_error("bad item");
    } catch (const std::runtime_error &) {
      continue;
    }
    queue.task_done();
  }
}
aio::coro<> an_item_that_is_forgotten() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(skips_the_bad_ones(queue), {.name = "consumer"});
  co_await fill(queue, 3);
  try {
    co_await aio::wait_for(queue.join(), 30s);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'Task-1' joins a queue with 1 item unfinished, and nobody is left who works at it [coro-unjoinable-queue]
    // LIVE: note: task 'consumer' took 1 item that nobody has reported done, and waits for the next
  } catch (const aio::timeout_error &) {
  }
  co_await ended(consumer);
}

// An exception ends the consumer.
aio::coro<> ends_with_an_error(aio::queue<int> &queue) {
  co_await queue.get();
  queue.task_done();
  co_await queue.get();
  throw std::runtime_error("bad item");
}
aio::coro<> a_consumer_that_died() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(ends_with_an_error(queue), {.name = "mortal"});
  co_await fill(queue, 3);
  try {
    co_await aio::wait_for(queue.join(), 30s);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'Task-1' joins a queue with 2 items unfinished, and no task that took any is left [coro-unjoinable-queue]
    // LIVE: note: task 'mortal' took 1 item that nobody has reported done, and has ended
  } catch (const aio::timeout_error &) {
  }
  co_await aio::wait(std::vector{consumer});
  static_cast<void>(consumer.exception());
}

// The sentinel is an item, too, and needs a task_done().
aio::coro<> until_the_sentinel(aio::queue<int> &queue) {
  for (;;) {
    const int item = co_await queue.get();
    if (item < 0)
      co_return;
    queue.task_done();
  }
}
aio::coro<> a_sentinel() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(until_the_sentinel(queue), {.name = "worker"});
  co_await fill(queue, 3);
  co_await queue.put(-1);
  try {
    co_await aio::wait_for(queue.join(), 30s);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'Task-1' joins a queue with 1 item unfinished, and nobody is left who works at it [coro-unjoinable-queue]
    // LIVE: note: task 'worker' took 1 item that nobody has reported done, and has ended
  } catch (const aio::timeout_error &) {
  }
  co_await consumer;
}

// No task takes an item.
aio::coro<> no_consumer() {
  aio::queue<int> queue;
  co_await fill(queue, 3);
  try {
    co_await aio::wait_for(queue.join(), 30s);
    // LIVE: :[[#@LINE-1]]:5: warning: task 'Task-1' joins a queue with 3 items unfinished, and no task takes any [coro-unjoinable-queue]
  } catch (const aio::timeout_error &) {
  }
}

// Each item takes a minute, and is then done.
aio::coro<> takes_its_time(aio::queue<int> &queue) {
  for (;;) {
    co_await queue.get();
    co_await aio::sleep(60s);
    queue.task_done();
  }
}
aio::coro<> slow_work_is_fine() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(takes_its_time(queue));
  co_await fill(queue, 3);
  co_await queue.join();
  co_await ended(consumer);
}

// A new task works on each item and calls task_done().
aio::coro<> work(aio::queue<int> &queue) {
  co_await aio::sleep(60s);
  queue.task_done();
}
aio::coro<> hands_over(aio::queue<int> &queue, std::vector<aio::task<>> &workers) {
  for (;;) {
    co_await queue.get();
    workers.push_back(aio::create_task(work(queue)));
  }
}
aio::coro<> a_task_for_each_item_is_fine() {
  aio::queue<int> queue;
  std::vector<aio::task<>> workers;
  auto consumer = aio::create_task(hands_over(queue, workers));
  co_await fill(queue, 3);
  co_await queue.join();
  co_await ended(consumer);
}

// The consumer waits for the second item of a pair, which comes later.
aio::coro<> in_pairs(aio::queue<int> &queue) {
  for (;;) {
    co_await queue.get();
    co_await queue.get();
    queue.task_done();
    queue.task_done();
  }
}
aio::coro<> later(aio::queue<int> &queue) {
  co_await aio::sleep(4s);
  co_await queue.put(2);
}
aio::coro<> a_batch_is_fine() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(in_pairs(queue));
  co_await fill(queue, 1);
  auto producer = aio::create_task(later(queue));
  co_await queue.join();
  co_await producer;
  co_await ended(consumer);
}

// Items move to a second queue. Its worker takes long and calls task_done() on the first queue.
aio::coro<> passes_on(aio::queue<int> &from, aio::queue<int> &to) {
  for (;;)
    co_await to.put(co_await from.get());
}
aio::coro<> second_stage(aio::queue<int> &queue, aio::queue<int> &first) {
  for (;;) {
    co_await queue.get();
    for (int part = 0; part < 100; ++part)
      co_await aio::sleep(1s);
    first.task_done();
  }
}
aio::coro<> two_stages_are_fine() {
  aio::queue<int> first, second;
  auto passing = aio::create_task(passes_on(first, second));
  auto worker = aio::create_task(second_stage(second, first));
  co_await fill(first, 2);
  co_await first.join();
  co_await ended(passing);
  co_await ended(worker);
}

// A supervisor restarts workers that end with an error, after a long sleep.
aio::coro<> supervisor(aio::queue<int> &queue) {
  for (;;) {
    try {
      co_await aio::create_task(ends_with_an_error(queue));
    } catch (const std::runtime_error &) {
      queue.task_done(); // the worker has not called it
    }
    co_await aio::sleep(20s);
  }
}
aio::coro<> a_slow_supervisor_is_fine() {
  aio::queue<int> queue;
  auto keeper = aio::create_task(supervisor(queue));
  co_await fill(queue, 4);
  co_await queue.join();
  co_await ended(keeper);
}
aio::coro<> comes_late(aio::queue<int> &queue) {
  co_await aio::sleep(20s);
  for (;;) {
    co_await queue.get();
    queue.task_done();
  }
}
aio::coro<> a_late_consumer_is_fine() {
  aio::queue<int> queue;
  auto consumer = aio::create_task(comes_late(queue));
  co_await fill(queue, 3);
  co_await queue.join();
  co_await ended(consumer);
}

// Without a join, task_done() is not needed.
aio::coro<> takes_three(aio::queue<int> &queue) {
  for (int i = 0; i < 3; ++i)
    co_await queue.get();
}
aio::coro<> never_joined_is_fine() {
  aio::queue<int> queue;
  co_await aio::gather(fill(queue, 3), takes_three(queue));
  co_await aio::sleep(60s);
}

// shutdown(true) drops the remaining items, which ends the join.
aio::coro<> shutdown_is_fine() {
  aio::queue<int> queue;
  co_await fill(queue, 3);
  aio::get_running_loop().call_later(2s, [&] { queue.shutdown(true); });
  co_await queue.join();
}

aio::coro<> ticks() {
  for (;;)
    co_await aio::sleep(1s);
}
aio::coro<> all() {
  // A timer keeps the loop awake, so that coro-deadlock does not apply.
  auto clock = aio::create_task(ticks());
  co_await an_item_that_is_forgotten();
  co_await a_consumer_that_died();
  co_await a_sentinel();
  co_await no_consumer();
  co_await slow_work_is_fine();
  co_await a_task_for_each_item_is_fine();
  co_await a_batch_is_fine();
  co_await two_stages_are_fine();
  co_await a_slow_supervisor_is_fine();
  co_await a_late_consumer_is_fine();
  co_await never_joined_is_fine();
  co_await shutdown_is_fine();
  co_await ended(clock);
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
