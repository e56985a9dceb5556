// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls each intercepted function twice: when it would block, and when it would not. Prints what is reported.
#include "../../../runtime/src/intercept/intercept.h"

#include <atomic>
#include <barrier>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <latch>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <semaphore>
#include <shared_mutex>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>

namespace {

thread_local bool in_step = false;
std::string reported;
std::atomic<int> reports{0};

bool watched() { return in_step; }
void report(const char *function) {
  reported += std::string(reported.empty() ? "" : " ") + function;
  reports.fetch_add(1);
}

/// Runs a function in another thread when the interceptor has reported a call of this one; it ends the call's wait.
class when_reported {
public:
  template <class F>
  explicit when_reported(F end)
      : thread_([end, before = reports.load()] {
          while (reports.load() == before)
            sched_yield();
          end();
        }) {}
  ~when_reported() { thread_.join(); }

private:
  std::thread thread_;
};

int failures = 0;
/// Makes the call in a step; `told` must then be `expected`.
template <class F> void in_a_step(const char *what, const char *expected, std::string &told, F function) {
  told.clear();
  in_step = true;
  function();
  in_step = false;
  if (told == expected)
    return;
  ++failures;
  std::printf("%s: expected '%s', told '%s'\n", what, expected, told.c_str());
}
/// The call must be reported under the name `expected`, or not at all if that is "".
template <class F> void call(const char *what, const char *expected, F function) {
  in_a_step(what, expected, reported, function);
}

struct pipe_ends {
  int fd[2];
  pipe_ends() {
    if (::pipe(fd) != 0)
      std::abort();
  }
  ~pipe_ends() {
    ::close(fd[0]);
    ::close(fd[1]);
  }
  void put() { static_cast<void>(!::write(fd[1], "x\n", 2)); }
  void fill() {
    ::fcntl(fd[1], F_SETFL, O_NONBLOCK);
    char block[4096] = {};
    while (::write(fd[1], block, sizeof block) > 0) {
    }
    while (::write(fd[1], block, 1) > 0) {
    }
    ::fcntl(fd[1], F_SETFL, 0);
  }
  void drain() {
    ::fcntl(fd[0], F_SETFL, O_NONBLOCK);
    char block[65536];
    while (::read(fd[0], block, sizeof block) > 0) {
    }
  }
};
struct socket_pair : pipe_ends {
  socket_pair() {
    ::close(fd[0]);
    ::close(fd[1]);
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fd) != 0)
      std::abort();
  }
  void put_other() { static_cast<void>(!::write(fd[1], "x\n", 2)); }
};
/// A listening socket on a port of its own.
struct listener {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  listener() {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(fd, 8) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0)
      std::abort();
  }
  ~listener() { ::close(fd); }
  int connect() const {
    const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
    static_cast<void>(::connect(peer, reinterpret_cast<const sockaddr *>(&address), sizeof address));
    return peer;
  }
};

void time_calls() {
  const timespec little{0, 1};
  const timespec none{0, 0};
  call("nanosleep", "nanosleep", [&] { ::nanosleep(&little, nullptr); });
  call("nanosleep of nothing", "", [&] { ::nanosleep(&none, nullptr); });
  call("clock_nanosleep", "clock_nanosleep", [&] { ::clock_nanosleep(CLOCK_MONOTONIC, 0, &little, nullptr); });
  call("usleep", "usleep", [] { ::usleep(1); });
  call("usleep of nothing", "", [] { ::usleep(0); });
  call("sleep of nothing", "", [] { ::sleep(0); });
}

