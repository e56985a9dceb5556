// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Servers: where they listen, how they start and stop, and what happens to their connections.
#include "io_support.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using aio::stream_reader;
using aio::stream_writer;

/// Says a word and hangs up.
void greet(stream_reader, stream_writer writer) {
  writer.write("hello");
  writer.close();
}
coro<std::string> greeting_from(std::string host, std::uint16_t port) {
  auto [reader, writer] = co_await aio::open_connection(std::move(host), port);
  std::string text = co_await reader.read();
  writer.close();
  co_return text;
}

template <class F> auto on_real_loop(F body) { return aio::run(body()); }

} // namespace

// conformance: streams-018
TEST(server, wait_closed_waits_for_the_last_connection) {
  on_real_loop([]() -> coro<> {
    enum { polite, close_clients, abort_clients };
    for (int how : {polite, close_clients, abort_clients}) {
      auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
      auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
      writer.write("x");
      EXPECT_EQ(co_await reader.readexactly(1), "x");
      EXPECT_EQ(server.connections(), 1U);
      auto waiting = aio::create_task(server.wait_closed());
      co_await ticks(3);
      EXPECT_FALSE(waiting.done());
      server.close();
      co_await ticks(3);
      EXPECT_FALSE(waiting.done());
      if (how == polite)
        writer.close();
      else if (how == close_clients)
        server.close_clients();
      else
        server.abort_clients();
      co_await waiting;
      co_await server.wait_closed();
      writer.close();
    }
  });
}

TEST(server, serve_forever_ends_by_cancellation_or_close) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0, {.start_serving = false});
    EXPECT_FALSE(server.is_serving());
    auto forever = aio::create_task(server.serve_forever());
    co_await ticks(2);
    EXPECT_TRUE(server.is_serving());
    EXPECT_EQ(co_await ending(server.serve_forever()), "server is already being awaited on serve_forever()");
    forever.cancel();
    EXPECT_EQ(co_await ending(forever), "cancelled:");
    EXPECT_FALSE(server.is_serving());
    EXPECT_EQ(co_await ending(server.serve_forever()), "server is closed");
    auto other = co_await aio::start_server(echo, "127.0.0.1", 0);
    auto until_closed = aio::create_task(other.serve_forever());
    co_await ticks(2);
    other.close();
    EXPECT_EQ(co_await ending(until_closed), "cancelled:");
  });
}

TEST(server, accepts_many_connections) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    const auto client = [&](int n) -> coro<> {
      auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
      for (int i = 0; i < 20; ++i) {
        const std::string line = std::to_string(n) + ":" + std::to_string(i) + "\n";
        writer.write(line);
        co_await writer.drain();
        EXPECT_EQ(co_await reader.readline(), line);
      }
      writer.close();
      co_await writer.wait_closed();
    };
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &group) -> coro<> {
      for (int n = 0; n < 50; ++n)
        group.create_task(client(n));
      co_return;
    });
    server.close();
    co_await server.wait_closed();
  });
}

TEST(server, loops_in_several_threads_serve_each_their_own) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([] {
      on_real_loop([]() -> coro<> {
        auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
        auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
        writer.write("x\n");
        EXPECT_EQ(co_await reader.readline(), "x\n");
        writer.close();
        server.close();
        co_await server.wait_closed();
      });
    });
  for (auto &thread : threads)
    thread.join();
}

TEST(server, listens_on_several_hosts_once_each) {
  on_real_loop([]() -> coro<> {
    const std::vector<std::string> hosts{"127.0.0.1", "127.0.0.2", "127.0.0.1"};
    auto server = co_await aio::start_server(greet, hosts, 0);
    const auto sockets = server.sockets();
    EXPECT_EQ(sockets.size(), 2U);
    for (const auto &socket : sockets)
      EXPECT_EQ(co_await greeting_from(socket.name.host, socket.name.port), "hello");
    server.close();
    const std::vector<std::string> none;
    EXPECT_THROW(co_await aio::start_server(greet, none, 0), aio::value_error);
  });
}

