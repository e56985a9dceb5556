// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Functions of each library that call their callable as void, and functions that keep the task.
#include <aio-standin/aio/aio.h>
#include <concurrencpp/concurrencpp.h>
#include <drogon/drogon.h>
#include <folly/folly.h>
#include <kj/kj.h>
#include <seastar/seastar.h>
#include <tmc/tmc.h>
#include <yaclib/yaclib.h>

using namespace std::chrono_literals;

namespace uses_aio {
aio::coro<> work();
void wrong() {
  aio::get_running_loop().call_soon(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::event_loop::call_soon' calls this and drops the task it returns{{.*}} [coro-void-callback]
  aio::get_running_loop().call_soon([] { return work(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'aio::event_loop::call_soon' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void right(std::vector<aio::task<void>> &tasks) {
  aio::get_running_loop().call_soon([&tasks] { tasks.push_back(aio::create_task(work())); });
}
} // namespace uses_aio

namespace uses_drogon {
drogon::Task<> work();
drogon::AsyncTask background();
void wrong(trantor::EventLoop &loop) {
  loop.queueInLoop([] { return work(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'trantor::EventLoop::queueInLoop' calls this and drops the task it returns{{.*}} [coro-void-callback]
  loop.runAfter(1, work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'trantor::EventLoop::runAfter' calls this and drops the task it returns{{.*}} [coro-void-callback]
  loop.runEvery(1, []() -> drogon::Task<> { co_return; });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'trantor::EventLoop::runEvery' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void right(trantor::EventLoop &loop) {
  loop.queueInLoop([] { background(); });
  loop.queueInLoop(drogon::async_func(work));
  loop.runInLoop(background);
}
} // namespace uses_drogon

namespace uses_folly {
folly::coro::Task<> work();
void wrong(folly::Executor &executor) {
  executor.add([] { return work(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::function' calls this and drops the task it returns{{.*}} [coro-void-callback]
}
void right(folly::Executor &executor) {
  folly::coro::co_invoke(work).semi().via(&executor).get();
}
} // namespace uses_folly

namespace uses_concurrencpp {
concurrencpp::lazy_result<void> work();
concurrencpp::null_result background();
void wrong(concurrencpp::thread_pool_executor &pool) {
  pool.post(work);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}post' calls this and drops the task
}
void right(concurrencpp::thread_pool_executor &pool) { pool.post(background); }
} // namespace uses_concurrencpp

namespace uses_seastar {
seastar::future<> work();
// These functions expect callables that return a future.
seastar::future<> right(seastar::gate &gate) {
  return seastar::with_gate(gate, work).then(work).finally(work);
}
} // namespace uses_seastar
