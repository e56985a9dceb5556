// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the server does on its own: metrics, the journal, a replica, the end.
#include "kv.h"
#include <fstream>
#include <iostream>
#include <thread>

namespace kv {

using namespace std::chrono_literals;

awaitable<void> print_metrics(server &state) {
  asio::steady_timer tick(co_await asio::this_coro::executor);
  for (;;) {
    try {
      tick.expires_after(10s);
      co_await tick.async_wait(use_awaitable);
      std::clog << state.data.size() << " keys, " << state.requests
                << " requests\n";
    } catch (const std::exception &error) {
      std::clog << "metrics: " << error.what() << '\n';
    }
  }
}

awaitable<void> flush_journal(server &state) {
  asio::steady_timer tick(co_await asio::this_coro::executor);
  while (!state.stopping) {
    try {
      tick.expires_after(1s);
      co_await tick.async_wait(use_awaitable);
      // Runs on the thread of the disk pool, where blocking is fine.
      asio::post(state.disk, [&state, batch = state.data.take_pending()] {
        state.data.append(batch);
      });
    } catch (const asio::system_error &error) {
      if (error.code() == asio::error::operation_aborted)
        throw;
      std::clog << "journal: " << error.what() << '\n';
    }
  }
}

static awaitable<void> push(tcp::socket &replica, std::string batch) {
  co_await asio::async_write(replica, asio::buffer(batch), use_awaitable);
}

static awaitable<tcp::socket> connect(std::string host) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  tcp::socket socket(executor);
  for (auto delay = 100ms;; delay *= 2) {
    auto where = resolver.resolve(host, "7000");
    asio::error_code error;
    co_await asio::async_connect(socket, where,
                                 asio::redirect_error(use_awaitable, error));
    if (!error)
      co_return std::move(socket);
    if (error == asio::error::operation_aborted || delay > 10s)
      throw asio::system_error(error);
    std::this_thread::sleep_for(delay);
  }
}

awaitable<void> replicate(server &state, std::string host) {
  auto executor = co_await asio::this_coro::executor;
  tcp::socket replica = co_await connect(host);
  asio::steady_timer tick(executor);
  while (!state.stopping) {
    asio::error_code error;
    tick.expires_after(1s);
    co_await tick.async_wait(asio::redirect_error(use_awaitable, error));
    if (error)
      break;
    std::string batch = std::to_string(state.data.size()) + '\n';
    asio::co_spawn(executor, push(replica, batch), asio::use_future);
  }
}

static awaitable<std::size_t> count_keys(server &state) {
  co_return state.data.size();
}

awaitable<void> check(server &state) {
  auto keys = asio::co_spawn(state.io, count_keys(state), asio::use_future);
  std::clog << "check: " << keys.get() << " keys\n";

  std::size_t again =
      co_await asio::co_spawn(state.io, count_keys(state), use_awaitable);
  std::clog << "check: " << again << " keys\n";
}

awaitable<void> rotate(server &state, std::string path) {
  std::jthread writer([path, keys = state.data.size()] {
    std::ofstream(path + ".index") << "keys " << keys << '\n';
  });
  asio::steady_timer wait(co_await asio::this_coro::executor, 50ms);
  co_await wait.async_wait(use_awaitable);
}

awaitable<void> drain(server &state) {
  state.stopping = true;
  for (const auto &each : std::exchange(state.sessions, {}))
    each->close();
  asio::steady_timer grace(state.io, 50ms);
  co_await grace.async_wait(use_awaitable);
  while (state.io.poll_one() != 0) {
  }
}

} // namespace kv
