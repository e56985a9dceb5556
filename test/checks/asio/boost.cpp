// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// The real Boost.Asio: servers, timers and operators as users write them, and typical faults in them.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <deque>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::co_spawn;
using asio::detached;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using boost::system::error_code;
constexpr auto as_value = asio::as_tuple(use_awaitable);
awaitable<int> answer();
awaitable<void> echo(tcp::socket socket);

//===-- Wrong ----------------------------------------------------------------===//

awaitable<void> operations_dropped(tcp::socket socket, asio::steady_timer timer) {
  char data[16];
  socket.async_read_some(asio::buffer(data), use_awaitable);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'async_read_some' is never awaited, so it never runs [coro-unawaited-task]
  timer.async_wait(use_awaitable);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'async_wait' is never awaited, so it never runs [coro-unawaited-task]
  timer.async_wait(as_value);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'async_wait' is never awaited, so it never runs [coro-unawaited-task]
  asio::async_write(socket, asio::buffer(data), use_awaitable);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'async_write' is never awaited, so it never runs [coro-unawaited-task]
  answer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'answer' is never awaited, so it never runs [coro-unawaited-task]
  answer() && answer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}operator&&' is never awaited
  auto held = answer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'answer' is never awaited, so it never runs [coro-unawaited-task]
  echo(std::move(socket));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'echo' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}
void sessions_that_never_start(asio::io_context &context, tcp::socket socket) {
  echo(std::move(socket));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'echo' is never awaited, so it never runs [coro-unawaited-task]
  co_spawn(context, answer(), use_awaitable);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'co_spawn' is never awaited, so it never runs [coro-unawaited-task]
}
awaitable<void> loops_inside_a_coroutine() {
  asio::io_context context;
  context.run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::asio::io_context::run' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  auto result = co_spawn(context, answer(), asio::use_future);
  result.get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}std::future::get'
  co_await answer();
}
awaitable<void> synchronous_operations(asio::steady_timer &timer) {
  timer.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::asio::basic_waitable_timer::wait' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  tcp::resolver resolver(timer.get_executor());
  resolver.resolve("localhost", "80");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::asio::ip::basic_resolver::resolve' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  co_return;
}
awaitable<void> coroutines_as_handlers(asio::steady_timer timer) {
  asio::post(timer.get_executor(), [] { return answer(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::asio::post' calls this and drops the task it returns{{.*}} [coro-void-callback]
  asio::dispatch(timer.get_executor(), []() -> awaitable<void> { co_return; });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'boost::asio::dispatch' calls this and drops the task it returns{{.*}} [coro-void-callback]
  timer.async_wait([](error_code) { return answer(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}async_wait' calls this and drops the task
  co_return;
}
awaitable<void> accepts_forever(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_value);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this loop goes on after 'ec', so a cancelled operation is started again for ever [coro-swallowed-cancellation]
    if (ec) {
      std::cerr << ec.message();
      continue;
    }
    co_spawn(acceptor.get_executor(), echo(std::move(socket)), detached);
  }
}
awaitable<void> waits_forever(asio::steady_timer &timer) {
  for (;;) {
    error_code ec;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, ec));
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this loop goes on after 'ec', so a cancelled operation is started again for ever [coro-swallowed-cancellation]
    if (ec)
      std::cerr << ec.message();
  }
}
awaitable<void> catches_forever(asio::steady_timer &timer) {
  for (;;) {
    try {
      co_await timer.async_wait(use_awaitable);
    } catch (const std::exception &error) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'system_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      std::cerr << error.what();
    }
  }
}

//===-- Right ----------------------------------------------------------------===//