void thread_calls() {
  {
    std::binary_semaphore go(0);
    std::thread other([&] { go.acquire(); });
    when_reported release([&] { go.release(); });
    call("pthread_join", "pthread_join", [&] { other.join(); });
  }
  {
    std::atomic<pid_t> id{0};
    std::thread other([&] { id = ::gettid(); });
    // The thread has ended when the kernel does not know its id any more.
    while (id == 0 || ::tgkill(::getpid(), id, 0) == 0)
      sched_yield();
    call("pthread_join of what has ended", "", [&] { other.join(); });
  }
  std::mutex mutex;
  call("an uncontended mutex", "", [&] { const std::lock_guard guard(mutex); });
  {
    std::binary_semaphore held(0), release(0);
    std::thread other([&] {
      const std::lock_guard guard(mutex);
      held.release();
      release.acquire();
    });
    held.acquire();
    when_reported end([&] { release.release(); });
    call("a contended mutex", "pthread_mutex_lock", [&] { const std::lock_guard guard(mutex); });
    other.join();
  }
  std::shared_mutex shared;
  call("an uncontended rwlock", "", [&] {
    {
      const std::shared_lock guard(shared);
    }
    {
      const std::unique_lock guard(shared);
    }
  });
  for (const bool writer : {false, true}) {
    std::binary_semaphore held(0), release(0);
    std::thread other([&] {
      const std::unique_lock guard(shared);
      held.release();
      release.acquire();
    });
    held.acquire();
    when_reported end([&] { release.release(); });
    if (writer)
      call("a contended rwlock, to write", "pthread_rwlock_wrlock", [&] { const std::unique_lock guard(shared); });
    else
      call("a contended rwlock, to read", "pthread_rwlock_rdlock", [&] { const std::shared_lock guard(shared); });
    other.join();
  }
  {
    std::condition_variable condition;
    bool done = false;
    when_reported end([&] {
      const std::lock_guard guard(mutex);
      done = true;
      condition.notify_one();
    });
    call("a condition variable", "pthread_cond_wait", [&] {
      std::unique_lock lock(mutex);
      condition.wait(lock, [&] { return done; });
    });
    call("a condition that is true", "", [&] {
      std::unique_lock lock(mutex);
      condition.wait(lock, [&] { return done; });
    });
    call("a condition variable with a limit", "pthread_cond_clockwait", [&] {
      std::unique_lock lock(mutex);
      condition.wait_for(lock, std::chrono::nanoseconds(1));
    });
  }
  {
    sem_t semaphore;
    ::sem_init(&semaphore, 0, 1);
    call("a free semaphore", "", [&] { ::sem_wait(&semaphore); });
    {
      when_reported end([&] { ::sem_post(&semaphore); });
      call("a taken semaphore", "sem_wait", [&] { ::sem_wait(&semaphore); });
    }
    const timespec past{1, 0};
    call("a taken semaphore with a limit", "sem_timedwait", [&] { ::sem_timedwait(&semaphore, &past); });
  }
  {
    std::promise<int> promise;
    auto future = promise.get_future();
    when_reported end([&] { promise.set_value(1); });
    call("a future", "futex", [&] { static_cast<void>(future.get()); });
  }
  {
    std::promise<int> promise;
    promise.set_value(1);
    auto future = promise.get_future();
    call("a future that is ready", "", [&] { static_cast<void>(future.get()); });
  }
  {
    std::latch latch(1);
    when_reported end([&] { latch.count_down(); });
    call("a latch", "futex", [&] { latch.wait(); });
    call("an open latch", "", [&] { latch.wait(); });
  }
}

void process_calls() {
  const auto child = [](pipe_ends &until) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      char c;
      static_cast<void>(!::read(until.fd[0], &c, 1));
      ::_exit(0);
    }
    return pid;
  };
  {
    pipe_ends gate;
    const pid_t pid = child(gate);
    when_reported end([&] { gate.put(); });
    call("waitpid", "waitpid", [&] { ::waitpid(pid, nullptr, 0); });
  }
  {
    pipe_ends gate;
    child(gate);
    when_reported end([&] { gate.put(); });
    call("wait", "wait", [&] { ::wait(nullptr); });
  }
  {
    pipe_ends gate;
    gate.put();
    const pid_t pid = child(gate);
    siginfo_t info;
    ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    call("waitpid for what has ended", "", [&] { ::waitpid(pid, nullptr, 0); });
  }
  call("waitpid that does not wait", "", [] { ::waitpid(-1, nullptr, WNOHANG); });
  call("system", "system", [] { static_cast<void>(!std::system("true")); });
  FILE *out = nullptr;
  call("popen", "popen", [&] { out = ::popen("true", "r"); });
  ::pclose(out);
}

