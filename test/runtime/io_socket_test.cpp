// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Streams over real sockets: loopback TCP, Unix sockets, socket pairs. Nothing here sleeps.
#include "io_support.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <thread>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using aio::connection;
using aio::stream_reader;
using aio::stream_writer;

/// Two streams that are connected to each other.
std::pair<connection, connection> pair_of_streams() {
  int fds[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  return {aio::open_streams(fds[0]), aio::open_streams(fds[1])};
}

template <class F> auto on_real_loop(F body) { return aio::run(body()); }

std::string socket_path() {
  return (std::filesystem::temp_directory_path() / ("aio-test-" + std::to_string(::getpid()) + ".sock")).string();
}

bool lost(const std::string &ending) {
  return ending.find("reset") != std::string::npos || ending.find("ipe") != std::string::npos ||
         ending.find("Connection lost") != std::string::npos;
}

} // namespace

TEST(streams, talk_over_tcp) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    EXPECT_TRUE(server.is_serving());
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(writer.peername().host, "127.0.0.1");
    EXPECT_EQ(writer.peername().port, server.port());
    EXPECT_EQ(writer.sockname().text(), "127.0.0.1:" + std::to_string(writer.sockname().port));
    writer.write("hello ");
    writer.writelines(std::vector<std::string>{"big ", "world\n"});
    co_await writer.drain();
    EXPECT_EQ(co_await reader.readline(), "hello big world\n");
    EXPECT_TRUE(writer.can_write_eof());
    writer.write_eof();
    EXPECT_THROW(writer.write("x"), aio::runtime_error);
    EXPECT_EQ(co_await reader.read(), "");
    writer.close();
    EXPECT_TRUE(writer.is_closing());
    co_await writer.wait_closed();
    EXPECT_EQ(writer.fd(), -1);
    server.close();
    co_await server.wait_closed();
    EXPECT_TRUE(server.sockets().empty());
  });
}

TEST(streams, resolve_names) {
  on_real_loop([]() -> coro<> {
    auto local = co_await aio::start_server(echo, "localhost", 0, {.family = AF_INET});
    co_await aio::async_with(local, [](aio::server &server) -> coro<> {
      auto [reader, writer] = co_await aio::open_connection("localhost", server.port());
      writer.write("x");
      EXPECT_EQ(co_await reader.readexactly(1), "x");
      writer.close();
    });
    EXPECT_FALSE(local.is_serving());
    EXPECT_THROW(co_await aio::open_connection("no.such.host.invalid", 1), std::system_error);
  });
}

coro<> tell_peer(aio::stream_reader, aio::stream_writer writer) {
  writer.write(writer.peername().host);
  writer.close();
  co_await writer.wait_closed();
}

TEST(streams, come_from_the_local_address_that_is_asked_for) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(tell_peer, "127.0.0.1", 0);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port(), {.local_host = "127.0.0.2"});
    EXPECT_EQ(writer.sockname().host, "127.0.0.2");
    EXPECT_EQ(co_await reader.read(), "127.0.0.2");
    writer.close();
    co_await writer.wait_closed();
    server.close();
  });
}

TEST(streams, local_address_that_cannot_be_had_is_a_system_error) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    try {
      co_await aio::open_connection("127.0.0.1", server.port(),
                                    {.local_host = "127.0.0.1", .local_port = server.port()});
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::address_in_use);
    }
    try {
      co_await aio::open_connection("127.0.0.1", server.port(), {.local_host = "::1"});
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::address_not_available);
    }
    server.close();
  });
}

TEST(streams, refused_connection_is_a_system_error) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    const auto port = server.port();
    server.close();
    try {
      co_await aio::open_connection("127.0.0.1", port);
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::connection_refused);
    }
    EXPECT_THROW(co_await aio::open_unix_connection("/nonexistent/socket"), std::system_error);
  });
}

TEST(streams, taken_port_is_a_system_error) {
  on_real_loop([]() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    try {
      co_await aio::start_server(echo, "127.0.0.1", server.port());
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::address_in_use);
    }
    server.close();
  });
}

