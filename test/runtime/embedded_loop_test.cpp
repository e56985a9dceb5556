// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A loop driven by another loop: its descriptor, its timeout, and passes that do not wait.
#include "support.h"

#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

/// Whether the descriptor is readable now, or within the time.
bool readable(int fd, int milliseconds = 0) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, milliseconds) == 1;
}
/// The other loop: it waits for a descriptor and a timeout, then calls.
template <class Done> void drive(aio::event_loop &loop, Done done) {
  while (!done()) {
    const auto timeout = loop.poll_timeout();
    // Rounded up to whole milliseconds, as timers of that resolution are.
    const int wait =
        timeout ? static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*timeout).count()) : 60'000;
    readable(loop.poll_fd(), wait);
    loop.run_once(0s);
  }
}

} // namespace

TEST(embedded_loop, tells_how_long_it_may_be_left_alone) {
  aio::testing::virtual_loop loop;
  EXPECT_EQ(loop.poll_timeout(), std::nullopt);
  auto later = loop.call_later(2s, [] {});
  EXPECT_EQ(loop.poll_timeout(), 2s);
  auto sooner = loop.call_later(500ms, [] {});
  EXPECT_EQ(loop.poll_timeout(), 500ms);
  sooner.cancel();
  EXPECT_EQ(loop.poll_timeout(), 2s);
  loop.advance(3s);
  EXPECT_EQ(loop.poll_timeout(), 0s);
  loop.run_once(0s);
  EXPECT_EQ(loop.poll_timeout(), std::nullopt);
  auto soon = loop.call_soon([] {});
  EXPECT_EQ(loop.poll_timeout(), 0s);
  loop.run_once(0s);
  auto mail = loop.call_soon_threadsafe([] {});
  EXPECT_EQ(loop.poll_timeout(), 0s);
  loop.run_once(0s);
  EXPECT_EQ(loop.poll_timeout(), std::nullopt);
}

TEST(embedded_loop, a_pass_waits_at_most_as_long_as_it_is_told) {
  aio::testing::virtual_loop loop;
  const auto start = loop.time();
  bool fired = false;
  auto timer = loop.call_later(10s, [&] { fired = true; });
  loop.run_once(0s);
  EXPECT_EQ(loop.time() - start, 0s);
  loop.run_once(3s);
  EXPECT_EQ(loop.time() - start, 3s);
  EXPECT_FALSE(fired);
  loop.run_once(30s);
  EXPECT_EQ(loop.time() - start, 10s);
  EXPECT_TRUE(fired);
  // With nothing to wait for, a virtual loop is stuck; a pass that does not wait is not.
  loop.run_once(0s);
  EXPECT_THROW(loop.run_once(), aio::testing::deadlock_error);
  // The limit applied to those passes only.
  auto last = loop.call_later(5s, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_EQ(loop.time() - start, 15s);
}

TEST(embedded_loop, its_descriptor_wakes_for_input_and_for_mail) {
  aio::event_loop loop;
  EXPECT_FALSE(readable(loop.poll_fd()));
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  char got = 0;
  loop.add_reader(ends[0], [&] { EXPECT_EQ(::read(ends[0], &got, 1), 1); });
  EXPECT_FALSE(readable(loop.poll_fd()));
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_TRUE(readable(loop.poll_fd()));
  loop.run_once(0s);
  EXPECT_EQ(got, 'x');
  EXPECT_FALSE(readable(loop.poll_fd()));
  loop.remove_reader(ends[0]);
  ::close(ends[0]);
  ::close(ends[1]);

  int calls = 0;
  std::thread([&] { auto posted = loop.call_soon_threadsafe([&] { ++calls; }); }).join();
  EXPECT_TRUE(readable(loop.poll_fd()));
  for (int pass = 0; pass < 2; ++pass) // the news first, then the descriptor that brought it
    loop.run_once(0s);
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(readable(loop.poll_fd()));
}

TEST(embedded_loop, runs_tasks_timers_streams_and_threads_for_the_other) {
  aio::event_loop loop;
  auto work = [](int port) -> coro<std::string> {
    co_await aio::sleep(1ms);
    auto [reader, writer] = co_await aio::open_connection("127.0.0.1", port);
    writer.write("ping\n");
    std::string line = co_await reader.readline();
    writer.close();
    co_await writer.wait_closed();
    co_return line + std::to_string(co_await aio::to_thread([] { return 7; }));
  };
  auto everything = [&]() -> coro<std::string> {
    auto server = co_await aio::start_server(
        [](aio::stream_reader reader, aio::stream_writer writer) -> coro<> {
          writer.write("re:" + co_await reader.readline());
          co_await writer.drain();
          writer.close();
        },
        "127.0.0.1", 0);
    std::string result = co_await work(server.port());
    server.close();
    co_await server.wait_closed();
    co_return result;
  };
  auto task = loop.create_task(everything());
  drive(loop, [&] { return task.done(); });
  EXPECT_EQ(task.result(), "re:ping\n7");
}