void name_and_file_calls() {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo *found = nullptr;
  call("getaddrinfo of a number", "", [&] { ::getaddrinfo("127.0.0.1", "80", &hints, &found); });
  ::freeaddrinfo(found);
  call("getaddrinfo", "getaddrinfo", [&] { ::getaddrinfo("localhost", "80", nullptr, &found); });
  char name[] = "/tmp/aio-intercept-XXXXXX";
  const int file = ::mkstemp(name);
  call("a regular file", "", [&] {
    char c;
    static_cast<void>(!::write(file, "x", 1));
    ::lseek(file, 0, SEEK_SET);
    static_cast<void>(!::read(file, &c, 1));
  });
  call("fsync", "fsync", [&] { ::fsync(file); });
  call("fdatasync", "fdatasync", [&] { ::fdatasync(file); });
  call("flock that is free", "", [&] { ::flock(file, LOCK_EX); });
  const int other = ::open(name, O_RDWR);
  {
    when_reported end([&] { ::flock(file, LOCK_UN); });
    call("flock that is taken", "flock", [&] { ::flock(other, LOCK_EX); });
  }
  ::close(file);
  ::close(other);
  ::unlink(name);
}

void poll_calls() {
  pipe_ends quiet;
  pollfd one{quiet.fd[0], POLLIN, 0};
  call("poll that does not wait", "", [&] { ::poll(&one, 1, 0); });
  call("poll", "poll", [&] { ::poll(&one, 1, 1); });
  const timespec little{0, 1};
  call("ppoll", "ppoll", [&] { ::ppoll(&one, 1, &little, nullptr); });
  fd_set set;
  FD_ZERO(&set);
  FD_SET(quiet.fd[0], &set);
  timeval limit{0, 1};
  call("select", "select", [&] { ::select(quiet.fd[0] + 1, &set, nullptr, nullptr, &limit); });
  const int epoll = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, quiet.fd[0], &event);
  call("epoll_wait that does not wait", "", [&] { ::epoll_wait(epoll, &event, 1, 0); });
  call("epoll_wait", "epoll_wait", [&] { ::epoll_wait(epoll, &event, 1, 1); });
  quiet.put();
  call("poll with something there", "", [&] { ::poll(&one, 1, -1); });
  call("epoll_wait with something there", "", [&] { ::epoll_wait(epoll, &event, 1, -1); });
  FD_ZERO(&set);
  FD_SET(quiet.fd[0], &set);
  call("select with something there", "", [&] { ::select(quiet.fd[0] + 1, &set, nullptr, nullptr, nullptr); });
  ::close(epoll);
}

/// A call that reads: without data, with data, and on a non-blocking descriptor.
template <class Ends, class F> void reading(const char *name, F function) {
  {
    Ends ends;
    when_reported end([&] { ends.put(); });
    call(name, name, [&] { function(ends.fd[0]); });
  }
  {
    Ends ends;
    ends.put();
    call(name, "", [&] { function(ends.fd[0]); });
  }
  {
    Ends ends;
    ::fcntl(ends.fd[0], F_SETFL, O_NONBLOCK);
    call(name, "", [&] { function(ends.fd[0]); });
  }
}
/// A call that writes: with no room, and with room.
template <class Ends, class F> void writing(const char *name, F function) {
  {
    Ends ends;
    ends.fill();
    when_reported end([&] { ends.drain(); });
    call(name, name, [&] { function(ends.fd[1]); });
  }
  {
    Ends ends;
    call(name, "", [&] { function(ends.fd[1]); });
  }
}

