// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Connecting where a host has several addresses.
#include "io_support.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <aio/io/connect.h>
#include <aio/io/server.h>

namespace {

/// An address that does not answer: it listens, but its queue is full.
class silent_place {
public:
  silent_place() {
    const aio::detail::raw_address any = local(0);
    EXPECT_EQ(::bind(listener_.get(), any.get(), any.length), 0);
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    const aio::detail::raw_address here = where();
    for (auto &each : fillers_)
      static_cast<void>(::connect(each.get(), here.get(), here.length));
    pollfd first{fillers_[0].get(), POLLOUT, 0};
    EXPECT_EQ(::poll(&first, 1, -1), 1);
  }
  aio::detail::raw_address where() const { return aio::detail::name_of_socket(listener_.get()); }
  static aio::detail::raw_address local(std::uint16_t port) {
    aio::detail::raw_address place;
    auto *in = reinterpret_cast<sockaddr_in *>(&place.storage);
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    place.length = sizeof(sockaddr_in);
    return place;
  }

private:
  aio::detail::unique_fd listener_ = aio::detail::stream_socket(AF_INET);
  aio::detail::unique_fd fillers_[3] = {aio::detail::stream_socket(AF_INET), aio::detail::stream_socket(AF_INET),
                                        aio::detail::stream_socket(AF_INET)};
};

template <class... Places> std::vector<aio::detail::raw_address> places(const Places &...each) { return {each...}; }

/// The result of connecting to the first of these places: its port, or the error.
coro<std::string> first_of(std::vector<aio::detail::raw_address> targets, aio::duration delay) {
  aio::detail::connect_plan plan;
  plan.targets = std::move(targets);
  plan.delay = delay;
  std::string error;
  try {
    const aio::detail::unique_fd fd = co_await aio::detail::connect_to_first(std::move(plan));
    co_return std::to_string(aio::detail::name_of_peer(fd.get()).readable().port);
  } catch (const std::system_error &e) {
    error = e.code() == std::errc::connection_refused ? "refused" : e.what();
  }
  co_return error;
}

} // namespace

TEST(connect, the_next_address_is_tried_beside_one_that_does_not_answer) {
  on_loop([]() -> coro<> {
    const silent_place silent;
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0);
    const auto answers = silent_place::local(server.port());
    auto closed = co_await aio::start_server(echo, "127.0.0.1", 0);
    const auto refuses = silent_place::local(closed.port());
    closed.close();
    const std::string port = std::to_string(server.port());
    EXPECT_EQ(co_await first_of(places(silent.where(), answers), 250ms), port);
    EXPECT_EQ(now(), 0.25);
    // After an attempt that fails, the next one begins at once.
    EXPECT_EQ(co_await first_of(places(refuses, answers, silent.where()), 250ms), port);
    EXPECT_EQ(co_await first_of(places(refuses, refuses), 250ms), "refused");
    server.close();
    co_await server.wait_closed();
    // A cancellation ends all attempts.
    const double begin = now();
    auto hopeless = aio::create_task(first_of(places(silent.where(), silent.where()), 1s));
    EXPECT_EQ(co_await ending(aio::wait_for(hopeless, 3s)), "timeout");
    EXPECT_EQ(aio::all_tasks().size(), 1U);
    EXPECT_EQ(now() - begin, 3);
  });
}

TEST(connect, families_take_turns) {
  const auto text = [](std::size_t first) {
    std::vector<aio::detail::raw_address> all;
    for (const auto &[family, count] : {std::pair(AF_INET6, 3), std::pair(AF_INET, 2)})
      for (int i = 0; i < count; ++i)
        all.emplace_back().storage.ss_family = static_cast<sa_family_t>(family);
    aio::detail::interleave_families(all, first);
    std::string order;
    for (const auto &each : all)
      order += each.storage.ss_family == AF_INET6 ? '6' : '4';
    return order;
  };
  EXPECT_EQ(text(1), "64646");
  EXPECT_EQ(text(2), "66464");
  EXPECT_EQ(text(3), "66644");
  EXPECT_EQ(text(9), "66644");
}

TEST(connect, options_for_several_addresses) {
  const auto body = []() -> coro<> {
    auto server = co_await aio::start_server(echo, "127.0.0.1", 0, {.keep_alive = true});
    aio::stream_options options;
    options.happy_eyeballs_delay = 250ms;
    options.interleave = 1;
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", server.port(), options);
    writer.write("x");
    EXPECT_EQ(co_await reader.readexactly(1), "x");
    writer.close();
    co_await writer.wait_closed();
    server.close();
    co_await server.wait_closed();
  };
  aio::run(body());
}