TEST(streams, talk_over_unix_sockets) {
  const std::string path = socket_path();
  aio::run([](std::string path) -> coro<> {
    auto server = co_await aio::start_unix_server(echo, path);
    EXPECT_EQ(server.sockets()[0].name.host, path);
    auto [reader, writer] = co_await aio::open_unix_connection(path);
    EXPECT_EQ(writer.peername().text(), path);
    writer.write("over a path\n");
    EXPECT_EQ(co_await reader.readline(), "over a path\n");
    writer.close();
    server.close();
    co_await server.wait_closed();
    // A stale file is replaced.
    auto stale = co_await aio::start_unix_server(echo, path, {.cleanup_socket = false});
    stale.close();
    EXPECT_TRUE(std::filesystem::exists(path));
    auto fresh = co_await aio::start_unix_server(echo, path);
    fresh.close();
  }(path));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(streams, back_pressure_holds_the_writer) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto &[reader, closing] = a;
    auto &[unused, writer] = b;
    const std::string block(std::size_t{1} << 20, 'x');
    writer.write(block);
    writer.write(block);
    EXPECT_GT(writer.get_write_buffer_size(), std::size_t{64} * 1024);
    auto drained = aio::create_task(writer.drain());
    auto also_drained = aio::create_task(writer.drain());
    co_await ticks(3);
    EXPECT_FALSE(drained.done());
    EXPECT_EQ((co_await reader.readexactly(2 << 20)).size(), block.size() * 2);
    co_await drained;
    co_await also_drained;
    EXPECT_THROW(writer.set_write_buffer_limits(1, 2), aio::value_error);
    writer.set_write_buffer_limits(0);
    closing.close();
    writer.close();
    co_await writer.wait_closed();
  });
}

TEST(streams, close_sends_what_is_buffered) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    const std::string block(std::size_t{3} << 20, 'x');
    b.second.write(block);
    b.second.close();
    EXPECT_EQ((co_await a.first.read()).size(), block.size());
    co_await b.second.wait_closed();
    a.second.close();
  });
}

TEST(streams, write_eof_comes_after_what_is_buffered) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    const std::string block(std::size_t{1} << 20, 'x');
    b.second.write(block);
    b.second.write_eof();
    EXPECT_EQ((co_await a.first.read()).size(), block.size());
    a.second.write("answer\n");
    EXPECT_EQ(co_await b.first.readline(), "answer\n");
    a.second.close();
    b.second.close();
  });
}

TEST(streams, abort_drops_what_is_buffered) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    b.second.write(std::string(std::size_t{4} << 20, 'x'));
    auto drained = aio::create_task(b.second.drain());
    co_await ticks(2);
    b.second.abort();
    co_await drained;
    EXPECT_EQ(b.second.get_write_buffer_size(), 0U);
    EXPECT_LT((co_await a.first.read()).size(), std::size_t{4} << 20);
    a.second.close();
  });
}

TEST(streams, closing_ends_a_waiting_read) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto waiting = aio::create_task(a.first.read(1));
    co_await ticks(2);
    a.second.close();
    EXPECT_EQ(co_await waiting, "");
    b.second.close();
  });
}

TEST(streams, stop_lets_what_has_arrived_be_read) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    b.second.write("early");
    a.first.stop();
    EXPECT_EQ(co_await a.first.read(), "early");
    a.second.write("still open\n");
    EXPECT_EQ(co_await b.first.readline(), "still open\n");
    a.second.close();
    b.second.close();
  });
}

// conformance: streams-014
TEST(streams, drain_after_close_reports_the_lost_connection) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    a.second.close();
    a.second.write("data");
    try {
      co_await a.second.drain();
      ADD_FAILURE();
    } catch (const std::system_error &e) {
      EXPECT_EQ(e.code(), std::errc::connection_reset);
    }
    b.second.close();
  });
}

TEST(streams, a_peer_that_goes_breaks_the_writer) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    b.second.abort();
    co_await b.second.wait_closed();
    a.second.write("x");
    EXPECT_TRUE(lost(co_await ending(a.second.drain())));
    EXPECT_TRUE(lost(co_await ending(a.second.wait_closed())));
    EXPECT_TRUE(a.second.is_closing());
  });
}

TEST(streams, what_is_written_while_closing_is_still_sent) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    const std::string block(std::size_t{4} << 20, 'x');
    b.second.write(block);
    b.second.close();
    b.second.write("tail");
    // Closing does not end drain: it waits for the buffer, and fails only when the connection is gone.
    auto draining = aio::create_task(b.second.drain());
    co_await ticks(3);
    EXPECT_FALSE(draining.done());
    EXPECT_EQ(co_await a.first.read(), block + "tail");
    EXPECT_EQ(co_await ending(draining), "value");
    co_await b.second.wait_closed();
    EXPECT_TRUE(lost(co_await ending(b.second.drain())));
    a.second.close();
  });
}

