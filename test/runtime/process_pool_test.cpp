// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Worker processes: values, errors, crashes, cancellation, shutdown.
#include "support.h"

#include <csignal>
#include <fstream>

#include <sys/socket.h>
#include <unistd.h>

namespace {

struct point {
  int x;
  double y;
};
using table = std::map<std::string, std::vector<std::optional<int>>>;

long sum(std::vector<int> values) {
  long total = 0;
  for (int value : values)
    total += value;
  return total;
}
std::string greet(const std::string &name, int times) {
  std::string text;
  for (int i = 0; i < times; ++i)
    text += "hello " + name + ";";
  return text;
}
point move_by(point p, std::pair<int, double> by) { return {p.x + by.first, p.y + by.second}; }
std::tuple<int, std::string> swapped(std::tuple<std::string, int> t) { return {std::get<1>(t), std::get<0>(t)}; }
table grow(table t) {
  t["new"] = {1, std::nullopt};
  return t;
}
pid_t who() { return ::getpid(); }
void nothing() {}
int fail(std::string text) { throw std::out_of_range(text); }
int fail_oddly() { throw 7; }
int crash() {
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}
int leave(int code) { ::_exit(code); }
/// Waits until the file exists.
int wait_for_file(std::string path) {
  while (!std::ifstream(path))
    ::usleep(1000);
  return 1;
}
/// Makes a child process that keeps everything open, then dies.
int crash_with_a_child(std::string path, std::string answer) {
  if (::fork() == 0) {
    wait_for_file(path);
    std::ofstream(answer) << "x";
    ::_exit(0);
  }
  ::raise(SIGKILL);
  return 0;
}
/// Closes its connection but does not end before the file exists, so that the pool has to wait for it.
int hang_up_and_stay(std::string waited_for, std::string path) {
  constexpr int connection = 3;
  ::shutdown(connection, SHUT_WR);
  // The pool closes its own end when it begins to wait.
  char byte;
  while (::read(connection, &byte, 1) > 0) {
  }
  std::ofstream(waited_for) << "x";
  wait_for_file(path);
  ::_exit(7);
}
int not_registered() { return 0; }

AIO_REGISTER_PROCESS_FUNCTION(sum);
AIO_REGISTER_PROCESS_FUNCTION(greet);
AIO_REGISTER_PROCESS_FUNCTION(move_by);
AIO_REGISTER_PROCESS_FUNCTION(swapped);
AIO_REGISTER_PROCESS_FUNCTION(grow);
AIO_REGISTER_PROCESS_FUNCTION(who);
AIO_REGISTER_PROCESS_FUNCTION(nothing);
AIO_REGISTER_PROCESS_FUNCTION(fail);
AIO_REGISTER_PROCESS_FUNCTION(fail_oddly);
AIO_REGISTER_PROCESS_FUNCTION(crash);
AIO_REGISTER_PROCESS_FUNCTION(leave);
AIO_REGISTER_PROCESS_FUNCTION(wait_for_file);
AIO_REGISTER_PROCESS_FUNCTION(crash_with_a_child);
AIO_REGISTER_PROCESS_FUNCTION(hang_up_and_stay);

/// A path that no file has yet; the file is removed at the end.
class signal_file {
public:
  explicit signal_file(const char *name)
      : path_(::testing::TempDir() + "aio-" + name + "-" + std::to_string(::getpid())) {
    ::unlink(path_.c_str());
  }
  ~signal_file() { ::unlink(path_.c_str()); }
  const std::string &path() const { return path_; }
  void create() const { std::ofstream(path_) << "x"; }

private:
  std::string path_;
};

template <class F> auto on_real_loop(F body) { return aio::run(body()); }

} // namespace

