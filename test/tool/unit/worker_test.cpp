// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Workers that cannot be started, and signals that come at the worst moment.
#include "project/Worker.h"
#include <cerrno>
#include <csignal>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

using namespace coro;

static bool ForkFails = false;

// The program's own `fork` takes the place of the C library's.
extern "C" pid_t fork() {
  if (ForkFails) {
    errno = EAGAIN;
    return -1;
  }
  return reinterpret_cast<pid_t (*)()>(::dlsym(RTLD_NEXT, "fork"))();
}

namespace {

TEST(Worker, that_cannot_be_forked_is_told_and_the_run_ends) {
  ForkFails = true;
  std::set<size_t> Told;
  bool Whole = runWorkers(
      3, 2, 0, [](size_t, const Say &) {},
      [&](size_t Index, const WorkerEnd &End) {
        EXPECT_EQ(End.NotStarted, "cannot start a process: "
                                  "Resource temporarily unavailable");
        EXPECT_TRUE(End.Output.empty());
        Told.insert(Index);
      });
  ForkFails = false;
  EXPECT_TRUE(Whole);
  EXPECT_EQ(Told, (std::set<size_t>{0, 1, 2}));
}

TEST(Worker, says_what_its_job_says) {
  std::string Said;
  EXPECT_TRUE(runWorkers(
      1, 1, 0,
      [](size_t Index, const Say &Tell) {
        Tell(std::to_string(Index) + " ran");
      },
      [&](size_t, const WorkerEnd &End) { Said = End.Output + End.Died; }));
  EXPECT_EQ(Said, "0 ran");
}

// There are descriptors for one worker only. The second one fails to start
// between the look at the signals and the wait for the first, which never ends.
TEST(Worker, is_stopped_by_a_signal_that_comes_before_the_wait) {
  struct rlimit Old;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &Old), 0);
  const int Lowest = ::dup(0);
  ::close(Lowest);
  struct rlimit Few = {static_cast<rlim_t>(Lowest) + 2, Old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &Few), 0);
  bool Whole = runWorkers(
      2, 2, 0,
      [](size_t, const Say &) {
        for (;;)
          ::pause();
      },
      [](size_t Index, const WorkerEnd &End) {
        EXPECT_EQ(Index, 1u);
        EXPECT_EQ(End.NotStarted, "cannot make a pipe: Too many open files");
        std::raise(SIGTERM);
      });
  ::setrlimit(RLIMIT_NOFILE, &Old);
  EXPECT_FALSE(Whole);
}

TEST(Worker, leaves_the_signals_of_the_program_as_they_were) {
  sigset_t Before, After;
  ::sigprocmask(SIG_BLOCK, nullptr, &Before);
  struct sigaction Old;
  ::sigaction(SIGTERM, nullptr, &Old);
  runWorkers(
      1, 1, 0, [](size_t, const Say &) {}, [](size_t, const WorkerEnd &) {});
  ::sigprocmask(SIG_BLOCK, nullptr, &After);
  struct sigaction New;
  ::sigaction(SIGTERM, nullptr, &New);
  EXPECT_EQ(::sigismember(&Before, SIGTERM), ::sigismember(&After, SIGTERM));
  EXPECT_EQ(Old.sa_handler, New.sa_handler);
}

} // namespace