void transfer_calls() {
  char c = 'x';
  iovec part{&c, 1};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  reading<pipe_ends>("read", [&](int fd) { static_cast<void>(!::read(fd, &c, 1)); });
  reading<pipe_ends>("readv", [&](int fd) { static_cast<void>(!::readv(fd, &part, 1)); });
  reading<socket_pair>("recv", [&](int fd) { ::recv(fd, &c, 1, 0); });
  reading<socket_pair>("recvfrom", [&](int fd) { ::recvfrom(fd, &c, 1, 0, nullptr, nullptr); });
  reading<socket_pair>("recvmsg", [&](int fd) { ::recvmsg(fd, &message, 0); });
  writing<pipe_ends>("write", [&](int fd) { static_cast<void>(!::write(fd, &c, 1)); });
  writing<pipe_ends>("writev", [&](int fd) { static_cast<void>(!::writev(fd, &part, 1)); });
  writing<socket_pair>("send", [&](int fd) { ::send(fd, &c, 1, 0); });
  writing<socket_pair>("sendto", [&](int fd) { ::sendto(fd, &c, 1, 0, nullptr, 0); });
  writing<socket_pair>("sendmsg", [&](int fd) { ::sendmsg(fd, &message, 0); });
  {
    socket_pair quiet;
    call("recv that does not wait", "", [&] { ::recv(quiet.fd[0], &c, 1, MSG_DONTWAIT); });
  }
  listener server;
  for (const bool four : {false, true}) {
    int peer = -1;
    {
      when_reported end([&] { peer = server.connect(); });
      call("accept", four ? "accept4" : "accept",
           [&] { ::close(four ? ::accept4(server.fd, nullptr, nullptr, 0) : ::accept(server.fd, nullptr, nullptr)); });
    }
    ::close(peer);
    peer = server.connect();
    call("accept with somebody there", "", [&] { ::close(::accept(server.fd, nullptr, nullptr)); });
    ::close(peer);
  }
  int peer = -1;
  call("connect", "connect", [&] { peer = server.connect(); });
  ::close(peer);
  call("connect that does not wait", "", [&] {
    peer = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    ::connect(peer, reinterpret_cast<const sockaddr *>(&server.address), sizeof server.address);
  });
  ::close(peer);
}

/// A call that reads from a stream: without data, and with data.
template <class F> void stream_call(const char *name, F function) {
  pipe_ends ends;
  FILE *stream = ::fdopen(::dup(ends.fd[0]), "r");
  {
    when_reported end([&] {
      ends.put();
      ends.put();
    });
    call(name, name, [&] { function(stream); });
  }
  ends.put();
  call(name, "", [&] { function(stream); });
  std::fclose(stream);
}
void stream_calls() {
  char line[2];
  stream_call("fgets", [&](FILE *s) { static_cast<void>(!std::fgets(line, 2, s)); });
  stream_call("getline", [&](FILE *s) {
    char *text = nullptr;
    std::size_t size = 0;
    static_cast<void>(!::getline(&text, &size, s));
    std::free(text);
  });
  stream_call("fgetc", [&](FILE *s) { std::fgetc(s); });
  stream_call("getc", [&](FILE *s) { ::getc(s); });
  stream_call("fread", [&](FILE *s) { static_cast<void>(!std::fread(line, 1, 1, s)); });
}