TEST(server, an_address_of_another_machine_matters_only_if_there_is_no_other) {
  on_real_loop([]() -> coro<> {
    // An address reserved for documentation, which no machine has.
    const std::vector<std::string> hosts{"203.0.113.9", "127.0.0.1"};
    auto server = co_await aio::start_server(greet, hosts, 0);
    EXPECT_EQ(server.sockets().size(), 1U);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "hello");
    server.close();
    try {
      co_await aio::start_server(greet, "203.0.113.9", 0);
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::address_not_available);
    }
  });
}

TEST(server, serves_on_a_socket_that_was_bound_elsewhere) {
  on_real_loop([]() -> coro<> {
    auto other = co_await aio::start_server(greet, "127.0.0.1", 0, {.start_serving = false});
    const int fd = ::dup(other.sockets()[0].fd);
    other.close();
    auto server = co_await aio::start_server_on(greet, fd);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "hello");
    server.close();
    int pipe_ends[2];
    EXPECT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
    EXPECT_THROW(co_await aio::start_server_on(greet, pipe_ends[0]), std::system_error);
    const int datagrams = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    EXPECT_THROW(co_await aio::start_server_on(greet, datagrams), aio::value_error);
    for (int mine : {pipe_ends[0], pipe_ends[1], datagrams})
      EXPECT_EQ(::close(mine), 0);
  });
}

TEST(server, starts_when_it_is_told_to) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(greet, "127.0.0.1", 0, {.backlog = 0, .start_serving = false});
    const auto port = server.port();
    EXPECT_THROW(co_await greeting_from("127.0.0.1", port), std::system_error);
    server.start_serving();
    server.start_serving();
    EXPECT_TRUE(server.is_serving());
    EXPECT_EQ(co_await greeting_from("127.0.0.1", port), "hello");
    server.close();
    server.close();
    EXPECT_THROW(server.start_serving(), aio::runtime_error);
  });
}

TEST(server, its_connections_go_on_when_it_is_closed) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    auto forever = aio::create_task(server.serve_forever());
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    writer.write("a");
    EXPECT_EQ(co_await reader.readexactly(1), "a");
    forever.cancel();
    co_await ticks(3);
    EXPECT_FALSE(server.is_serving());
    EXPECT_FALSE(forever.done());
    EXPECT_EQ(co_await ending(server.serve_forever()), "server is already being awaited on serve_forever()");
    writer.write("bc");
    writer.write_eof();
    EXPECT_EQ(co_await reader.read(), "bc");
    EXPECT_EQ(co_await ending(forever), "cancelled:");
    EXPECT_EQ(server.connections(), 0U);
    writer.close();
  });
}

TEST(server, whatever_a_handler_throws_ends_its_connection) {
  on_real_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    int calls = 0;
    const auto handler = [&](stream_reader, stream_writer) {
      if (++calls == 1)
        throw 5;
      throw aio::cancelled_error("mine");
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "");
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "");
    EXPECT_EQ(seen.messages, log_t(2, "Unhandled exception in client_connected_cb"));
    EXPECT_EQ(seen.errors, (log_t{"other", "cancelled:mine"}));
    auto cancelled = [](stream_reader, stream_writer) -> coro<> {
      throw aio::cancelled_error();
      co_return;
    };
    auto quiet = co_await aio::start_server(cancelled, "127.0.0.1", 0);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", quiet.port()), "");
    EXPECT_EQ(seen.count(), 2U);
    server.close();
    quiet.close();
  });
}

