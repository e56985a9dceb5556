// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Polls the pipes of both sides and the run logs in one loop.
#include "editor/Relay.h"
#include "editor/FileWatch.h"
#include "editor/Filter.h"
#include "editor/Framing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace coro {
namespace {

/// The time that a server has to end after it was told to.
constexpr std::chrono::seconds Grace(5);
/// The most bytes that may wait for one side. Beyond it, the other side is not
/// read.
constexpr size_t Crowded = size_t(64) << 20;

int SignalPipe[2] = {-1, -1};

void noteSignal(int) {
  int Saved = errno;
  // If the pipe is full, the loop wakes up anyway.
  [[maybe_unused]] ssize_t N = ::write(SignalPipe[1], "", 1);
  errno = Saved;
}

bool makePipe(int (&Ends)[2]) { return ::pipe2(Ends, O_CLOEXEC) == 0; }

/// Writes as much as it can without waiting, and removes it from \p Text; false
/// if the reader has closed the pipe.
bool writeSome(int Fd, std::string &Text) {
  ssize_t N = ::send(Fd, Text.data(), Text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // A pipe that poll() calls writable takes this many bytes without waiting. It
  // stays blocking, because standard error may share its state.
  if (N < 0 && errno == ENOTSOCK)
    N = ::write(Fd, Text.data(), std::min<size_t>(Text.size(), PIPE_BUF));
  if (N < 0)
    return errno == EAGAIN || errno == EINTR;
  Text.erase(0, static_cast<size_t>(N));
  return true;
}

enum class Input { Some, None, Ended };

Input readSome(int Fd, std::string &Text) {
  char Buffer[1 << 16];
  ssize_t N = ::read(Fd, Buffer, sizeof Buffer);
  if (N > 0)
    Text.assign(Buffer, static_cast<size_t>(N));
  return N > 0                                          ? Input::Some
         : N < 0 && (errno == EAGAIN || errno == EINTR) ? Input::None
                                                        : Input::Ended;
}

std::string howItEnded(int Status) {
  if (WIFSIGNALED(Status))
    return std::string("killed by signal ") + std::to_string(WTERMSIG(Status)) +
           " (" + ::strsignal(WTERMSIG(Status)) + ")";
  return "ended with status " + std::to_string(WEXITSTATUS(Status));
}

class Loop {
public:
  Loop(StringRef Name, const std::vector<std::string> &RunLogs, pid_t Child,
       int ToChild, int FromChild)
      : Name(Name), Child(Child), ToChild(ToChild), FromChild(FromChild),
        F({[this](StringRef M) { ForClient += frame(M); },
           [this](StringRef M) { ForServer += frame(M); },
           [this](StringRef Line) { log(Line); },
           [this](StringRef Path) { Logs.add(Path); }},
          RunLogs) {
    for (const std::string &Log : RunLogs)
      Logs.add(Log);
  }

  int run();

private:
  void log(StringRef Line) { errs() << Name << ": " << Line << '\n'; }
  void clientGone();
  void turn(int Milliseconds);
  int end();

  StringRef Name;
  pid_t Child;
  int ToChild, FromChild;
  bool FromClient = true, ToClient = true, ServerThere = true;
  std::string ForClient, ForServer;
  MessageReader Client, Server;
  FileWatch Logs;
  Filter F;
  std::optional<std::chrono::steady_clock::time_point> Deadline;
};

/// The client has ended: closes the input of the server, and gives it some
/// time.
void Loop::clientGone() {
  FromClient = false;
  if (!Deadline)
    Deadline = std::chrono::steady_clock::now() + Grace;
}

void Loop::turn(int Milliseconds) {
  enum { In, Out, ServerIn, ServerOut, Signals, Changes, Count };
  pollfd Fds[Count];
  auto Watch = [&](int Index, int Fd, bool Wanted, short Events) {
    Fds[Index] = {Wanted ? Fd : -1, Events, 0};
  };
  Watch(In, STDIN_FILENO, FromClient && ForServer.size() < Crowded, POLLIN);
  Watch(Out, STDOUT_FILENO, ToClient && !ForClient.empty(), POLLOUT);
  Watch(ServerIn, ToChild, !ForServer.empty(), POLLOUT);
  Watch(ServerOut, FromChild, ServerThere && ForClient.size() < Crowded,
        POLLIN);
  Watch(Signals, SignalPipe[0], true, POLLIN);
  Watch(Changes, Logs.descriptor(), Logs.descriptor() >= 0, POLLIN);
  if (::poll(Fds, Count, Milliseconds) <= 0)
    return;

  std::string Bytes;
  auto Problem = [this](StringRef What) { log(What); };
  if (Fds[Signals].revents) {
    readSome(SignalPipe[0], Bytes);
    ::kill(Child, SIGTERM);
    clientGone();
  }
  if (Fds[Changes].revents && Logs.changed())
    F.runLogsChanged();
  if (Fds[In].revents) {
    Input I = readSome(STDIN_FILENO, Bytes);
    if (I == Input::Some)
      Client.feed(Bytes, [&](StringRef M) { F.fromClient(M); }, Problem);
    else if (I == Input::Ended)
      clientGone();
    if (F.exitRequested())
      clientGone();
  }
  if (Fds[ServerOut].revents) {
    Input I = readSome(FromChild, Bytes);
    if (I == Input::Some)
      Server.feed(Bytes, [&](StringRef M) { F.fromServer(M); }, Problem);
    else if (I == Input::Ended)
      ServerThere = false;
  }
  // The client does not read any more, so the server is of no use.
  if (Fds[Out].revents && !writeSome(STDOUT_FILENO, ForClient)) {
    ToClient = false;
    ForClient.clear();
    clientGone();
  }
  if (Fds[ServerIn].revents && !writeSome(ToChild, ForServer))
    ForServer.clear();
}

int Loop::run() {
  while (ServerThere) {
    if (!FromClient && ForServer.empty() && ToChild >= 0) {
      ::close(ToChild);
      ToChild = -1;
    }
    int Wait = -1;
    if (Deadline) {
      auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(
          *Deadline - std::chrono::steady_clock::now());
      if (Left.count() <= 0)
        break;
      Wait = static_cast<int>(Left.count());
    }
    turn(Wait);
    if (!ToClient)
      ForClient.clear();
  }
  return end();
}

int Loop::end() {
  // The server has used up its time, or has closed its output.
  if (ServerThere || FromClient)
    ::kill(Child, SIGKILL);
  int Status = 0;
  while (::waitpid(Child, &Status, 0) < 0 && errno == EINTR) {
  }
  bool Expected = !FromClient;
  if (!Expected) {
    std::string How =
        "the language server has ended unexpectedly: " + howItEnded(Status);
    log(How);
    F.serverDied(Name.str() + ": " + How);
  }
  ServerThere = false;
  FromClient = false;
  for (auto Until = std::chrono::steady_clock::now() + Grace;
       ToClient && !ForClient.empty() &&
       std::chrono::steady_clock::now() < Until;)
    turn(100);
  if (!Expected)
    return 1;
  if (WIFSIGNALED(Status))
    return F.shutdownRequested() ? 0 : 1;
  return WEXITSTATUS(Status);
}

} // namespace

int relay(StringRef Name, const std::vector<std::string> &RunLogs,
          const std::function<int()> &Server) {
  int Down[2], Up[2];
  if (!makePipe(Down) || !makePipe(Up) || !makePipe(SignalPipe)) {
    errs() << Name << ": error: no pipe: " << std::strerror(errno) << '\n';
    return 1;
  }
  errs().flush();
  pid_t Self = ::getpid();
  pid_t Child = ::fork();
  if (Child < 0) {
    errs() << Name << ": error: no process: " << std::strerror(errno) << '\n';
    return 1;
  }
  if (Child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != Self)
      std::_Exit(1); // the parent ended before prctl()
    ::dup2(Down[0], STDIN_FILENO);
    ::dup2(Up[1], STDOUT_FILENO);
    for (int Fd :
         {Down[0], Down[1], Up[0], Up[1], SignalPipe[0], SignalPipe[1]})
      ::close(Fd);
    std::exit(Server());
  }
  ::close(Down[0]);
  ::close(Up[1]);
  ::fcntl(Down[1], F_SETFL, O_NONBLOCK);
  ::fcntl(SignalPipe[1], F_SETFL, O_NONBLOCK);
  std::signal(SIGPIPE, SIG_IGN);
  struct sigaction Note = {};
  Note.sa_handler = noteSignal;
  for (int Signal : {SIGTERM, SIGINT, SIGHUP})
    ::sigaction(Signal, &Note, nullptr);
  return Loop(Name, RunLogs, Child, Down[1], Up[0]).run();
}

} // namespace coro
