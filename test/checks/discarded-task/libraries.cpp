// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// What dropping a running task does in each library, and each library's own way to detach a task.
#include <aio-standin/aio/aio.h>
#include <cobalt/cobalt.h>
#include <concurrencpp/concurrencpp.h>
#include <folly/folly.h>
#include <kj/kj.h>
#include <libcoro/libcoro.h>
#include <netcan_asyncio/netcan_asyncio.h>
#include <seastar/seastar.h>
#include <tmc/tmc.h>
#include <userver/userver.h>
#include <winrt/winrt.h>
#include <yaclib/yaclib.h>

using namespace std::chrono_literals;

namespace uses_cobalt {
namespace cobalt = boost::cobalt;
cobalt::promise<int> start();
cobalt::promise<void> run();
cobalt::task<void> wrong(bool b) {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it cancels it [coro-discarded-task]
  (void)start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  co_await start();
  auto held = start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  if (b)
    (void)held.ready();
}
// The task runs beside an await and is cancelled at the end of its scope, on purpose.
cobalt::task<void> right_beside_another(bool b) {
  auto beside = run();
  co_await start();
  auto half = run();
  if (b)
    co_return;
  co_await half;
}
cobalt::task<void> right(cobalt::wait_group &group) {
  co_await start();
  +start();
  auto detached = run();
  detached.detach();
  auto plus = run();
  +std::move(plus);
  group.push_back(run());
  co_await cobalt::race(start(), run());
  auto polled = start();
  while (!polled.ready())
    co_await cobalt::io::sleep(1s);
  polled.get();
}
} // namespace uses_cobalt

