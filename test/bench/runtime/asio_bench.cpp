// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The benchmark's rows on Boost.Asio's awaitable.
#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <array>
#include <memory>
#include <vector>

#include "rows.h"

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using channel = asio::experimental::channel<void(boost::system::error_code, int)>;

template <class Body> void measure(benchmark::State &state, std::int64_t items, Body body, bool once_before = false) {
  asio::io_context context(1);
  const auto run = [&] {
    asio::co_spawn(context, body(context), [](const std::exception_ptr &error) {
      if (error)
        std::rethrow_exception(error);
    });
    context.run();
    context.restart();
  };
  if (once_before)
    run();
  for (auto _ : state)
    run();
  state.SetItemsProcessed(state.iterations() * items);
}

[[gnu::noinline]] awaitable<int> child(int n) { co_return n; }

awaitable<void> await_children(asio::io_context &) {
  long sum = 0;
  for (int i = 0; i < rows::awaits; ++i)
    sum += co_await child(i);
  benchmark::DoNotOptimize(sum);
}
void await(benchmark::State &state) { measure(state, rows::awaits, await_children); }

awaitable<void> nothing() { co_return; }

/// Joins by counting down: awaitable has no handle to await.
awaitable<void> spawn_and_join(asio::io_context &context, int count) {
  asio::steady_timer done(context, asio::steady_timer::time_point::max());
  int left = count;
  for (int i = 0; i < count; ++i)
    asio::co_spawn(context, nothing(), [&](const std::exception_ptr &) {
      if (--left == 0)
        done.cancel();
    });
  boost::system::error_code ignored;
  co_await done.async_wait(asio::redirect_error(use_awaitable, ignored));
}
void spawn(benchmark::State &state) {
  measure(state, rows::spawned, [](auto &context) { return spawn_and_join(context, rows::spawned); });
}
void scale(benchmark::State &state) {
  const int count = static_cast<int>(state.range(0));
  measure(state, count, [count](auto &context) { return spawn_and_join(context, count); }, true);
}

awaitable<void> yielding(asio::io_context &context) {
  for (int i = 0; i < rows::yields; ++i)
    co_await asio::post(context, use_awaitable);
}
void yield(benchmark::State &state) { measure(state, rows::yields, yielding); }

awaitable<void> sleep_some(asio::io_context &context, int microseconds) {
  asio::steady_timer timer(context, std::chrono::microseconds(microseconds));
  co_await timer.async_wait(use_awaitable);
}
awaitable<void> sleep_all(asio::io_context &context) {
  asio::steady_timer done(context, asio::steady_timer::time_point::max());
  int left = rows::timers;
  for (int i = 0; i < rows::timers; ++i)
    asio::co_spawn(context, sleep_some(context, rows::delay_of(i)), [&](const std::exception_ptr &) {
      if (--left == 0)
        done.cancel();
    });
  boost::system::error_code ignored;
  co_await done.async_wait(asio::redirect_error(use_awaitable, ignored));
}
void timers(benchmark::State &state) { measure(state, rows::timers, sleep_all); }

awaitable<void> return_everything(channel &in, channel &out) {
  for (int i = 0; i < rows::round_trips; ++i) {
    const int item = co_await in.async_receive(use_awaitable);
    co_await out.async_send(boost::system::error_code{}, item, use_awaitable);
  }
}
awaitable<void> ping_pong(asio::io_context &context) {
  channel there(context, 1), back(context, 1);
  asio::co_spawn(context, return_everything(there, back), asio::detached);
  for (int i = 0; i < rows::round_trips; ++i) {
    co_await there.async_send(boost::system::error_code{}, i, use_awaitable);
    benchmark::DoNotOptimize(co_await back.async_receive(use_awaitable));
  }
}
void queue(benchmark::State &state) { measure(state, rows::round_trips, ping_pong); }

awaitable<void> serve(tcp::socket socket) {
  std::array<char, 4096> buffer{};
  boost::system::error_code error;
  for (;;) {
    const std::size_t n =
        co_await socket.async_read_some(asio::buffer(buffer), asio::redirect_error(use_awaitable, error));
    if (error)
      break;
    co_await asio::async_write(socket, asio::buffer(buffer, n), use_awaitable);
  }
}
awaitable<void> accept_all(tcp::acceptor &acceptor, int connections) {
  for (int i = 0; i < connections; ++i) {
    auto socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
  }
}
awaitable<void> talk(asio::io_context &context, tcp::endpoint where, int count) {
  tcp::socket socket(context);
  co_await socket.async_connect(where, use_awaitable);
  socket.set_option(tcp::no_delay(true));
  std::array<char, rows::message> text{};
  for (int i = 0; i < count; ++i) {
    co_await asio::async_write(socket, asio::buffer(text), use_awaitable);
    co_await asio::async_read(socket, asio::buffer(text), use_awaitable);
  }
}
awaitable<void> echo_all(asio::io_context &context, int connections) {
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  asio::co_spawn(context, accept_all(acceptor, connections), asio::detached);
  asio::steady_timer done(context, asio::steady_timer::time_point::max());
  int left = connections;
  for (int i = 0; i < connections; ++i)
    asio::co_spawn(context, talk(context, acceptor.local_endpoint(), rows::echoes / connections),
                   [&](const std::exception_ptr &error) {
                     if (error)
                       std::rethrow_exception(error);
                     if (--left == 0)
                       done.cancel();
                   });
  boost::system::error_code ignored;
  co_await done.async_wait(asio::redirect_error(use_awaitable, ignored));
}
void echo(benchmark::State &state) {
  const int connections = static_cast<int>(state.range(0));
  measure(state, rows::echoes, [connections](auto &context) { return echo_all(context, connections); });
}

awaitable<void> sleep_long(asio::steady_timer &timer) {
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
}
awaitable<void> fall_asleep(asio::io_context &context, double &bytes) {
  const double before = rows::resident();
  asio::steady_timer done(context, asio::steady_timer::time_point::max());
  std::vector<std::unique_ptr<asio::steady_timer>> all;
  all.reserve(rows::sleepers);
  int left = rows::sleepers;
  for (int i = 0; i < rows::sleepers; ++i) {
    all.push_back(std::make_unique<asio::steady_timer>(context, std::chrono::hours(1)));
    asio::co_spawn(context, sleep_long(*all.back()), [&](const std::exception_ptr &) {
      if (--left == 0)
        done.cancel();
    });
  }
  co_await asio::post(context, use_awaitable);
  bytes = (rows::resident() - before) / rows::sleepers;
  for (auto &timer : all)
    timer->cancel();
  boost::system::error_code ignored;
  co_await done.async_wait(asio::redirect_error(use_awaitable, ignored));
}
void sleepers(benchmark::State &state) {
  double bytes = 0;
  measure(state, rows::sleepers, [&bytes](auto &context) { return fall_asleep(context, bytes); });
  state.counters["bytes"] = bytes;
}

} // namespace

int main(int argc, char **argv) {
  return rows::run(argc, argv,
                   {.await = await,
                    .spawn = spawn,
                    .yield = yield,
                    .timers = timers,
                    .queue = queue,
                    .echo = echo,
                    .sleepers = sleepers,
                    .scale = scale});
}
