// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint ps and corolint pstree: show the tasks of a running process that has
// event loops in debug mode.
#include "Console.h"
#include "Finding.h"
#include "commands/Command.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/JSON.h"
#include <cstddef>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace llvm;

namespace coro {

cl::SubCommand &psCommand() {
  static cl::SubCommand Command(
      "ps", "show the tasks of a live process in debug mode");
  return Command;
}
cl::SubCommand &pstreeCommand() {
  static cl::SubCommand Command(
      "pstree", "show who awaits whom in a live process in debug mode");
  return Command;
}

static cl::opt<int> Process(cl::Positional, cl::desc("PID"), cl::Required,
                            cl::sub(psCommand()), cl::sub(pstreeCommand()),
                            cl::cat(category()));

/// Whether the other end of the socket is process \p Pid: any process may
/// listen under this name. A process of another container has no number here.
static bool isHeldBy(int Socket, int Pid) {
  ucred Peer{};
  socklen_t Size = sizeof Peer;
  return ::getsockopt(Socket, SOL_SOCKET, SO_PEERCRED, &Peer, &Size) == 0 &&
         (Peer.pid == Pid || Peer.pid == 0);
}

/// Asks the process for its tasks: one line of JSON for each loop. Nothing if
/// it does not answer.
static std::optional<std::string> askProcess(int Pid) {
  sockaddr_un Name{};
  Name.sun_family = AF_UNIX;
  std::string Path = "aio-debug-" + std::to_string(Pid);
  // An abstract socket name begins with a zero byte.
  Path.copy(Name.sun_path + 1, sizeof Name.sun_path - 1);
  auto Size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + Path.size());
  int Socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (Socket < 0)
    return std::nullopt;
  timeval Limit{10, 0};
  ::setsockopt(Socket, SOL_SOCKET, SO_RCVTIMEO, &Limit, sizeof Limit);
  std::string Text;
  bool Answered = false;
  if (::connect(Socket, reinterpret_cast<const sockaddr *>(&Name), Size) == 0 &&
      isHeldBy(Socket, Pid)) {
    char Part[4096];
    ssize_t Read = 0;
    while ((Read = sys::RetryAfterSignal(-1, ::read, Socket, &Part[0],
                                         sizeof Part)) > 0)
      Text.append(Part, static_cast<size_t>(Read));
    Answered = Read == 0 && !Text.empty();
  }
  ::close(Socket);
  return Answered ? std::optional(Text) : std::nullopt;
}

/// Explains why a process does not answer.
static std::string whyNoAnswer(int Pid) {
  std::string Who = "process " + std::to_string(Pid);
  struct stat Owner;
  if (Pid <= 0 || ::stat(("/proc/" + std::to_string(Pid)).c_str(), &Owner) != 0)
    return "there is no " + Who;
  if (::geteuid() != 0 && Owner.st_uid != ::geteuid())
    return Who + " is another user's, and answers only its own user";
  return Who +
         " does not answer: no loop of it runs in debug mode (AIO_DEBUG=1)";
}

namespace {
struct Row {
  std::string Cells[6];
};
} // namespace

static void print(const std::vector<Row> &Rows) {
  size_t Widths[6] = {};
  for (const Row &R : Rows)
    for (size_t I = 0; I < 6; ++I)
      Widths[I] = std::max(Widths[I], R.Cells[I].size());
  for (const Row &R : Rows) {
    std::string Line;
    for (size_t I = 0; I < 6; ++I)
      Line += R.Cells[I] + std::string(Widths[I] - R.Cells[I].size() + 2, ' ');
    outs() << StringRef(Line).rtrim() << '\n';
  }
}

static std::string text(const json::Object &O, StringRef Key) {
  return O.getString(Key).value_or("").str();
}
static std::string seconds(const json::Object &O, StringRef Key) {
  return formatv("{0:f2} s", O.getNumber(Key).value_or(0)).str();
}

static void printTable(const json::Array &Tasks) {
  std::vector<Row> Rows{
      {{"task", "state", "age", "busy", "awaited by", "stack"}}};
  for (const json::Value &Each : Tasks) {
    const json::Object *T = Each.getAsObject();
    if (!T)
      continue;
    std::string Stack;
    if (const json::Array *Frames = T->getArray("stack"))
      for (const json::Value &Frame : *Frames)
        if (const json::Object *F = Frame.getAsObject())
          Stack += (Stack.empty() ? "" : " <- ") + text(*F, "function") + " " +
                   text(*F, "file") + ":" +
                   std::to_string(F->getInteger("line").value_or(0));
    Rows.push_back({{text(*T, "task"), text(*T, "state"), seconds(*T, "age"),
                     seconds(*T, "busy"), text(*T, "awaited_by"), Stack}});
  }
  print(Rows);
}

static int show(bool Tree) {
  std::optional<std::string> Answer = askProcess(Process);
  if (!Answer) {
    complain() << whyNoAnswer(Process) << '\n';
    return BadUsage;
  }
  SmallVector<StringRef> Lines;
  StringRef(*Answer).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  int Code = Clean;
  for (StringRef Line : Lines) {
    Expected<json::Value> Loop = json::parse(Line);
    const json::Object *O = Loop ? Loop->getAsObject() : nullptr;
    if (!O) {
      if (!Loop)
        consumeError(Loop.takeError());
      complain() << "process " << Process << " gives no answer that is known\n";
      return NotAnalysed;
    }
    if (Lines.size() > 1)
      outs() << "thread " << O->getInteger("thread").value_or(0) << ":\n";
    if (std::optional<StringRef> Stuck = O->getString("stuck_at")) {
      outs() << "the loop does not come out of the step at " << *Stuck << ": "
             << text(*O, "activity") << '\n';
    } else if (std::optional<StringRef> Error = O->getString("error");
               Tree && Error) {
      complain() << *Error << '\n';
      Code = HasFindings;
    } else if (Tree) {
      outs() << text(*O, "tree");
    } else if (const json::Array *Tasks = O->getArray("tasks")) {
      printTable(*Tasks);
    }
  }
  return Code;
}

int ps(const CompilerFlags &) { return show(/*Tree=*/false); }
int pstree(const CompilerFlags &) { return show(/*Tree=*/true); }

} // namespace coro