TEST(process_pool, carries_values_both_ways) {
  on_real_loop([]() -> coro<> {
    aio::process_pool_executor pool(2);
    auto &loop = aio::get_running_loop();
    const std::vector<int> numbers(1000, 3);
    EXPECT_EQ(co_await loop.run_in_executor(&pool, sum, numbers), 3000);
    EXPECT_EQ(co_await loop.run_in_executor(&pool, greet, "you", 2), "hello you;hello you;");
    const point origin{1, 2.5};
    const point p = co_await loop.run_in_executor(&pool, move_by, origin, std::make_pair(2, 0.5));
    EXPECT_EQ(p.x, 3);
    EXPECT_EQ(p.y, 3.0);
    EXPECT_EQ(co_await loop.run_in_executor(&pool, swapped, std::make_tuple("a", 1)), std::make_tuple(1, "a"));
    table t;
    t["old"].push_back(4);
    const table grown = co_await loop.run_in_executor(&pool, grow, t);
    EXPECT_EQ(grown.at("old").at(0), 4);
    EXPECT_EQ(grown.at("new").at(1), std::nullopt);
    co_await loop.run_in_executor(&pool, nothing);
    EXPECT_NE(co_await loop.run_in_executor(&pool, who), ::getpid());
  });
}

TEST(process_pool, large_messages_pass) {
  aio::process_pool_executor pool(1);
  const std::string name(std::size_t{1} << 20, 'n');
  EXPECT_EQ(pool.submit(greet, name, 3).get().size(), 3 * (name.size() + 7));
}

TEST(process_pool, keeps_its_workers) {
  aio::process_pool_executor pool(1);
  EXPECT_EQ(pool.submit(who).get(), pool.submit(who).get());
}

TEST(process_pool, gather_uses_all_workers) {
  on_real_loop([]() -> coro<> {
    aio::process_pool_executor pool(2);
    auto &loop = aio::get_running_loop();
    const signal_file file("gather");
    // The second call runs while the first waits for a file that is created after it.
    auto first = loop.run_in_executor(&pool, wait_for_file, file.path());
    EXPECT_EQ(co_await loop.run_in_executor(&pool, sum, std::vector<int>(2, 2)), 4);
    EXPECT_FALSE(first.done());
    file.create();
    EXPECT_EQ(co_await first, 1);
  });
}

TEST(process_pool, exceptions_come_back_with_their_text) {
  aio::process_pool_executor pool(1);
  try {
    pool.submit(fail, "no such key").get();
    ADD_FAILURE();
  } catch (const aio::remote_error &e) {
    EXPECT_STREQ(e.what(), "no such key");
    EXPECT_EQ(e.type(), "std::out_of_range");
  }
  EXPECT_THROW(pool.submit(fail_oddly).get(), aio::remote_error);
  EXPECT_EQ(pool.submit(sum, std::vector<int>(1, 1)).get(), 1);
}

TEST(process_pool, refuses_unregistered_functions) {
  aio::process_pool_executor pool(1);
  EXPECT_THROW(pool.submit(not_registered), aio::value_error);
}

TEST(process_pool, a_crash_breaks_the_pool_and_hangs_nobody) {
  on_real_loop([]() -> coro<> {
    aio::process_pool_executor pool(2);
    auto &loop = aio::get_running_loop();
    const signal_file never("never");
    auto busy = loop.run_in_executor(&pool, wait_for_file, never.path());
    auto crashing = loop.run_in_executor(&pool, crash);
    auto queued = loop.run_in_executor(&pool, wait_for_file, never.path());
    EXPECT_EQ(co_await ending(crashing), "a worker process ended by signal 6");
    EXPECT_EQ(co_await ending(queued), "a worker process ended by signal 6");
    EXPECT_THROW(co_await busy, aio::broken_process_pool);
    EXPECT_THROW(pool.submit(nothing), aio::broken_process_pool);
  });
}

TEST(process_pool, a_crash_while_other_workers_start_hangs_nobody) {
  // Workers start one after the other; the first is dead before the last begins.
  aio::process_pool_executor pool(12);
  const signal_file never("never-too");
  std::vector<aio::thread_future<int>> calls;
  calls.push_back(pool.submit(crash));
  try {
    while (calls.size() < 12)
      calls.push_back(pool.submit(wait_for_file, never.path()));
  } catch (const aio::broken_process_pool &) {
    // The crash was faster.
  }
  for (const auto &call : calls)
    EXPECT_THROW(call.get(), aio::broken_process_pool);
}