TEST(server, a_handler_that_returns_leaves_its_connection_open) {
  on_real_loop([]() -> coro<> {
    std::optional<stream_writer> kept;
    const auto handler = [&](stream_reader, stream_writer writer) -> coro<> {
      writer.write("hello");
      kept = writer;
      co_return;
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(co_await reader.readexactly(5), "hello");
    auto more = aio::create_task(reader.read(1));
    co_await ticks(5);
    EXPECT_FALSE(more.done());
    EXPECT_EQ(server.connections(), 1U);
    kept->close();
    EXPECT_EQ(co_await more, "");
    writer.close();
    server.close();
  });
}

TEST(server, a_handler_that_fails_after_it_has_closed_is_reported) {
  on_real_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    const auto late = [](stream_reader, stream_writer writer) -> coro<> {
      writer.close();
      co_await writer.wait_closed();
      throw test_error("late");
    };
    auto server = co_await aio::start_server(late, "127.0.0.1", 0);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "");
    server.close();
    co_await server.wait_closed();
    co_await ticks(3);
    EXPECT_EQ(seen.messages, log_t{"Unhandled exception in client_connected_cb"});
    EXPECT_EQ(seen.errors, log_t{"late"});
  });
}

TEST(server, a_handler_that_is_cancelled_from_inside_closes_quietly) {
  on_real_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    const auto gives_up = [](stream_reader reader, stream_writer) -> coro<> {
      aio::current_task().cancel();
      co_await reader.read();
    };
    auto server = co_await aio::start_server(gives_up, "127.0.0.1", 0);
    EXPECT_EQ(co_await greeting_from("127.0.0.1", server.port()), "");
    EXPECT_EQ(seen.count(), 0U);
    server.close();
    co_await server.wait_closed();
  });
}

TEST(server, its_limit_is_that_of_its_readers) {
  on_real_loop([]() -> coro<> {
    const auto handler = [](stream_reader reader, stream_writer writer) -> coro<> {
      writer.write(co_await ending(reader.readline()));
      writer.close();
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0, {.limit = 4});
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    writer.write("1234567890");
    EXPECT_EQ(co_await reader.read(), "Separator is not found, and chunk exceed the limit");
    writer.close();
    server.close();
  });
}

TEST(server, a_scope_closes_it_however_it_is_left) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    const auto fails = [](aio::server &inside) -> coro<> {
      EXPECT_TRUE(inside.is_serving());
      throw test_error("body");
      co_return;
    };
    EXPECT_EQ(co_await ending(aio::async_with(server, fails)), "body");
    EXPECT_FALSE(server.is_serving());
    EXPECT_TRUE(server.sockets().empty());
    co_await server.wait_closed();
  });
}

TEST(server, all_who_wait_for_its_end_are_told) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    auto first = aio::create_task(server.wait_closed());
    auto second = aio::create_task(server.wait_closed());
    auto gone = aio::create_task(server.wait_closed());
    co_await ticks(3);
    gone.cancel();
    co_await ticks(2);
    EXPECT_TRUE(gone.cancelled());
    EXPECT_FALSE(first.done() || second.done());
    server.close();
    co_await first;
    co_await second;
    // There is no connection to close.
    server.close_clients();
    server.abort_clients();
  });
}

TEST(server, cancelling_the_wait_of_serve_forever_leaves_it_closed) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    writer.write("x");
    EXPECT_EQ(co_await reader.readexactly(1), "x");
    auto forever = aio::create_task(server.serve_forever());
    co_await ticks(2);
    forever.cancel();
    co_await ticks(3);
    EXPECT_FALSE(forever.done());
    forever.cancel();
    EXPECT_EQ(co_await ending(forever), "cancelled:");
    EXPECT_FALSE(server.is_serving());
    EXPECT_EQ(server.connections(), 1U);
    writer.close();
    co_await server.wait_closed();
  });
}

TEST(server, its_handle_outlives_the_loop) {
  warnings unclosed;
  std::optional<aio::connection> client;
  auto server = on_real_loop([&]() -> coro<aio::server> {
    auto made = co_await aio::start_server(echo, "127.0.0.1", 0);
    client = co_await aio::open_connection("127.0.0.1", made.port());
    while (made.connections() == 0)
      co_await aio::sleep(0s);
    co_return made;
  });
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_THROW(server.get_loop(), aio::runtime_error);
  EXPECT_THROW(server.start_serving(), aio::runtime_error);
  server.close_clients();
  server.abort_clients();
  server.close();
  EXPECT_TRUE(server.sockets().empty());
  on_real_loop([&]() -> coro<> { co_await server.wait_closed(); });
}
