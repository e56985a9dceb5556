// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forks workers, reads what they write, and notices how they end.
#include "project/Worker.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace coro {
namespace {

volatile std::sig_atomic_t Stopped = 0;
void stop(int) { Stopped = 1; }

using Clock = std::chrono::steady_clock;

struct Running {
  pid_t Pid;
  size_t Index;
  std::string Output;
  Clock::time_point Until;
  bool TimedOut = false;
};

bool writeAll(int Fd, const std::string &Text) {
  size_t At = 0;
  while (At < Text.size()) {
    ssize_t N = ::write(Fd, Text.data() + At, Text.size() - At);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    At += static_cast<size_t>(N);
  }
  return true;
}

/// Receives SIGINT, SIGTERM and SIGHUP during its lifetime, but only inside of
/// `wait`. A signal between a test of `Stopped` and the wait would be lost.
class StopSignals {
public:
  StopSignals() {
    Stopped = 0;
    sigset_t Blocked;
    ::sigemptyset(&Blocked);
    struct sigaction Action = {};
    Action.sa_handler = stop;
    for (int I = 0; I < 3; ++I) {
      ::sigaddset(&Blocked, Signals[I]);
      ::sigaction(Signals[I], &Action, &OldActions[I]);
    }
    ::sigprocmask(SIG_BLOCK, &Blocked, &OldMask);
  }
  StopSignals(const StopSignals &) = delete;
  StopSignals &operator=(const StopSignals &) = delete;
  ~StopSignals() {
    for (int I = 0; I < 3; ++I)
      ::sigaction(Signals[I], &OldActions[I], nullptr);
    ::sigprocmask(SIG_SETMASK, &OldMask, nullptr);
  }

  /// Waits for an event or a signal, at most \p Milliseconds unless negative.
  int wait(std::vector<pollfd> &Fds, int Milliseconds) const {
    timespec Time{Milliseconds / 1000, Milliseconds % 1000 * 1000000L};
    return ::ppoll(Fds.data(), Fds.size(), Milliseconds < 0 ? nullptr : &Time,
                   &OldMask);
  }
  /// For a child process: delivers signals again.
  void unblock() const { ::sigprocmask(SIG_SETMASK, &OldMask, nullptr); }

private:
  static constexpr int Signals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction OldActions[3];
  sigset_t OldMask;
};

[[noreturn]] void work(int Fd, size_t Index, pid_t Parent,
                       const StopSignals &Signals,
                       const std::function<void(size_t, const Say &)> &Job) {
  // Die with the parent: if it is killed, nobody else would stop this worker.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != Parent)
    ::_exit(1);
  // Ctrl-C in a terminal reaches this process, too, but the parent decides.
  std::signal(SIGINT, SIG_IGN);
  for (int Signal :
       {SIGTERM, SIGHUP, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP})
    std::signal(Signal, SIG_DFL);
  Signals.unblock();
  // The parent reports the crash; a core file is of no use.
  struct rlimit None = {0, 0};
  ::setrlimit(RLIMIT_CORE, &None);
  // Silences the backtrace that Clang prints when it crashes.
  int Null = ::open("/dev/null", O_WRONLY);
  if (Null >= 0)
    ::dup2(Null, STDERR_FILENO);
  bool Written = true;
  Job(Index, [&](const std::string &Text) { Written &= writeAll(Fd, Text); });
  ::_exit(Written ? 0 : 1);
}

std::string death(int Status) {
  if (WIFSIGNALED(Status))
    return ::strsignal(WTERMSIG(Status));
  if (WIFEXITED(Status) && WEXITSTATUS(Status) != 0)
    return "exit code " + std::to_string(WEXITSTATUS(Status));
  return {};
}

} // namespace

bool runWorkers(size_t Count, unsigned Jobs, unsigned Seconds,
                const std::function<void(size_t, const Say &)> &Job,
                const std::function<void(size_t, const WorkerEnd &)> &Done) {
  const StopSignals Signals;
  const std::chrono::seconds Limit(Seconds);
  std::map<int, Running> Workers; // by the read end of their pipe
  size_t Next = 0;
  const pid_t Self = ::getpid();
  while (!Stopped && (Next < Count || !Workers.empty())) {
    while (Next < Count && Workers.size() < Jobs) {
      auto NotStarted = [&](const char *What) {
        WorkerEnd End;
        End.NotStarted = std::string(What) + ": " + std::strerror(errno);
        Done(Next++, End);
      };
      int Pipe[2];
      if (::pipe2(Pipe, O_CLOEXEC) != 0) {
        NotStarted("cannot make a pipe");
        continue;
      }
      pid_t Pid = ::fork();
      if (Pid == 0) {
        ::close(Pipe[0]);
        work(Pipe[1], Next, Self, Signals, Job);
      }
      const int Reason = errno;
      ::close(Pipe[1]);
      if (Pid < 0) {
        ::close(Pipe[0]);
        errno = Reason;
        NotStarted("cannot start a process");
        continue;
      }
      Workers[Pipe[0]] = {Pid, Next, {}, Clock::now() + Limit, false};
      ++Next;
    }
    if (Workers.empty())
      continue; // no worker could be started
    std::vector<pollfd> Fds;
    Fds.reserve(Workers.size());
    for (const auto &Entry : Workers)
      Fds.push_back({Entry.first, POLLIN, 0});
    int Wait = -1;
    if (Seconds)
      for (auto &Entry : Workers) {
        Running &W = Entry.second;
        auto Left = std::chrono::ceil<std::chrono::milliseconds>(W.Until -
                                                                 Clock::now());
        if (Left.count() <= 0 && !W.TimedOut) {
          // Its output so far is read as if it had crashed.
          W.TimedOut = true;
          ::kill(W.Pid, SIGKILL);
        }
        if (!W.TimedOut && (Wait < 0 || Left.count() < Wait))
          Wait = static_cast<int>(Left.count());
      }
    if (Signals.wait(Fds, Wait) <= 0)
      continue; // a signal, or a worker has used up its time
    for (const pollfd &P : Fds) {
      if (!P.revents)
        continue;
      Running &W = Workers[P.fd];
      char Buffer[65536];
      ssize_t N = ::read(P.fd, Buffer, sizeof Buffer);
      if (N > 0) {
        W.Output.append(Buffer, static_cast<size_t>(N));
        W.Until = Clock::now() + Limit;
        continue;
      }
      if (N < 0 && errno == EINTR)
        continue;
      int Status = 0;
      while (::waitpid(W.Pid, &Status, 0) < 0 && errno == EINTR) {
      }
      ::close(P.fd);
      WorkerEnd End{std::move(W.Output), death(Status), "", W.TimedOut};
      size_t Index = W.Index;
      Workers.erase(P.fd);
      Done(Index, End);
    }
  }
  for (auto &[Fd, W] : Workers) {
    ::kill(W.Pid, SIGKILL);
    ::waitpid(W.Pid, nullptr, 0);
    ::close(Fd);
  }
  return !Stopped;
}

} // namespace coro