TEST(streams, ending_and_closing_twice_is_once) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    a.second.write_eof();
    a.second.write_eof();
    EXPECT_THROW(a.second.write(""), aio::runtime_error);
    EXPECT_THROW(a.second.writelines(std::vector<std::string>{"x"}), aio::runtime_error);
    EXPECT_EQ(co_await b.first.read(), "");
    EXPECT_TRUE(b.first.at_eof());
    EXPECT_FALSE(a.second.is_closing());
    // All tasks that wait for the end are woken.
    auto first = aio::create_task(a.second.wait_closed());
    auto second = aio::create_task(a.second.wait_closed());
    co_await ticks(3);
    EXPECT_FALSE(first.done() || second.done());
    a.second.close();
    a.second.write_eof();
    a.second.close();
    a.second.abort();
    EXPECT_TRUE(a.second.is_closing());
    co_await first;
    co_await second;
    a.second.close();
    a.second.abort();
    a.second.write_eof();
    co_await a.second.wait_closed();
    EXPECT_THROW(a.second.write("x"), aio::runtime_error);
    b.second.close();
    co_await b.second.wait_closed();
    b.second.write("nobody hears this");
    co_await b.second.wait_closed();
  });
}

TEST(streams, an_error_of_the_reader_is_one_of_drain) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    a.first.set_exception(std::make_exception_ptr(test_error("broken")));
    EXPECT_EQ(co_await ending(a.second.drain()), "broken");
    EXPECT_EQ(co_await ending(a.first.read(0)), "broken");
    EXPECT_EQ(co_await ending(a.first.readexactly(0)), "broken");
    EXPECT_THROW(co_await a.first.readexactly(-1), aio::value_error);
    EXPECT_FALSE(a.second.is_closing());
    a.second.close();
    EXPECT_EQ(co_await ending(a.second.wait_closed()), "value");
    b.second.close();
  });
}

TEST(streams, abort_ends_the_reads_of_both_sides) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto here = aio::create_task(a.first.read(1));
    auto there = aio::create_task(b.first.readline());
    co_await ticks(2);
    a.second.abort();
    EXPECT_EQ(co_await here, "");
    EXPECT_EQ(co_await there, "");
    EXPECT_TRUE(a.first.at_eof());
    EXPECT_TRUE(b.first.at_eof());
    b.second.close();
  });
}

TEST(streams, a_reset_reaches_everybody) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    a.second.write(std::string(std::size_t{4} << 20, 'x'));
    auto draining = aio::create_task(a.second.drain());
    auto closing = aio::create_task(a.second.wait_closed());
    auto reading = aio::create_task(a.first.read());
    co_await ticks(3);
    EXPECT_FALSE(draining.done() || closing.done() || reading.done());
    b.second.abort();
    EXPECT_TRUE(lost(co_await ending(draining)));
    EXPECT_TRUE(lost(co_await ending(closing)));
    EXPECT_TRUE(lost(co_await ending(reading)));
    EXPECT_TRUE(lost(co_await ending(a.second.drain())));
    EXPECT_TRUE(lost(co_await ending(a.second.wait_closed())));
    EXPECT_TRUE(lost(text_of(a.first.exception())));
    EXPECT_TRUE(a.second.is_closing());
    a.second.close();
  });
}

TEST(streams, a_peer_that_is_faster_than_its_reader_does_not_keep_the_loop) {
  int fds[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  static constexpr std::size_t total = std::size_t{64} << 20;
  std::thread peer([fd = fds[1]] {
    const std::string block(std::size_t{1} << 20, 'x');
    for (std::size_t sent = 0; sent < total;) {
      const ssize_t n = ::send(fd, block.data(), block.size(), MSG_NOSIGNAL);
      ASSERT_GT(n, 0);
      sent += static_cast<std::size_t>(n);
    }
    ::close(fd);
  });
  const auto main = [](int fd) -> coro<> {
    auto [reader, writer] = aio::open_streams(fd);
    std::size_t got = 0;
    std::size_t got_at_last_pass = 0;
    std::size_t most_in_a_pass = 0;
    const auto others = [&]() -> coro<> {
      for (;;) {
        most_in_a_pass = std::max(most_in_a_pass, got - got_at_last_pass);
        got_at_last_pass = got;
        co_await aio::sleep(0s);
      }
    };
    auto watching = aio::create_task(others());
    for (std::string data = "x"; !data.empty(); got += data.size())
      data = co_await reader.read(1 << 16);
    EXPECT_EQ(got, total);
    EXPECT_LE(most_in_a_pass, std::size_t{5} << 16);
    watching.cancel();
    writer.close();
  };
  aio::run(main(fds[0]), {.debug = false});
  peer.join();
}

TEST(streams, at_eof_is_true_once_everything_is_read) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    b.second.write("abc\nd");
    b.second.close();
    co_await b.second.wait_closed();
    EXPECT_FALSE(a.first.at_eof());
    EXPECT_EQ(co_await a.first.readline(), "abc\n");
    EXPECT_FALSE(a.first.at_eof());
    EXPECT_EQ(co_await a.first.readline(), "d");
    EXPECT_TRUE(a.first.at_eof());
    EXPECT_EQ(co_await a.first.readline(), "");
    EXPECT_FALSE(co_await a.first.anext());
    // Closing this end ends the stream as well.
    EXPECT_EQ(co_await ending(a.first.readexactly(1)), "0 bytes read on a total of 1 expected bytes");
    a.second.close();
  });
}

