// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// A task awaits a future that no code can complete any more.
#include <aio/aio.h>
#include <vector>

/// Requests that wait for their replies.
struct connection {
  std::vector<aio::future<int>> open;
  aio::future<int> request() {
    auto reply = aio::create_future<int>();
    open.push_back(reply);
    return reply;
  }
};
aio::coro<> moment() { co_await aio::sleep(std::chrono::milliseconds(1)); }
aio::coro<> asks(connection &c) {
  co_await c.request();
  // LIVE: :[[#@LINE-1]]:3: warning: task 'asks' awaits a future that nobody else holds, so nobody can set it [coro-broken-promise]
  // LIVE-NEXT: :[[#@LINE-9]]:{{[0-9]+}}: note: the future was made here
  // LIVE-NEXT: :[[#@LINE-3]]:3: note: 'asks' awaits here
}

// The connection drops its futures without completing them.
aio::coro<> forgotten() {
  connection c;
  auto task = aio::create_task(asks(c), {.name = "asks"});
  co_await moment();
  c.open.clear();
  co_await moment();
  task.cancel();
  co_await aio::wait(std::vector{task});
}

// The future is completed before it is dropped.
aio::coro<> asks_and_is_answered(connection &c) { co_await c.request(); }
aio::coro<> answered_is_fine() {
  connection c;
  auto task = aio::create_task(asks_and_is_answered(c));
  co_await moment();
  c.open.front().set_result(42);
  c.open.clear();
  co_await task;
}

// The futures are cancelled before they are dropped.
aio::coro<> closed_is_fine() {
  connection c;
  auto task = aio::create_task(asks_and_is_answered(c));
  co_await moment();
  for (auto &reply : c.open)
    reply.cancel();
  c.open.clear();
  co_await aio::wait(std::vector{task});
}

// A scheduled callback holds the future.
aio::coro<> set_by_a_callback_is_fine() {
  auto reply = aio::create_future<int>();
  aio::get_running_loop().call_later(std::chrono::milliseconds(5), [reply] { reply.set_result(42); });
  co_await std::move(reply);
}

// The runtime holds the futures of threads, gathers and shields.
aio::coro<> futures_of_the_runtime_are_fine() {
  co_await aio::to_thread([] { return 42; });
  co_await aio::gather(moment(), moment());
  co_await aio::shield(moment());
}

aio::coro<> all() {
  co_await forgotten();
  co_await answered_is_fine();
  co_await closed_is_fine();
  co_await set_by_a_callback_is_fine();
  co_await futures_of_the_runtime_are_fine();
}
int main() { aio::run(all()); }
