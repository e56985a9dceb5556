// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// The replacement that each library offers for a blocking call, and the blocking calls of each library.
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

using namespace std::chrono_literals;

folly::coro::Task<> in_folly(folly::Baton<> &baton) {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine; co_await folly::coro::sleep(...) instead
  baton.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'folly::Baton::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
cppcoro::task<> in_cppcoro() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  cppcoro::static_thread_pool pool;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'cppcoro::static_thread_pool' blocks the thread that runs this coroutine [coro-blocking-call]
  co_return;
}
coro::task<> in_libcoro() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
coro::task<> an_awaited_group_is_fine(std::unique_ptr<coro::scheduler> &scheduler) {
  coro::task_group<coro::scheduler> group(scheduler);
  if (!group.start(in_libcoro()))
    co_return;
  co_await group;
}
coro::task<> a_group_that_nobody_awaits(std::unique_ptr<coro::scheduler> &scheduler) {
  coro::task_group<coro::scheduler> group(scheduler);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'coro::task_group' blocks the thread that runs this coroutine [coro-blocking-call]
  (void)group.start(in_libcoro());
  co_return;
}
boost::cobalt::task<void> in_cobalt(boost::cobalt::thread &thread) {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  thread.join();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::cobalt::thread::join' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
concurrencpp::result<void> in_concurrencpp() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
concurrencpp::result<void> in_concurrencpp_on_the_background(std::shared_ptr<concurrencpp::thread_pool_executor> pool) {
  pool->post([] { std::this_thread::sleep_for(1s); });
  co_await pool->submit([] { std::this_thread::sleep_for(1s); });
}
seastar::future<> in_seastar() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine; co_await seastar::sleep(...) instead
  co_return;
}
exec::task<void> in_stdexec() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  exec::static_thread_pool pool(3);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'exec::static_thread_pool' blocks the thread that runs this coroutine [coro-blocking-call]
  co_return;
}
unifex::task<> in_unifex() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  unifex::timed_single_thread_context context;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the destructor of 'unifex::timed_single_thread_context' blocks the thread that runs this coroutine [coro-blocking-call]
  co_return;
}
async_simple::coro::Lazy<> in_async_simple() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
winrt::Windows::Foundation::IAsyncAction in_winrt() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
winrt::Windows::Foundation::IAsyncAction in_winrt_on_the_background() {
  co_await winrt::resume_background();
  std::this_thread::sleep_for(1s);
}
drogon::Task<> in_drogons_overloads(std::shared_ptr<drogon::orm::DbClient> database, drogon::HttpClient &http) {
  drogon::orm::Mapper<int> rows(database);
  auto all = rows.limit(3).findAll();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::orm::Mapper::findAll' blocks the thread {{.*}}; co_await findAll of a CoroMapper instead
  int row = 1;
  rows.insert(row);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::orm::Mapper::insert' blocks the thread {{.*}} [coro-blocking-call]
  int answer = http.sendRequest(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::HttpClient::sendRequest' blocks the thread {{.*}}; co_await sendRequestCoro instead
  http.sendRequest(1, 2.5);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::HttpClient::sendRequest' blocks the thread {{.*}} [coro-blocking-call]
  // The overloads with callbacks, and those that return an awaitable, do not block.
  std::function<void(int)> inserted = [](int) {};
  rows.findAll([](std::vector<int>) {}, [](const std::exception &) {});
  rows.insert(row, inserted, {});
  http.sendRequest(1, [](int) {});
  http.sendRequest(1, inserted, 2.5);
  drogon::orm::CoroMapper<int> awaited(database);
  all = co_await awaited.limit(3).findAll();
  co_await awaited.insert(row);
  answer = co_await http.sendRequestCoro(1);
}
drogon::Task<> in_drogon(drogon::orm::DbClient &database, drogon::nosql::RedisClient &redis) {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  database.execSqlSync("select 1");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::orm::DbClient::execSqlSync' blocks the thread that runs this coroutine; co_await execSqlCoro instead
  auto transaction = database.newTransaction();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::orm::DbClient::newTransaction' blocks the thread {{.*}}; co_await newTransactionCoro() instead
  redis.execCommandSync<int>([](int number) { return number; }, "incr x");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'drogon::nosql::RedisClient::execCommandSync' blocks the thread {{.*}} [coro-blocking-call]
  co_await database.newTransactionCoro();
  co_await redis.execCommandCoro("incr x");
}
kj::Promise<void> in_kj(const kj::Executor &executor) {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  executor.executeSync([] {});
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}kj::Executor::executeSync' {{.*}}
  co_return;
}
tmc::task<> in_tmc() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
asyncio::Task<> in_netcan_asyncio() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}

// A generator that awaits runs on an executor, like any other coroutine.
namespace uses_async_generators {
folly::coro::AsyncGenerator<int &&> wrong() {
  for (int i = 0; i < 3; ++i) {
    co_await folly::coro::sleep(1s);
    std::this_thread::sleep_for(1s);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks
    co_yield std::move(i);
  }
}
} // namespace uses_async_generators
