// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Listens, starts the sessions and the maintenance, and ends on a signal.
#include "kv.h"
#include <csignal>
#include <cstdlib>
#include <iostream>

namespace kv {

using namespace std::chrono_literals;

static auto report(std::string who) {
  return [who](std::exception_ptr failure) {
    try {
      if (failure)
        std::rethrow_exception(failure);
    } catch (const std::exception &error) {
      std::clog << who << ": " << error.what() << '\n';
    }
  };
}

static awaitable<void> accept_clients(tcp::acceptor &acceptor, server &state) {
  for (;;) {
    asio::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        asio::redirect_error(use_awaitable, error));
    if (error) {
      std::clog << "accept: " << error.message() << '\n';
      continue;
    }
    auto client = std::make_shared<session>(std::move(socket), state);
    asio::co_spawn(state.io, client->run(), report("client"));
  }
}

static awaitable<void> announce(server &state) {
  for (const auto &client : state.sessions)
    co_await client->send("CLOSING");
}

static void serve(asio::io_context &io, unsigned short port,
                  const std::string &path) {
  server state(io, path);
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), port});
  std::cout << "listening on " << acceptor.local_endpoint().port() << std::endl;

  asio::co_spawn(io, accept_clients(acceptor, state), asio::detached);
  asio::co_spawn(io, print_metrics(state), asio::detached);
  asio::co_spawn(io, flush_journal(state), report("journal"));
  if (const char *replica = std::getenv("KV_REPLICA"))
    asio::co_spawn(io, replicate(state, replica), report("replica"));
  if (std::getenv("KV_CHECK")) {
    asio::co_spawn(io, check(state), report("check"));
    asio::co_spawn(io, rotate(state, path), report("rotate"));
  }

  state.on_shutdown.push_back(
      [&state]() -> awaitable<void> { co_await announce(state); });
  state.on_shutdown.push_back(
      [&state, &io] { asio::co_spawn(io, drain(state), report("drain")); });

  asio::steady_timer grace(io);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](asio::error_code, int) {
    for (const auto &callback : state.on_shutdown)
      callback();
    grace.expires_after(200ms);
    grace.async_wait([&io](asio::error_code) { io.stop(); });
  });
  io.run();
}

} // namespace kv

int main(int argc, char **argv) {
  try {
    asio::io_context io(1);
    auto port =
        static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 7000);
    kv::serve(io, port, argc > 2 ? argv[2] : "kv.journal");
  } catch (const std::exception &error) {
    std::cerr << "kv: " << error.what() << '\n';
    return 1;
  }
}
