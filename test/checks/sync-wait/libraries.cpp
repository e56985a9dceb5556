// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Synchronous waits of each library, inside coroutines and in plain functions, where they are right.
#include "../own.h"
#include <aio-standin/aio/aio.h>
#include <async_simple/async_simple.h>
#include <cobalt/cobalt.h>
#include <concurrencpp/concurrencpp.h>
#include <cppcoro/cppcoro.h>
#include <drogon/drogon.h>
#include <folly/folly.h>
#include <kj/kj.h>
#include <libcoro/libcoro.h>
#include <libunifex/libunifex.h>
#include <netcan_asyncio/netcan_asyncio.h>
#include <seastar/seastar.h>
#include <stdexec/stdexec.h>
#include <tmc/tmc.h>
#include <winrt/winrt.h>
#include <yaclib/yaclib.h>

#include <condition_variable>

using namespace std::chrono_literals;
void use(int);

namespace uses_folly {
folly::coro::Task<int> work();
folly::coro::Task<> wrong(folly::Executor *executor) {
  folly::coro::blockingWait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'folly::coro::blockingWait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  work().semi().via(executor).get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'folly::Future::get' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
void right() { folly::coro::blockingWait(work()); }
} // namespace uses_folly

namespace uses_cppcoro {
cppcoro::task<int> work();
cppcoro::task<> wrong(cppcoro::io_service &service) {
  cppcoro::sync_wait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'cppcoro::sync_wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  service.process_events();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'cppcoro::io_service::process_events' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_await work();
}
void right(cppcoro::io_service &service) {
  cppcoro::sync_wait(work());
  service.process_events();
}
} // namespace uses_cppcoro

namespace uses_libcoro {
coro::task<int> work();
coro::task<> wrong(coro::thread_pool &pool) {
  coro::sync_wait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'coro::sync_wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  pool.shutdown();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'coro::thread_pool::shutdown' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
void right(coro::thread_pool &pool) {
  coro::sync_wait(work());
  pool.shutdown();
}
} // namespace uses_libcoro

namespace uses_cobalt {
boost::cobalt::task<int> work();
boost::cobalt::task<void> wrong() {
  use(boost::cobalt::run(work()));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::cobalt::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  use(co_await work());
}
} // namespace uses_cobalt

namespace uses_concurrencpp {
concurrencpp::result<int> start();
concurrencpp::result<void> wrong() {
  use(start().get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'concurrencpp::result::get' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  auto result = start();
  result.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'concurrencpp::result::wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
concurrencpp::result<void> right() {
  auto polled = start();
  if (polled.wait_for(0ms) == concurrencpp::result_status::value)
    use(polled.get());
  auto tested = start();
  while (tested.status() == concurrencpp::result_status::idle)
    co_await concurrencpp::lazy_result<void>();
  use(tested.get());
}
} // namespace uses_concurrencpp

namespace uses_seastar {
seastar::future<int> start();
seastar::future<> wrong() {
  use(start().get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'seastar::future::get' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
seastar::future<> right() {
  co_await seastar::async([] { use(start().get()); });
  auto future = start();
  if (future.available())
    use(future.get());
  else
    use(co_await std::move(future));
}
} // namespace uses_seastar

namespace uses_senders {
exec::task<int> work();
unifex::task<int> other();
exec::task<void> wrong() {
  stdexec::sync_wait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'stdexec::sync_wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  stdexec::run_loop loop;
  loop.run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'stdexec::run_loop::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  use(co_await work());
}
unifex::task<> wrong_too() {
  unifex::sync_wait(other());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'unifex::sync_wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
} // namespace uses_senders

namespace uses_async_simple {
async_simple::coro::Lazy<int> work();
async_simple::coro::Lazy<> wrong() {
  async_simple::coro::syncAwait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'async_simple::coro::syncAwait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
} // namespace uses_async_simple

namespace uses_winrt {
using namespace winrt::Windows::Foundation;
IAsyncOperation<int> compute();
IAsyncAction wrong() {
  use(compute().get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'winrt::Windows::Foundation::IAsyncOperation::get' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
IAsyncAction right() {
  co_await winrt::resume_background();
  use(compute().get());
}
} // namespace uses_winrt

namespace uses_drogon {
drogon::Task<int> work();
drogon::Task<> wrong() {
  drogon::sync_wait(work());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::sync_wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
} // namespace uses_drogon

namespace uses_yaclib {
yaclib::Future<int> start();
yaclib::Future<> wrong() {
  auto future = start();
  yaclib::Wait(future);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'yaclib::Wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  auto result = start().Get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'yaclib::Future::Get' waits for asynchronous work inside this coroutine{{.*}} [coro-sync-wait]
  auto other = start();
  auto later = std::move(other).Get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'yaclib::Future::Get' waits for asynchronous work inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
yaclib::Future<> wrong_when_shared(yaclib::SharedFuture<int> shared) {
  auto &result = shared.Get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'yaclib::SharedFuture::Get' waits for asynchronous work inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
yaclib::Future<> right() {
  auto future = start();
  co_await yaclib::Await(future);
  auto result = std::move(future).Touch();
  auto other = start();
  if (auto *there = other.Get()) // on an lvalue, Get() does not wait: it returns null if there is no result
    (void)there;
  co_await yaclib::Await(other);
  result = std::move(other).Get();
  auto third = start();
  if (third.Ready())
    result = std::move(third).Get();
  else
    co_await std::move(third);
}
void right_in_a_function() { auto result = start().Get(); }
} // namespace uses_yaclib

namespace uses_kj {
kj::Promise<int> start();
kj::Promise<void> wrong(kj::WaitScope &scope) {
  use(start().wait(scope));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'kj::Promise::wait' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  co_return;
}
} // namespace uses_kj

namespace uses_netcan_asyncio {
asyncio::Task<int> work();
asyncio::Task<> wrong() {
  use(asyncio::run(work()));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'asyncio::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  asyncio::get_event_loop().run_until_complete();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'asyncio::EventLoop::run_until_complete' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  use(co_await work());
}
} // namespace uses_netcan_asyncio

// A user's synchronous wait: a function that takes a task and blocks.
namespace uses_own {
own::lazy<int> work();
template <class T>
T wait_for_it(own::lazy<T> task) {
  std::mutex mutex;
  std::condition_variable done;
  std::unique_lock lock(mutex);
  task.start();
  done.wait(lock);
  return {};
}
own::lazy<> wrong() {
  use(wait_for_it(work()));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'wait_for_it' waits for asynchronous work
  co_return;
}
int right_in_main() { return wait_for_it(work()); }
} // namespace uses_own

// A future that a co_await returns is ready.
namespace ready {
seastar::future<int> work();
seastar::future<int> as_a_future_is_fine() {
  auto result = co_await seastar::coroutine::as_future(work());
  if (result.failed())
    use(0);
  co_return result.get();
}
seastar::future<> futures_of_when_all_are_fine(std::vector<seastar::future<int>> futures) {
  auto [first, second] = co_await seastar::when_all(work(), work());
  use(first.get() + second.get());
  auto both = co_await seastar::when_all(work(), work());
  use(std::get<0>(both).get());
  auto all = co_await seastar::when_all(futures.begin(), futures.end());
  for (auto &one : all)
    use(one.get());
}
folly::coro::Task<> moved_after_it_was_tested_is_fine(folly::Future<int> future) {
  if (future.isReady())
    use(std::move(future).get());
  co_await folly::coro::sleep(1s);
}
seastar::future<> not_yet(std::vector<seastar::future<int>> futures) {
  for (auto &one : futures)
    use(one.get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'seastar::future::get' waits for asynchronous work
  co_await seastar::yield();
}
} // namespace ready
