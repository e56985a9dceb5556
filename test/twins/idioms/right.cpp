// RUN: %check %s -- %flags 2>&1 | FileCheck %s --allow-empty --implicit-check-not=warning:
// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// Idioms of asyncio, used correctly: neither the checker nor debug mode reports anything.
#include <aio/aio.h>
#include <aio/testing.h>
#include <cstdio>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;

aio::coro<std::string> fetch(std::string url) {
  co_await aio::sleep(100ms);
  co_return url;
}
aio::coro<std::string> fetch_might_fail(std::string) {
  co_await aio::sleep(50ms);
  throw std::runtime_error("no route");
}
aio::coro<> work() { co_await aio::sleep(1s); }

// A timer completes the future.
aio::coro<std::string> future_directly() {
  auto &loop = aio::get_running_loop();
  auto fut = loop.create_future<std::string>();
  loop.call_later(1s, [=] { fut.set_result("done"); });
  co_return co_await fut;
}

// The member functions of a task.
aio::coro<> task_interface() {
  auto task = aio::create_task(work());
  co_await aio::sleep(100ms);
  if (task.done() && !task.exception())
    task.result();
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// A task is kept until it is done.
aio::coro<> keep_the_reference() {
  std::vector<aio::task<>> background_tasks;
  background_tasks.push_back(aio::create_task(work()));
  background_tasks.back().add_done_callback([&] { background_tasks.clear(); });
  co_await aio::sleep(2s);
}

// Results in the order of the calls; exceptions as results.
aio::coro<> gathers() {
  co_await aio::gather(fetch("a"), fetch("b"), fetch("c"));
  auto [a, b] = co_await aio::gather(aio::return_exceptions, fetch("a"), fetch_might_fail("b"));
  std::printf("%s, %s\n", a ? "value" : "error", b ? "value" : "error");
}

// The pending tasks are awaited after the first one has finished.
aio::coro<> waits() {
  std::vector tasks{aio::create_task(fetch("a")), aio::create_task(fetch("b"))};
  auto result = co_await aio::wait(tasks, {.return_when = aio::FIRST_COMPLETED});
  if (!result.pending.empty())
    co_await aio::wait(result.pending);
}

// Results are awaited in the order of completion.
aio::coro<> as_they_come() {
  std::vector<aio::coro<std::string>> coros;
  for (const char *url : {"a", "b", "c"})
    coros.push_back(fetch(url));
  for (auto coro : aio::as_completed(std::move(coros)))
    co_await std::move(coro);
}

// Blocking calls and computations run in a thread.
int get(int url) { return url; }
aio::coro<> in_threads() {
  co_await aio::to_thread(get, 1);
  aio::thread_pool_executor pool(2);
  co_await aio::get_running_loop().run_in_executor(&pool, get, 2);
}

// A generator that is read to its end.
aio::async_generator<int> stream_chunks() {
  for (int i = 0; i < 3; ++i) {
    co_await aio::sleep(100ms);
    co_yield i;
  }
}
aio::coro<> async_generator() {
  AIO_FOR_CO_AWAIT(int chunk, stream_chunks())
    static_cast<void>(chunk);
}

// An iterator that is a class.
class counter {
public:
  explicit counter(int limit) : limit_(limit) {}
  counter &aiter() { return *this; }
  aio::coro<std::optional<int>> anext() {
    if (n_ >= limit_)
      co_return std::nullopt;
    co_await aio::sleep(100ms);
    co_return ++n_;
  }

private:
  int limit_;
  int n_ = 0;
};
aio::coro<> async_iterator() {
  AIO_FOR_CO_AWAIT(int i, counter(3))
    static_cast<void>(i);
}

// A context manager whose exit awaits.
struct connection {
  aio::coro<> close() { co_await aio::sleep(1ms); }
  aio::coro<> execute() { co_await aio::sleep(1ms); }
};
aio::async_generator<connection *> open_db() {
  connection conn;
  std::exception_ptr error;
  try {
    co_yield &conn;
  } catch (...) {
    error = std::current_exception();
  }
  co_await conn.close();
  if (error)
    std::rethrow_exception(error);
}
aio::coro<> context_manager() {
  co_await aio::async_with(aio::asynccontextmanager(open_db()),
                           [](connection *conn) -> aio::coro<> { co_await conn->execute(); });
}

// A semaphore limits how many tasks run at once.
aio::coro<std::string> fetch_one(aio::semaphore &sem, std::string url) {
  auto permit = co_await sem.scoped();
  co_return co_await fetch(std::move(url));
}
aio::coro<> semaphore() {
  aio::semaphore sem(10);
  std::vector<aio::coro<std::string>> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(fetch_one(sem, std::to_string(i)));
  co_await aio::gather(std::move(all));
}

// A sentinel ends the pipeline; the queue is not joined.
using items = aio::queue<std::shared_ptr<int>>;
aio::coro<> producer(items &queue) {
  for (int i = 0; i < 100; ++i)
    co_await queue.put(std::make_shared<int>(i));
  co_await queue.put(nullptr);
}
aio::coro<> consumer(items &queue) {
  for (;;) {
    auto item = co_await queue.get();
    if (!item)
      break;
    queue.task_done();
  }
}
aio::coro<> pipeline() {
  items queue(10);
  co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> aio::coro<> {
    tg.create_task(producer(queue));
    tg.create_task(consumer(queue));
    co_return;
  });
}

// The pending task is cancelled after the first one has finished.
aio::coro<std::string> first_wins() {
  std::vector tasks{aio::create_task(fetch("a")), aio::create_task(fetch("b"))};
  auto result = co_await aio::wait(tasks, {.return_when = aio::FIRST_COMPLETED});
  for (auto &t : result.pending)
    t.cancel();
  co_return result.done.front().result();
}

// A timeout limits the wait.
aio::coro<> timeout() {
  try {
    co_await aio::async_with(aio::timeout(5s), []() -> aio::coro<> { co_await aio::sleep(1h); });
  } catch (const aio::timeout_error &) {
    std::printf("over 5 s\n");
  }
}

// The cleanup is awaited, then the cancellation is rethrown.
aio::coro<> cleanup() { co_await aio::sleep(1ms); }
aio::coro<> cleans_up_and_raises() {
  std::exception_ptr cancelled;
  try {
    co_await aio::sleep(1h);
  } catch (const aio::cancelled_error &) {
    cancelled = std::current_exception();
  }
  if (cancelled) {
    co_await cleanup();
    std::rethrow_exception(cancelled);
  }
}
aio::coro<> cancellation() {
  auto task = aio::create_task(cleans_up_and_raises());
  co_await aio::sleep(1s);
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// A shield protects work that must not be interrupted.
aio::coro<> important_work() { co_await aio::sleep(1s); }
aio::coro<> critical() { co_await aio::shield(important_work()); }

aio::coro<> all() {
  co_await future_directly();
  co_await task_interface();
  co_await keep_the_reference();
  co_await gathers();
  co_await waits();
  co_await as_they_come();
  co_await in_threads();
  co_await async_generator();
  co_await async_iterator();
  co_await context_manager();
  co_await semaphore();
  co_await pipeline();
  co_await first_wins();
  co_await timeout();
  co_await cancellation();
  co_await critical();
  std::printf("all done\n");
  // LIVE: all done
}
int main() { aio::run(all(), {.loop_factory = aio::testing::virtual_time()}); }