namespace uses_concurrencpp {
using concurrencpp::result;
result<int> start();
concurrencpp::lazy_result<int> prepare();
concurrencpp::null_result background();
result<void> wrong(std::shared_ptr<concurrencpp::thread_pool_executor> pool) {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it detaches it: nobody sees its result or its exception [coro-discarded-task]
  pool->submit([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'submit' is dropped; {{.*}} [coro-discarded-task]
  auto held = start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  auto status = start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  (void)status.status();
  co_return;
}
result<void> right(std::shared_ptr<concurrencpp::thread_pool_executor> pool) {
  co_await start();
  background();
  pool->post([] {});
  auto submitted = pool->submit([] { return 1; });
  co_await submitted;
  concurrencpp::shared_result<int> shared(start());
  co_await shared;
  auto run = prepare().run();
  co_await run;
}
int right_in_main() {
  auto waited = start();
  waited.wait();
  return start().get();
}
void right_on_the_spot() {
  [&]() -> result<void> { co_await start(); }();
  auto run = []() -> result<void> { co_await start(); };
  run();
}
void wrong_in_a_function() {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
}
void wrong_where_another_call_is_waited_for() {
  auto run = []() -> result<void> { co_await start(); };
  run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'run' is dropped; {{.*}} [coro-discarded-task]
  run().wait();
}
result<void> wrong_where_it_can_be_awaited() {
  auto run = []() -> result<void> { co_await start(); };
  run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'run' is dropped; {{.*}} [coro-discarded-task]
  [&]() -> result<void> { co_await start(); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'lambda' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
} // namespace uses_concurrencpp

namespace uses_seastar {
using seastar::future;
future<int> start();
future<> run();
future<> wrong(seastar::semaphore &semaphore, seastar::named_semaphore &named, seastar::rwlock &locks, seastar::gate &gate) {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  semaphore.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'wait' is dropped; {{.*}} [coro-discarded-task]
  seastar::sleep(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'sleep' is dropped; {{.*}} [coro-discarded-task]
  seastar::get_units(semaphore, 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'get_units' is dropped; {{.*}} [coro-discarded-task]
  named.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'wait' is dropped; {{.*}} [coro-discarded-task]
  locks.hold_write_lock();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'hold_write_lock' is dropped; {{.*}} [coro-discarded-task]
  auto units = seastar::get_units(semaphore, 1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'get_units' is dropped; {{.*}} [coro-discarded-task]
  run().then([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'then' is dropped; {{.*}} [coro-discarded-task]
  gate.close();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'close' is dropped; {{.*}} [coro-discarded-task]
  seastar::coroutine::parallel_for_each(std::vector<int>(), [](int) { return run(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'parallel_for_each' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
future<> right(seastar::semaphore &semaphore, seastar::gate &gate) {
  // The idiom for a fiber in the background.
  (void)run();
  (void)seastar::with_gate(gate, [] { return run(); });
  seastar::engine().run_in_background(run());
  auto units = co_await seastar::get_units(semaphore, 1);
  co_await run().then([] { return start().discard_result(); }).handle_exception([](std::exception_ptr) {});
  co_await gate.close();
  std::vector<future<>> futures;
  futures.push_back(run());
  for (auto &future : futures)
    co_await std::move(future);
}
future<> right_with_a_ready_future() {
  auto done = co_await seastar::coroutine::as_future(run());
  if (done.failed())
    done.ignore_ready_future();
}
future<> right_when_available() {
  auto future = start();
  if (future.available())
    (void)future.get();
  else
    (void)co_await std::move(future);
}
// In Seastar, a cast to void shows intention, so a dropped future without a cast is a fault.
void wrong_on_the_spot() {
  []() -> future<> { co_await run(); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'lambda' is dropped; {{.*}} [coro-discarded-task]
  (void)[]() -> future<> { co_await run(); }();
}
future<> right_to_loop() {
  return seastar::do_until([] { return true; }, [] { return run(); });
}
} // namespace uses_seastar

namespace uses_winrt {
using namespace winrt::Windows::Foundation;
IAsyncAction start();
IAsyncOperation<int> compute();
winrt::fire_and_forget background();
IAsyncAction wrong() {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  compute();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'compute' is dropped; {{.*}} [coro-discarded-task]
  auto held = start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
IAsyncAction right() {
  co_await start();
  background();
  auto operation = compute();
  (void)co_await operation;
  auto completed = start();
  completed.Completed([](auto &&...) {});
  auto cancelled = start();
  cancelled.Cancel();
  co_await winrt::when_all(start(), start());
}
int right_in_main() { return compute().get(); }
} // namespace uses_winrt

namespace uses_kj {
using kj::Promise;
Promise<int> start();
Promise<void> run();
Promise<void> wrong(kj::Timer &timer) {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; dropping it cancels it [coro-discarded-task]
  auto held = run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'run' is dropped; {{.*}} [coro-discarded-task]
  timer.afterDelay(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'afterDelay' is dropped; {{.*}} [coro-discarded-task]
  run().then([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'then' is dropped; {{.*}} [coro-discarded-task]
  run().attach(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'attach' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
Promise<void> right(kj::TaskSet &tasks, kj::Canceler &canceler) {
  co_await start();
  tasks.add(run());
  run().detach([](kj::Exception &&) {});
  co_await canceler.wrap(run());
  auto fork = start().fork();
  co_await fork.addBranch();
  auto held = run();
  co_await held;
}
class right_as_a_member {
  Promise<void> task_;

public:
  right_as_a_member() : task_(run().eagerlyEvaluate([](kj::Exception &&) {})) {}
};
void right_in_main(kj::WaitScope &scope) { start().wait(scope); }
Promise<void> right_to_return() { return run().then([] {}); }
} // namespace uses_kj

namespace uses_yaclib {
yaclib::Future<int> start();
yaclib::Task<int> prepare();
yaclib::Future<> wrong(yaclib::IExecutor &executor) {
  start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  yaclib::Run(executor, [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'Run' is dropped; {{.*}} [coro-discarded-task]
  auto held = start();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'start' is dropped; {{.*}} [coro-discarded-task]
  prepare();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'prepare' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
yaclib::Future<> right(yaclib::IExecutor &executor) {
  (void)co_await start();
  start().Detach();
  prepare().Detach();
  auto first = start();
  auto second = start();
  co_await yaclib::Await(first, second);
  (void)std::move(first).Touch();
  (void)std::move(second).Touch();
  co_await yaclib::Run(executor, [] {});
}
} // namespace uses_yaclib

namespace uses_userver {
void wrong_at_once() {
  auto watch = userver::utils::Async("watch", [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'Async' is dropped; dropping it cancels it [coro-discarded-task]
}
// The task is cancelled at the end of its scope, when the work beside it is done.
void right_beside_other_work() {
  auto watch = userver::utils::Async("watch", [] {});
  userver::engine::SleepFor(1s);
}
using namespace userver;
void wrong(int &processor) {
  utils::Async("one", [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'Async' is dropped; dropping it cancels it [coro-discarded-task]
  (void)utils::Async("two", [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'Async' is dropped; {{.*}} [coro-discarded-task]
  utils::SharedAsync("three", [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'SharedAsync' is dropped; dropping it cancels it [coro-discarded-task]
  utils::CriticalAsyncBackground("four", processor, [] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'CriticalAsyncBackground' is dropped; {{.*}} [coro-discarded-task]
  auto shared = engine::SharedAsyncNoSpan([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'SharedAsyncNoSpan' is dropped; {{.*}} [coro-discarded-task]
  auto held = engine::AsyncNoSpan([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'AsyncNoSpan' is dropped; {{.*}} [coro-discarded-task]
}
void right(concurrent::BackgroundTaskStorage &storage, concurrent::BackgroundTaskStorageCore &core) {
  auto task = utils::Async("one", [] { return 1; });
  (void)task.Get();
  utils::Async("two", [] {}).Detach();
  storage.AsyncDetach("three", [] {});
  storage.CriticalAsyncDetach("three", [] {});
  core.Detach(utils::Async("three", [] {}));
  auto shared = utils::SharedAsync("three", [] { return 1; });
  auto copy = shared;
  (void)copy.Get();
  auto first = utils::Async("three", [] {});
  auto second = utils::Async("three", [] {});
  engine::WaitAllChecked(first, second);
  std::vector<engine::TaskWithResult<void>> tasks;
  tasks.push_back(utils::Async("four", [] {}));
  for (auto &each : tasks)
    each.Get();
  auto waited = engine::AsyncNoSpan([] {});
  waited.Wait();
}
class right_as_a_member {
  engine::Task task_ = utils::Async("five", [] {});
};
} // namespace uses_userver

namespace uses_folly {
folly::coro::Task<int> work();
folly::Expected<int, std::string> parse(std::string_view text);
folly::Optional<int> find(int key);
void right_with_values() {
  parse("1");
  if (parse("2") && !find(1))
    return;
}
void wrong(folly::Executor *executor) {
  work().semi().via(executor);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'via' is dropped; {{.*}} [coro-discarded-task]
}
void right(folly::Executor *executor) {
  // start() without a callback is folly's way to detach work.
  co_withExecutor(executor, work()).start();
  work().scheduleOn(executor).start();
  auto started = co_withExecutor(executor, work()).start();
  std::move(started).wait();
  work().semi().via(executor).thenValue([](auto &&) {});
}
} // namespace uses_folly

namespace uses_others {
aio::coro<> fetch();
coro::task<> wrong_in_libcoro(coro::thread_pool &pool, coro::task<void> (*work)()) {
  pool.spawn_joinable(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'spawn_joinable' is dropped; dropping it blocks until it is done [coro-discarded-task]
  auto joined = pool.spawn_joinable(work());
  co_await joined;
  pool.spawn_detached(work());
}
tmc::task<> wrong_in_tmc(tmc::task<> (*work)()) {
  tmc::spawn(work()).fork();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'fork' is dropped; {{.*}} [coro-discarded-task]
  auto held = tmc::spawn(work()).fork();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'fork' is dropped; {{.*}} [coro-discarded-task]
  auto both = tmc::spawn_tuple(work(), work()).fork();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'fork' is dropped; {{.*}} [coro-discarded-task]
  auto forked = co_await tmc::fork_clang(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task that this 'co_await' yields is dropped; {{.*}} [coro-discarded-task]
  co_await tmc::fork_clang(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task that this 'co_await' yields is dropped; {{.*}} [coro-discarded-task]
  auto group = tmc::fork_group();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'fork_group' is dropped; {{.*}} [coro-discarded-task]
  group.fork(work());
  auto many = tmc::fork_group();
  many.fork(work());
  co_await std::move(many);
  auto first = co_await tmc::fork_clang(work()), second = co_await tmc::fork_clang(work());
  co_await std::move(first);
  co_await std::move(second);
  auto awaited = tmc::spawn_tuple(work(), work()).fork();
  co_await std::move(awaited);
  tmc::spawn(work()).detach();
  co_return;
}
asyncio::Task<> wrong_in_asyncio(asyncio::Task<> (*work)()) {
  asyncio::schedule_task(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'schedule_task' is dropped; {{.*}} [coro-discarded-task]
  auto waited = asyncio::schedule_task(work());
  while (!waited.done())
    co_await asyncio::sleep(1s);
  auto held = asyncio::schedule_task(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'schedule_task' is dropped; {{.*}} [coro-discarded-task]
}
} // namespace uses_others