TEST(process_pool, an_exit_in_a_worker_is_a_crash) {
  aio::process_pool_executor pool(1);
  try {
    pool.submit(leave, 3).get();
    ADD_FAILURE();
  } catch (const aio::broken_process_pool &e) {
    EXPECT_STREQ(e.what(), "a worker process ended with exit code 3");
  }
}

TEST(process_pool, a_grandchild_cannot_hide_a_crash) {
  aio::process_pool_executor pool(1);
  const signal_file file("grandchild");
  const signal_file answer("answer");
  EXPECT_THROW(pool.submit(crash_with_a_child, file.path(), answer.path()).get(), aio::broken_process_pool);
  file.create();
  wait_for_file(answer.path());
}

TEST(process_pool, posting_does_not_wait_for_a_dying_worker) {
  const int grace = aio::detail::worker_exit_grace_ms.exchange(60'000);
  on_real_loop([]() -> coro<> {
    const signal_file waited_for("waited-for");
    const signal_file end("end");
    aio::process_pool_executor pool(1);
    auto &loop = aio::get_running_loop();
    auto dying = loop.run_in_executor(&pool, hang_up_and_stay, waited_for.path(), end.path());
    wait_for_file(waited_for.path());
    // The worker ends only after posting: if posting waited for its end, it would be killed.
    auto next = loop.run_in_executor(&pool, nothing);
    end.create();
    EXPECT_EQ(co_await ending(dying), "a worker process ended with exit code 7");
    EXPECT_EQ(co_await ending(next), "a worker process ended with exit code 7");
  });
  aio::detail::worker_exit_grace_ms = grace;
}

TEST(process_pool, cancellation_drops_what_has_not_begun) {
  on_real_loop([]() -> coro<> {
    const signal_file first("first");
    const signal_file second("second");
    aio::process_pool_executor pool(1);
    auto &loop = aio::get_running_loop();
    const auto running = pool.submit(wait_for_file, first.path());
    auto queued = loop.run_in_executor(&pool, wait_for_file, second.path());
    auto waiting = aio::wrap_future(running);
    queued.cancel();
    // If the call were not dropped, this would never end, because the second file is never created.
    auto after = loop.run_in_executor(&pool, sum, std::vector<int>(1, 5));
    EXPECT_THROW(co_await queued, aio::cancelled_error);
    first.create();
    EXPECT_EQ(co_await waiting, 1);
    EXPECT_EQ(co_await after, 5);
  });
}

TEST(process_pool, cancelling_a_running_call_ends_the_await_at_once) {
  on_real_loop([]() -> coro<> {
    const signal_file file("running");
    aio::process_pool_executor pool(1);
    auto call = pool.submit(wait_for_file, file.path());
    auto waiting = aio::wrap_future(call);
    while (!call.running())
      co_await aio::sleep(0s);
    waiting.cancel();
    EXPECT_THROW(co_await waiting, aio::cancelled_error);
    EXPECT_FALSE(call.done());
    file.create();
  });
}

TEST(process_pool, shutdown_finishes_or_drops_what_waits) {
  const signal_file file("shutdown");
  aio::process_pool_executor pool(1);
  auto running = pool.submit(wait_for_file, file.path());
  auto queued = pool.submit(who);
  while (!running.running())
    std::this_thread::yield();
  pool.shutdown(false, true);
  EXPECT_TRUE(queued.cancelled());
  EXPECT_THROW(pool.submit(who), aio::runtime_error);
  file.create();
  EXPECT_EQ(running.get(), 1);
  pool.shutdown();
  aio::process_pool_executor other(1);
  auto kept = other.submit(who);
  other.shutdown();
  EXPECT_TRUE(kept.done());
}

TEST(process_codec, refuses_truncated_bytes) {
  std::string bytes;
  aio::process_codec<std::string>::write(bytes, "text");
  bytes.pop_back();
  aio::byte_source in(bytes);
  EXPECT_THROW(aio::process_codec<std::string>::read(in), std::out_of_range);
}