// conformance: streams-016
TEST(streams, a_failing_handler_is_reported_once_and_the_server_goes_on) {
  on_real_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    int calls = 0;
    auto handler = [&](stream_reader, stream_writer writer) -> coro<> {
      if (++calls == 1)
        throw test_error("handler");
      writer.write("served\n");
      writer.close();
      co_return;
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0);
    auto first = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(co_await first.first.read(), "");
    first.second.close();
    auto second = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(co_await second.first.readline(), "served\n");
    second.second.close();
    EXPECT_EQ(seen.messages, log_t{"Unhandled exception in client_connected_cb"});
    EXPECT_EQ(seen.errors, log_t{"handler"});
    server.close();
  });
}

TEST(streams, plain_functions_serve_too) {
  on_real_loop([]() -> coro<> {
    reports seen(aio::get_running_loop());
    int calls = 0;
    const auto handler = [&](stream_reader, stream_writer writer) {
      if (++calls == 1)
        throw test_error("plain");
      writer.write("plain\n");
      writer.close();
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0);
    auto failed = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(co_await failed.first.readline(), "");
    failed.second.close();
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    EXPECT_EQ(co_await reader.readline(), "plain\n");
    writer.close();
    EXPECT_EQ(seen.errors, log_t{"plain"});
    server.close();
  });
}

// conformance: streams-017
TEST(streams, a_writer_that_was_not_closed_is_reported) {
  warnings seen;
  on_real_loop([&]() -> coro<> {
    auto [a, b] = pair_of_streams();
    a.second = stream_writer();
    EXPECT_EQ(seen.seen.size(), 1U);
    EXPECT_NE(seen.seen.at(0).find("unclosed stream writer"), std::string::npos);
    EXPECT_EQ(co_await b.first.read(), "");
    b.second.close();
    co_await b.second.wait_closed();
    b.second = stream_writer();
  });
  EXPECT_EQ(seen.seen.size(), 1U);
}

TEST(streams, a_writer_that_outlives_its_loop_is_reported) {
  warnings seen;
  {
    auto streams = on_real_loop([]() -> coro<std::pair<connection, connection>> { co_return pair_of_streams(); });
    EXPECT_TRUE(seen.seen.empty());
  }
  ASSERT_EQ(seen.seen.size(), 2U);
  EXPECT_NE(seen.seen[0].find("its loop is closed"), std::string::npos);
}

// conformance: cancel-035
TEST(streams, a_cancelled_receive_consumes_nothing) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto receiving = aio::create_task(a.first.read(100));
    co_await ticks(3);
    EXPECT_FALSE(receiving.done());
    receiving.cancel();
    co_await ticks(1);
    EXPECT_TRUE(receiving.cancelled());
    b.second.write("kept");
    EXPECT_EQ(co_await a.first.readexactly(4), "kept");
    a.second.close();
    b.second.close();
  });
}

TEST(streams, cancelled_reads_and_drains_lose_nothing) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    const auto &reader = a.first;
    const auto &writer = b.second;
    const auto cut_off = [&](coro<std::string> read, const char *data) -> coro<> {
      auto reading = aio::create_task(std::move(read));
      co_await ticks(2);
      writer.write(data);
      co_await ticks(2);
      reading.cancel();
      co_await ticks(1);
      EXPECT_TRUE(reading.cancelled());
    };
    co_await cut_off(reader.readexactly(10), "12345");
    writer.write("67890");
    EXPECT_EQ(co_await reader.readexactly(10), "1234567890");
    co_await cut_off(reader.readuntil("\r\n"), "abc\r");
    writer.write("\nx");
    EXPECT_EQ(co_await reader.readuntil("\r\n"), "abc\r\n");
    co_await cut_off(reader.read(), "yz");
    EXPECT_EQ(co_await reader.read(10), "xyz");
    const std::string block(std::size_t{1} << 22, 'x');
    writer.write(block);
    auto draining = aio::create_task(writer.drain());
    co_await ticks(2);
    draining.cancel();
    writer.write("end");
    const std::string all = co_await reader.readexactly((1 << 22) + 3);
    EXPECT_EQ(all, block + "end");
    EXPECT_TRUE(draining.cancelled());
    a.second.close();
    writer.close();
  });
}