/// The names of calls in programs that are built with _FORTIFY_SOURCE.
extern "C" {
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, sockaddr *, socklen_t *);
int __poll_chk(pollfd *, nfds_t, int, size_t);
char *__fgets_chk(char *, size_t, int, FILE *);
size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
}
void fortified_calls() {
  char c[2] = {};
  reading<pipe_ends>("read", [&](int fd) { static_cast<void>(!__read_chk(fd, c, 1, sizeof c)); });
  reading<socket_pair>("recv", [&](int fd) { __recv_chk(fd, c, 1, sizeof c, 0); });
  reading<socket_pair>("recvfrom", [&](int fd) { __recvfrom_chk(fd, c, 1, sizeof c, 0, nullptr, nullptr); });
  socket_pair quiet;
  call("recv that does not wait", "", [&] { __recv_chk(quiet.fd[0], c, 1, sizeof c, MSG_DONTWAIT); });
  pollfd one{quiet.fd[0], POLLIN, 0};
  call("poll that does not wait", "", [&] { __poll_chk(&one, 1, 0, sizeof one); });
  call("poll", "poll", [&] { __poll_chk(&one, 1, 1, sizeof one); });
  stream_call("fgets", [&](FILE *s) { static_cast<void>(!__fgets_chk(c, sizeof c, 2, s)); });
  stream_call("fread", [&](FILE *s) { static_cast<void>(!__fread_chk(c, sizeof c, 1, 1, s)); });
}

/// The announcements of locked and unlocked mutexes.
std::string told_of_mutexes;
template <class F> void mutex_call(const char *what, const char *expected, F function) {
  in_a_step(what, expected, told_of_mutexes, function);
}
void mutex_calls() {
  aio_intercept_watch_mutexes(
      watched, [](const void *) { told_of_mutexes += '+'; },
      [](const void *) { told_of_mutexes += in_step ? '-' : '.'; });
  std::mutex mutex;
  mutex_call("a mutex", "+-", [&] { const std::lock_guard guard(mutex); });
  mutex_call("trylock of a free mutex", "+", [&] { static_cast<void>(!mutex.try_lock()); });
  mutex_call("unlock of what trylock took", "-", [&] { mutex.unlock(); });
  {
    std::binary_semaphore held(0), release(0);
    std::thread other([&] {
      const std::lock_guard guard(mutex);
      held.release();
      release.acquire();
    });
    held.acquire();
    mutex_call("trylock of a taken mutex", "", [&] { static_cast<void>(!mutex.try_lock()); });
    call("trylock of a taken mutex", "", [&] { static_cast<void>(!mutex.try_lock()); });
    release.release();
    other.join();
  }
  {
    when_reported end([&] { mutex.unlock(); });
    in_step = false;
    mutex.lock();
    told_of_mutexes.clear();
    // The other thread is in no step. Its unlock is announced all the same, because it may unlock a step's mutex.
    call("a mutex that another thread unlocks", "pthread_mutex_lock", [&] { mutex.lock(); });
  }
  if (told_of_mutexes != ".+") {
    ++failures;
    std::printf("a mutex that another thread unlocks: told '%s'\n", told_of_mutexes.c_str());
  }
  mutex_call("its unlock", "-", [&] { mutex.unlock(); });
  std::recursive_mutex again;
  mutex_call("a recursive mutex", "++--", [&] {
    const std::lock_guard outer(again);
    const std::lock_guard inner(again);
  });
  std::shared_mutex shared;
  mutex_call("a rwlock, to write", "+-", [&] { const std::unique_lock guard(shared); });
  mutex_call("a rwlock, to read", "+-", [&] { const std::shared_lock guard(shared); });
  in_step = false;
  mutex.lock();
  mutex.unlock();
  if (told_of_mutexes.find('+') != std::string::npos && told_of_mutexes != "+-.") {
    ++failures;
    std::printf("outside of steps: told '%s'\n", told_of_mutexes.c_str());
  }
}

} // namespace

int main() {
  aio_intercept_install(watched, report);
  time_calls();
  thread_calls();
  process_calls();
  name_and_file_calls();
  poll_calls();
  transfer_calls();
  stream_calls();
  fortified_calls();
  mutex_calls();
  std::printf("%d wrong\n", failures);
  return failures != 0;
}