awaitable<void> echo(tcp::socket socket) {
  try {
    char data[1024];
    for (;;) {
      std::size_t n = co_await socket.async_read_some(asio::buffer(data), use_awaitable);
      co_await asio::async_write(socket, asio::buffer(data, n), use_awaitable);
    }
  } catch (std::exception &error) {
    std::cerr << error.what();
  }
}
awaitable<void> listener() {
  auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, {tcp::v4(), 55555});
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    co_spawn(executor, echo(std::move(socket)), detached);
  }
}
class session : public std::enable_shared_from_this<session> {
public:
  explicit session(tcp::socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {}
  void start() {
    co_spawn(socket_.get_executor(), [self = shared_from_this()] { return self->reader(); }, detached);
    co_spawn(socket_.get_executor(), [self = shared_from_this()] { return self->writer(); }, detached);
  }

private:
  awaitable<void> reader() {
    try {
      for (std::string message;;) {
        std::size_t n =
            co_await asio::async_read_until(socket_, asio::dynamic_buffer(message, 1024), "\n", use_awaitable);
        messages_.push_back(message.substr(0, n));
        timer_.cancel_one();
        message.erase(0, n);
      }
    } catch (std::exception &) {
      stop();
    }
  }
  awaitable<void> writer() {
    try {
      while (socket_.is_open()) {
        if (messages_.empty()) {
          error_code ec;
          co_await timer_.async_wait(asio::redirect_error(use_awaitable, ec));
        } else {
          co_await asio::async_write(socket_, asio::buffer(messages_.front()), use_awaitable);
          messages_.pop_front();
        }
      }
    } catch (std::exception &) {
      stop();
    }
  }
  void stop() {
    socket_.close();
    timer_.cancel();
  }
  tcp::socket socket_;
  asio::steady_timer timer_;
  std::deque<std::string> messages_;
};
awaitable<void> deadline(asio::steady_timer &timer) {
  auto [ec] = co_await timer.async_wait(as_value);
  if (ec == asio::error::operation_aborted)
    co_return;
  std::cerr << "late";
}
awaitable<void> with_a_timeout(tcp::socket socket) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1s);
  co_await (echo(std::move(socket)) || deadline(timer));
  auto both = answer() && answer();
  auto [first, second] = co_await std::move(both);
  std::cerr << first << second;
}
awaitable<void> spawned_and_awaited() {
  auto executor = co_await asio::this_coro::executor;
  auto started = co_spawn(executor, answer(), use_awaitable);
  co_await std::move(started);
  co_await co_spawn(executor, answer(), use_awaitable);
  co_spawn(executor, answer(), [](std::exception_ptr error, int) {
    if (error)
      std::rethrow_exception(error);
  });
}
awaitable<void> reads_until_an_error(tcp::socket &socket) {
  for (;;) {
    char data[16];
    auto [ec, n] = co_await socket.async_read_some(asio::buffer(data), as_value);
    if (ec)
      break;
    auto [failed, written] = co_await asio::async_write(socket, asio::buffer(data, n), as_value);
    if (failed)
      co_return;
  }
}
awaitable<void> accepts_until_cancelled(tcp::acceptor &acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(as_value);
    if (ec == asio::error::operation_aborted)
      co_return;
    if (ec) {
      std::cerr << ec.message();
      continue;
    }
    co_spawn(acceptor.get_executor(), echo(std::move(socket)), detached);
  }
}
awaitable<void> accepts_while_open(tcp::acceptor &acceptor) {
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(as_value);
    if (ec)
      continue;
  }
}
awaitable<void> tests_the_cancellation_state() {
  auto state = co_await asio::this_coro::cancellation_state;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!state.cancelled()) {
    timer.expires_after(1s);
    auto [ec] = co_await timer.async_wait(as_value);
    if (ec)
      std::cerr << ec.message();
  }
  for (;;) {
    auto [ec] = co_await timer.async_wait(as_value);
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
      break;
    if (ec)
      std::cerr << ec.message();
  }
}
awaitable<std::optional<int>> tests_the_error_code() {
  try {
    co_return co_await answer();
  } catch (const boost::system::system_error &error) {
    if (error.code() != asio::error::operation_aborted)
      throw;
    co_return std::nullopt;
  }
}
awaitable<void> connects_with_retries(tcp::socket &socket, const tcp::endpoint &endpoint) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    error_code ec;
    co_await socket.async_connect(endpoint, asio::redirect_error(use_awaitable, ec));
    if (!ec)
      co_return;
    asio::steady_timer timer(socket.get_executor(), 1s);
    co_await timer.async_wait(use_awaitable);
  }
}
awaitable<void> heartbeat(tcp::socket socket) {
  asio::steady_timer timer(socket.get_executor());
  for (error_code ec;;) {
    timer.expires_after(1s);
    co_await timer.async_wait(asio::redirect_error(use_awaitable, ec));
    if (ec)
      co_return;
    co_await asio::async_write(socket, asio::buffer("ping", 4), asio::redirect_error(use_awaitable, ec));
    if (ec) {
      socket.close();
      break;
    }
  }
}
awaitable<void> collects_awaitables(asio::steady_timer &timer) {
  std::vector<awaitable<void>> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(deadline(timer));
  for (auto &each : all)
    co_await std::move(each);
}
int main_is_no_coroutine() {
  asio::io_context context(1);
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](auto, auto) { context.stop(); });
  co_spawn(context, listener(), detached);
  auto result = co_spawn(context, answer(), asio::use_future);
  context.run();
  asio::thread_pool pool(4);
  co_spawn(pool, listener(), detached);
  pool.join();
  return result.get();
}

//===-- Cancellation as a general error: one step may be left out -------------------===//

awaitable<void> woken_up_is_fine(asio::steady_timer &timer) {
  try {
    co_await timer.async_wait(use_awaitable);
  } catch (const boost::system::system_error &) {
  }
  co_await echo(tcp::socket(co_await asio::this_coro::executor));
}
class writer {
public:
  awaitable<void> woken_up_until_it_stops_is_fine() {
    while (!stopped_) {
      try {
        co_await timer_.async_wait(use_awaitable);
      } catch (const boost::system::system_error &) {
      }
      co_await write();
    }
  }
  awaitable<void> write();

private:
  asio::steady_timer timer_;
  bool stopped_ = false;
};
awaitable<void> work_for_a_pool_comes_back(asio::thread_pool &pool) {
  co_await co_spawn(pool, answer(), use_awaitable);
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread
}