// Like timeout-010, with data: data that comes in the pass of the deadline is too late, and is not lost.
TEST(streams, the_deadline_beats_data_of_the_same_pass) {
  on_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto reading = aio::create_task(aio::wait_for(a.first.read(10), 1s));
    co_await ticks(3);
    b.second.write("data");
    aio::testing::block_for(2s);
    EXPECT_EQ(co_await ending(reading), "timeout");
    EXPECT_EQ(co_await a.first.read(10), "data");
    a.second.close();
    b.second.close();
  });
}

TEST(streams, drain_notices_that_the_peer_has_reset) {
  on_real_loop([]() -> coro<> {
    auto handler = [](stream_reader reader, stream_writer writer) -> coro<> {
      co_await reader.read(1);
      const linger at_once = {1, 0};
      ::setsockopt(writer.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      writer.abort();
    };
    auto server = co_await aio::start_server(handler, "127.0.0.1", 0);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port());
    writer.write("x");
    while (server.connections() == 0)
      co_await aio::sleep(0s);
    while (server.connections() > 0)
      co_await aio::sleep(0s);
    co_await ticks(3);
    EXPECT_TRUE(lost(co_await ending(writer.drain())));
    EXPECT_TRUE(lost(co_await ending(reader.read(1))));
    EXPECT_TRUE(lost(co_await ending(writer.wait_closed())));
    EXPECT_TRUE(writer.is_closing());
    server.close();
  });
}

TEST(streams, have_their_descriptor_for_themselves) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    auto &loop = aio::get_running_loop();
    const int fd = a.second.fd();
    EXPECT_THROW(loop.add_reader(fd, [] {}), aio::runtime_error);
    EXPECT_THROW(loop.add_writer(fd, [] {}), aio::runtime_error);
    EXPECT_FALSE(loop.remove_reader(fd));
    b.second.write("x");
    EXPECT_EQ(co_await a.first.read(1), "x");
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    loop.add_reader(fds[0], [] {});
    EXPECT_THROW(aio::open_streams(fds[0]), aio::runtime_error);
    ::close(fds[1]);
    a.second.close();
    b.second.close();
  });
}

TEST(streams, a_cancelled_connect_closes_its_socket) {
  on_real_loop([]() -> coro<> {
    // A listener whose backlog is full makes the next handshake wait.
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0, {.backlog = 0, .start_serving = false});
    const int listener = server.sockets()[0].fd;
    EXPECT_EQ(::listen(listener, 0), 0);
    std::vector<task<connection>> connecting;
    for (int i = 0; i < 4; ++i)
      connecting.push_back(aio::create_task(aio::open_connection("127.0.0.1", server.port())));
    co_await ticks(20);
    for (auto &t : connecting)
      t.cancel();
    co_await ticks(3);
    EXPECT_TRUE(std::any_of(connecting.begin(), connecting.end(), [](auto &t) { return t.cancelled(); }));
    for (auto &t : connecting) {
      EXPECT_TRUE(t.done());
      if (!t.cancelled())
        t.result().second.close();
    }
    server.close();
  });
}

TEST(streams, timeouts_reach_a_read) {
  on_real_loop([]() -> coro<> {
    auto [a, b] = pair_of_streams();
    EXPECT_THROW(co_await aio::wait_for(a.first.read(1), 1ms), aio::timeout_error);
    b.second.write("y");
    EXPECT_EQ(co_await a.first.read(1), "y");
    a.second.close();
    b.second.close();
  });
}

// conformance: debug-011
TEST(streams, debug_mode_refuses_a_blocking_socket) {
  const auto body = []() -> coro<> {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    EXPECT_THROW(aio::open_streams(fds[0]), aio::value_error);
    ::close(fds[0]);
    ::close(fds[1]);
    co_return;
  };
  aio::run(body(), {.debug = true});
}
