// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Lazy tasks and awaited operations of each library, used wrongly and in the idiomatic way.
#include <async_simple/async_simple.h>
#include <cobalt/cobalt.h>
#include <cppcoro/cppcoro.h>
#include <drogon/drogon.h>
#include <folly/folly.h>
#include <libcoro/libcoro.h>
#include <libunifex/libunifex.h>
#include <netcan_asyncio/netcan_asyncio.h>
#include <stdexec/stdexec.h>
#include <tmc/tmc.h>

using namespace std::chrono_literals;

namespace uses_folly {
using folly::coro::Task;
Task<int> work();
Task<> fetch();
folly::coro::now_task<int> now();
folly::coro::value_task<int> value();

Task<> wrong(folly::Executor *executor, folly::coro::Mutex &mutex, folly::coro::AsyncScope &scope,
             const folly::CancellationToken &token) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_withExecutor(executor, work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_withExecutor' is never awaited, so it never runs [coro-unawaited-task]
  mutex.co_scoped_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'co_scoped_lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  mutex.co_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'co_lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  folly::coro::sleep(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'sleep' is never awaited, so it never runs [coro-unawaited-task]
  folly::coro::collectAll(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'collectAll' is never awaited, so it never runs [coro-unawaited-task]
  folly::coro::timeout(work(), 1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'timeout' is never awaited, so it never runs [coro-unawaited-task]
  now();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'now' is never awaited, so it never runs [coro-unawaited-task]
  value();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'value' is never awaited, so it never runs [coro-unawaited-task]
  scope.joinAsync();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'joinAsync' is never awaited, so it never runs [coro-unawaited-task]
  folly::coro::co_withExecutor(executor, fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_withExecutor' is never awaited, so it never runs [coro-unawaited-task]
  co_withExecutor(executor, now());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_withExecutor' is never awaited, so it never runs [coro-unawaited-task]
  co_withExecutor(executor, value());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_withExecutor' is never awaited, so it never runs [coro-unawaited-task]
  folly::coro::co_withCancellation(token, work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_withCancellation' is never awaited, so it never runs [coro-unawaited-task]
  auto scheduled = work().scheduleOn(executor);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'scheduleOn' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
Task<> right(folly::Executor *executor) {
  co_await work();
  co_await now();
  co_await value();
  co_await co_withExecutor(executor, work());
  co_await co_withExecutor(executor, now());
  co_await folly::coro::co_withCancellation(folly::CancellationToken(), fetch());
  auto task = work();
  co_await std::move(task);
  co_await folly::coro::collectAll(work(), fetch());
  co_await folly::coro::co_invoke([]() -> Task<> { co_await fetch(); });
}
Task<> right_with_a_scope(folly::Executor *executor) {
  folly::coro::AsyncScope scope;
  scope.add(co_withExecutor(executor, fetch()));
  co_await scope.joinAsync();
}
void right_in_a_plain_function(folly::Executor *executor) {
  co_withExecutor(executor, work()).start([](auto &&) {});
  folly::coro::blockingWait(work());
  work().semi().via(executor).get();
}
} // namespace uses_folly

namespace uses_cppcoro {
using cppcoro::task;
task<int> work();
task<> fetch();
cppcoro::shared_task<int> share();
cppcoro::generator<int> count() { co_yield 1; }

task<> wrong(cppcoro::async_mutex &mutex, cppcoro::io_service &service, cppcoro::static_thread_pool &pool,
             cppcoro::async_scope &scope) {
  mutex.lock_async();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'lock_async' is never awaited, so the lock is not taken [coro-unawaited-task]
  mutex.scoped_lock_async();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'scoped_lock_async' is never awaited, so the lock is not taken [coro-unawaited-task]
  auto lock = mutex.scoped_lock_async();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'scoped_lock_async' is never awaited, so the lock is not taken [coro-unawaited-task]
  service.schedule_after(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule_after' is never awaited{{.*}} [coro-unawaited-task]
  service.schedule();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule' is never awaited{{.*}} [coro-unawaited-task]
  pool.schedule();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule' is never awaited{{.*}} [coro-unawaited-task]
  scope.join();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'join' is never awaited{{.*}} [coro-unawaited-task]
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  share();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'share' is never awaited, so it never runs [coro-unawaited-task]
  cppcoro::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'when_all' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
task<> right(cppcoro::async_mutex &mutex, cppcoro::io_service &service, cppcoro::static_thread_pool &pool,
             cppcoro::async_scope &scope, cppcoro::async_manual_reset_event &event) {
  auto lock = co_await mutex.scoped_lock_async();
  co_await mutex.lock_async();
  co_await service.schedule_after(1s);
  co_await pool.schedule();
  scope.spawn(fetch());
  co_await scope.join();
  co_await event;
  auto task = work();
  co_await task.when_ready();
  auto shared = share();
  auto copy = shared;
  co_await shared;
  co_await copy;
  co_await cppcoro::when_all(work(), fetch());
  for (int number : count())
    (void)number;
}
int right_in_main() {
  cppcoro::sync_wait(work());
  auto task = work();
  cppcoro::sync_wait(task);
  count();
  return 0;
}
} // namespace uses_cppcoro

namespace uses_libcoro {
using coro::task;
task<int> work();
task<> fetch();

task<> wrong(coro::thread_pool &pool, coro::scheduler &scheduler, coro::mutex &mutex, coro::queue<int> &queue) {
  pool.schedule();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule' is never awaited{{.*}} [coro-unawaited-task]
  scheduler.schedule();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule' is never awaited{{.*}} [coro-unawaited-task]
  scheduler.yield_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'yield_for' is never awaited, so it never runs [coro-unawaited-task]
  mutex.scoped_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'scoped_lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  mutex.lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  pool.schedule(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'schedule' is never awaited, so it never runs [coro-unawaited-task]
  queue.push(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'push' is never awaited, so it never runs [coro-unawaited-task]
  queue.pop();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'pop' is never awaited, so it never runs [coro-unawaited-task]
  auto both = coro::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'when_all' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
task<> right(coro::thread_pool &pool, coro::scheduler &scheduler, coro::mutex &mutex, coro::queue<int> &queue,
             coro::event &event, coro::latch &latch) {
  co_await pool.schedule();
  co_await scheduler.schedule();
  co_await scheduler.yield_for(1s);
  auto lock = co_await mutex.scoped_lock();
  co_await queue.push(co_await queue.pop());
  co_await event;
  co_await latch;
  pool.spawn_detached(fetch());
  std::vector<task<int>> tasks;
  tasks.push_back(work());
  for (auto &task : tasks)
    co_await task;
  co_await coro::invoke([]() -> task<> { co_return; });
}
task<> right_with_a_group(coro::task_group<coro::scheduler> &group) {
  if (!group.start(fetch()))
    co_return;
  co_await group;
}
void right_by_hand() {
  auto task = work();
  task.resume();
  coro::sync_wait(work());
}
} // namespace uses_libcoro

namespace uses_cobalt {
namespace cobalt = boost::cobalt;
cobalt::task<int> work();
cobalt::generator<int> count() {
  co_yield 1;
  co_return 0;
}
cobalt::detached background();

cobalt::task<void> wrong(cobalt::channel<int> &channel, cobalt::wait_group &group) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  cobalt::io::sleep(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'sleep' is never awaited{{.*}} [coro-unawaited-task]
  channel.read();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'read' is never awaited{{.*}} [coro-unawaited-task]
  channel.write(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'write' is never awaited{{.*}} [coro-unawaited-task]
  group.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'wait' is never awaited{{.*}} [coro-unawaited-task]
  cobalt::join(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'join' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
cobalt::task<void> right(cobalt::channel<int> &channel, boost::asio::io_context &context) {
  co_await work();
  co_await cobalt::io::sleep(1s);
  co_await channel.write(co_await channel.read());
  cobalt::spawn(context, work(), boost::asio::detached);
  background();
  auto generator = count();
  while (generator)
    co_await generator;
}
int right_in_main() { return cobalt::run(work()); }
} // namespace uses_cobalt

namespace uses_stdexec {
exec::task<int> work();
exec::task<void> fetch();
stdexec::task<> standard();

exec::task<void> wrong(exec::async_scope &scope, exec::static_thread_pool::scheduler scheduler) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  standard();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'standard' is never awaited, so it never runs [coro-unawaited-task]
  stdexec::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'when_all' is never awaited{{.*}} [coro-unawaited-task]
  scope.spawn_future(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'spawn_future' is never awaited{{.*}} [coro-unawaited-task]
  scope.on_empty();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'on_empty' is never awaited{{.*}} [coro-unawaited-task]
  stdexec::schedule(scheduler);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule' is never awaited{{.*}} [coro-unawaited-task]
  exec::schedule_after(scheduler, 1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'schedule_after' is never awaited{{.*}} [coro-unawaited-task]
  auto held = exec::ensure_started(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'ensure_started' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
exec::task<void> right(exec::static_thread_pool::scheduler scheduler) {
  co_await work();
  co_await standard();
  co_await stdexec::schedule(scheduler);
  exec::start_detached(fetch());
  co_await stdexec::when_all(work(), fetch());
  auto started = exec::ensure_started(fetch());
  co_await std::move(started);
  exec::async_scope scope;
  scope.spawn(fetch());
  co_await scope.on_empty();
  co_await exec::at_coroutine_exit([]() -> exec::task<void> { co_return; });
}
int right_in_main() {
  stdexec::sync_wait(work());
  auto task = work();
  stdexec::sync_wait(std::move(task));
  return 0;
}
} // namespace uses_stdexec

namespace uses_unifex {
using unifex::task;
task<int> work();
task<> fetch();

task<> wrong(unifex::async_mutex &mutex, unifex::v2::async_scope &scope) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  mutex.async_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'async_lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  scope.join();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'join' is never awaited{{.*}} [coro-unawaited-task]
  unifex::spawn_future(fetch(), scope);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'spawn_future' is never awaited{{.*}} [coro-unawaited-task]
  unifex::stop_if_requested();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'stop_if_requested' is never awaited{{.*}} [coro-unawaited-task]
  auto nested = scope.nest(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'nest' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
task<> right(unifex::async_mutex &mutex, unifex::v2::async_scope &scope) {
  co_await work();
  co_await mutex.async_lock();
  mutex.unlock();
  unifex::spawn_detached(fetch(), scope);
  auto future = unifex::spawn_future(fetch(), scope);
  co_await std::move(future);
  co_await scope.join();
  co_await unifex::when_all(work(), fetch());
}
int right_in_main() { return *unifex::sync_wait_r<int>(work()) + *unifex::sync_wait(work()); }
} // namespace uses_unifex

namespace uses_async_simple {
using namespace async_simple::coro;
using async_simple::Executor;
Lazy<int> work();
Lazy<> fetch();

Lazy<> wrong(Mutex &mutex, Executor *executor) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  mutex.coLock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'coLock' is never awaited, so the lock is not taken [coro-unawaited-task]
  mutex.coScopedLock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'coScopedLock' is never awaited, so the lock is not taken [coro-unawaited-task]
  dispatch(executor);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'dispatch' is never awaited, so it never runs [coro-unawaited-task]
  work().via(executor);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'via' is never awaited, so it never runs [coro-unawaited-task]
  collectAll(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'collectAll' is never awaited, so it never runs [coro-unawaited-task]
  async_simple::coro::sleep(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'sleep' is never awaited, so it never runs [coro-unawaited-task]
  work().coAwaitTry();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'coAwaitTry' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
Lazy<> right(Mutex &mutex, Executor *executor) {
  co_await work();
  co_await dispatch(executor);
  auto *current = co_await async_simple::CurrentExecutor{};
  auto *slot = co_await CurrentSlot{};
  co_await ForbidSignal{};
  auto lock = co_await mutex.coScopedLock();
  work().start([](auto &&) {});
  fetch().via(executor).detach();
  co_await collectAll(work(), fetch());
  std::vector<Lazy<int>> tasks;
  tasks.push_back(work());
  co_await collectAll(std::move(tasks));
  auto kept = work().via(executor);
  co_await std::move(kept);
}
void right_in_main() {
  syncAwait(work());
  auto task = work();
  task.start([](auto &&) {});
}
} // namespace uses_async_simple

namespace uses_drogon {
using drogon::Task;
Task<int> work();
Task<> fetch();
drogon::AsyncTask background();

Task<> wrong(trantor::EventLoop *loop, drogon::Mutex &mutex, drogon::orm::DbClient &database) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  drogon::sleepCoro(loop, 1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'sleepCoro' is never awaited{{.*}} [coro-unawaited-task]
  mutex.scoped_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'scoped_lock' is never awaited, so the lock is not taken [coro-unawaited-task]
  database.execSqlCoro("select 1");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'execSqlCoro' is never awaited{{.*}} [coro-unawaited-task]
  drogon::switchThreadCoro(loop);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'switchThreadCoro' is never awaited{{.*}} [coro-unawaited-task]
  co_return;
}
Task<> right(trantor::EventLoop *loop, drogon::Mutex &mutex, drogon::orm::DbClient &database) {
  co_await work();
  background();
  drogon::async_run([]() -> Task<> { co_await fetch(); });
  drogon::async_run(fetch);
  loop->queueInLoop(drogon::async_func([]() -> Task<> { co_return; }));
  loop->runInLoop(background);
  co_await drogon::sleepCoro(loop, 1s);
  auto lock = co_await mutex.scoped_lock();
  co_await database.execSqlCoro("select 1");
}
int right_in_main() {
  drogon::sync_wait(work());
  return 0;
}
} // namespace uses_drogon

namespace uses_tmc {
using tmc::task;
task<int> work();
task<> fetch();
int executor;

task<> wrong(tmc::mutex &mutex, tmc::rw_lock &locks, tmc::semaphore &permits) {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  tmc::spawn(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'spawn' is never awaited, so it never runs [coro-unawaited-task]
  mutex.lock_scope();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'lock_scope' is never awaited, so the lock is not taken [coro-unawaited-task]
  locks.lock_read();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'lock_read' is never awaited, so the lock is not taken [coro-unawaited-task]
  locks.lock_write_scope();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'lock_write_scope' is never awaited, so the lock is not taken [coro-unawaited-task]
  permits.acquire_scope();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'acquire_scope' is never awaited, so the lock is not taken [coro-unawaited-task]
  auto group = tmc::spawn_group();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'spawn_group' is never awaited, so it never runs [coro-unawaited-task]
  tmc::yield();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'yield' is never awaited{{.*}} [coro-unawaited-task]
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  auto spawned = tmc::spawn(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'spawn' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
task<> right(tmc::mutex &mutex) {
  co_await work();
  co_await tmc::spawn(work());
  tmc::spawn(fetch()).detach();
  auto fork = tmc::spawn(work()).fork();
  co_await std::move(fork);
  auto group = tmc::fork_group();
  group.fork(fetch());
  co_await std::move(group);
  tmc::post(executor, fetch());
  co_await mutex;
  mutex.unlock();
  auto scope = co_await mutex.lock_scope();
}
task<> right_with_groups(tmc::rw_lock &locks, tmc::semaphore &permits) {
  auto group = tmc::spawn_group();
  group.add(fetch());
  co_await std::move(group);
  auto background = tmc::spawn_group();
  background.add(fetch());
  std::move(background).detach();
  auto forked = co_await tmc::fork_clang(work());
  co_await std::move(forked);
  co_await locks.lock_read();
  locks.unlock_read();
  auto written = co_await locks.lock_write_scope();
  auto permit = co_await permits.acquire_scope();
}
int right_in_main() { return tmc::async_main(work()); }
} // namespace uses_tmc

namespace uses_netcan_asyncio {
using asyncio::Task;
Task<int> work();
Task<> fetch();

Task<> wrong() {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  asyncio::sleep(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'sleep' is never awaited, so it never runs [coro-unawaited-task]
  asyncio::gather(work(), fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'gather' is never awaited, so it never runs [coro-unawaited-task]
  auto task = work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'work' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
Task<> right() {
  co_await work();
  auto scheduled = asyncio::schedule_task(fetch());
  co_await scheduled;
  co_await asyncio::gather(work(), fetch());
  co_await asyncio::wait_for(work(), 1s);
}
int right_in_main() { return asyncio::run(work()); }
} // namespace uses_netcan_asyncio
