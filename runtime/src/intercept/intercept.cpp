// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replaces the C library's blocking functions. Each replacement first finds out, without blocking, whether the call
// would block; only then it reports it.
// The C library's headers define some of these functions inline when the compiler optimises.
#ifndef __NO_INLINE__
#define __NO_INLINE__ 1 // NOLINT(bugprone-reserved-identifier): the C library's own switch
#endif

#include "intercept.h"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::atomic<bool (*)()> is_watched{nullptr};
std::atomic<void (*)(const char *)> tell{nullptr};
std::atomic<bool (*)()> mutexes_count{nullptr};
std::atomic<void (*)(const void *)> tell_locked{nullptr};
std::atomic<void (*)(const void *)> tell_unlocked{nullptr};
/// Set while this thread is inside an interceptor or a report.
constinit thread_local bool inside = false;

struct entered {
  entered() noexcept { inside = true; }
  entered(const entered &) = delete;
  entered &operator=(const entered &) = delete;
  ~entered() { inside = false; }
};

bool watched() noexcept {
  if (inside)
    return false;
  auto *ask = is_watched.load(std::memory_order_acquire);
  return ask && ask();
}

void report(const char *function) noexcept {
  if (auto *call = tell.load(std::memory_order_acquire)) {
    const entered guard;
    const int saved = errno;
    call(function);
    errno = saved;
  }
}

/// Announces that this thread now holds a mutex; returns the result of locking it.
int has_locked(int result, const void *mutex) noexcept {
  if (result != 0 || inside)
    return result;
  if (auto *ask = mutexes_count.load(std::memory_order_acquire); ask && ask()) {
    const entered guard;
    tell_locked.load(std::memory_order_relaxed)(mutex);
  }
  return result;
}
void unlocks(const void *mutex) noexcept {
  if (auto *call = tell_unlocked.load(std::memory_order_acquire); call && !inside)
    call(mutex);
}

/// The C library's own name of `write`.
extern "C" ssize_t __write(int, const void *, std::size_t); // NOLINT(bugprone-reserved-identifier)
/// The next definition of a C function after this library. A statically linked program has none; then the process ends
/// with a message.
void *next_or_end(const char *name) noexcept {
  if (void *found = ::dlsym(RTLD_NEXT, name))
    return found;
  static constexpr char text[] =
      "aio: corolint::intercept finds no C library behind it: it cannot be linked into a static program\n";
  static_cast<void>(!__write(2, text, sizeof text - 1));
  ::_exit(127);
}
template <class F> F *next(F *, const char *name) noexcept { return reinterpret_cast<F *>(next_or_end(name)); }
#define REAL(name) static auto *const real = next(&::name, #name)

/// True if a transfer on the descriptor would wait: the descriptor is blocking, not a regular file, and not ready.
bool would_wait(int fd, short events) noexcept {
  const int saved = errno;
  const int flags = ::fcntl(fd, F_GETFL);
  struct stat about{};
  bool waits = false;
  if (flags >= 0 && !(flags & O_NONBLOCK) && ::fstat(fd, &about) == 0 && !S_ISREG(about.st_mode) &&
      !S_ISDIR(about.st_mode)) {
    static auto *const real_poll = next(&::poll, "poll");
    pollfd one{fd, events, 0};
    waits = real_poll(&one, 1, 0) == 0;
  }
  errno = saved;
  return waits;
}

bool stream_would_wait(FILE *stream) noexcept {
  // Data in the buffer needs no system call.
  return stream->_IO_read_ptr >= stream->_IO_read_end && would_wait(::fileno(stream), POLLIN);
}

} // namespace

extern "C" {

void aio_intercept_install(bool (*watched_now)(), void (*report_call)(const char *)) {
  tell.store(report_call, std::memory_order_release);
  is_watched.store(watched_now, std::memory_order_release);
}

void aio_intercept_watch_mutexes(bool (*watched_now)(), void (*locked)(const void *), void (*unlocked)(const void *)) {
  tell_locked.store(locked, std::memory_order_release);
  tell_unlocked.store(unlocked, std::memory_order_release);
  mutexes_count.store(watched_now, std::memory_order_release);
}

// Time.

int nanosleep(const timespec *time, timespec *left) {
  REAL(nanosleep);
  if (time && (time->tv_sec > 0 || time->tv_nsec > 0) && watched())
    report("nanosleep");
  return real(time, left);
}
int clock_nanosleep(clockid_t clock, int flags, const timespec *time, timespec *left) {
  REAL(clock_nanosleep);
  if (watched())
    report("clock_nanosleep");
  return real(clock, flags, time, left);
}
int usleep(useconds_t time) {
  REAL(usleep);
  if (time != 0 && watched())
    report("usleep");
  return real(time);
}
unsigned sleep(unsigned seconds) {
  REAL(sleep);
  if (seconds != 0 && watched())
    report("sleep");
  return real(seconds);
}

// Threads.

int pthread_join(pthread_t thread, void **result) {
  REAL(pthread_join);
  if (watched()) {
    const int tried = ::pthread_tryjoin_np(thread, result);
    if (tried != EBUSY)
      return tried;
    report("pthread_join");
  }
  return real(thread, result);
}
int pthread_mutex_trylock(pthread_mutex_t *mutex) noexcept {
  REAL(pthread_mutex_trylock);
  return has_locked(real(mutex), mutex);
}
int pthread_mutex_lock(pthread_mutex_t *mutex) noexcept {
  REAL(pthread_mutex_lock);
  if (watched()) {
    static auto *const attempt = next(&::pthread_mutex_trylock, "pthread_mutex_trylock");
    const int tried = attempt(mutex);
    if (tried != EBUSY)
      return has_locked(tried, mutex);
    report("pthread_mutex_lock");
  }
  return has_locked(real(mutex), mutex);
}
int pthread_mutex_unlock(pthread_mutex_t *mutex) noexcept {
  REAL(pthread_mutex_unlock);
  unlocks(mutex);
  return real(mutex);
}
int pthread_rwlock_rdlock(pthread_rwlock_t *lock) noexcept {
  REAL(pthread_rwlock_rdlock);
  if (watched()) {
    const int tried = ::pthread_rwlock_tryrdlock(lock);
    if (tried != EBUSY)
      return has_locked(tried, lock);
    report("pthread_rwlock_rdlock");
  }
  return has_locked(real(lock), lock);
}
int pthread_rwlock_wrlock(pthread_rwlock_t *lock) noexcept {
  REAL(pthread_rwlock_wrlock);
  if (watched()) {
    const int tried = ::pthread_rwlock_trywrlock(lock);
    if (tried != EBUSY)
      return has_locked(tried, lock);
    report("pthread_rwlock_wrlock");
  }
  return has_locked(real(lock), lock);
}
int pthread_rwlock_unlock(pthread_rwlock_t *lock) noexcept {
  REAL(pthread_rwlock_unlock);
  unlocks(lock);
  return real(lock);
}
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  REAL(pthread_cond_wait);
  if (watched())
    report("pthread_cond_wait");
  return real(condition, mutex);
}
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const timespec *until) {
  REAL(pthread_cond_timedwait);
  if (watched())
    report("pthread_cond_timedwait");
  return real(condition, mutex, until);
}
int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const timespec *until) {
  REAL(pthread_cond_clockwait);
  if (watched())
    report("pthread_cond_clockwait");
  return real(condition, mutex, clock, until);
}
int sem_wait(sem_t *semaphore) {
  REAL(sem_wait);
  if (watched()) {
    if (::sem_trywait(semaphore) == 0)
      return 0;
    if (errno == EAGAIN)
      report("sem_wait");
  }
  return real(semaphore);
}
int sem_timedwait(sem_t *semaphore, const timespec *until) {
  REAL(sem_timedwait);
  if (watched()) {
    if (::sem_trywait(semaphore) == 0)
      return 0;
    if (errno == EAGAIN)
      report("sem_timedwait");
  }
  return real(semaphore, until);
}
/// std::atomic::wait, std::latch, std::binary_semaphore and std::future block in this system call.
long syscall(long number, ...) noexcept {
  static auto *const real = reinterpret_cast<long (*)(long, ...)>(next_or_end("syscall"));
  std::va_list list;
  va_start(list, number);
  long a[6];
  for (long &each : a)
    each = va_arg(list, long);
  va_end(list);
  if (number == SYS_futex && watched()) {
    const long operation = a[1] & FUTEX_CMD_MASK;
    // The kernel sleeps only if the word still holds the expected value.
    if ((operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET) &&
        __atomic_load_n(reinterpret_cast<int *>(a[0]), __ATOMIC_SEQ_CST) == static_cast<int>(a[2]))
      report("futex");
  }
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// Processes.

pid_t waitpid(pid_t pid, int *status, int options) {
  REAL(waitpid);
  if (!(options & WNOHANG) && watched()) {
    const pid_t tried = real(pid, status, options | WNOHANG);
    if (tried != 0)
      return tried;
    report("waitpid");
  }
  return real(pid, status, options);
}
pid_t wait(int *status) {
  REAL(wait);
  if (watched()) {
    const entered guard;
    const pid_t tried = ::waitpid(-1, status, WNOHANG);
    if (tried != 0)
      return tried;
    inside = false;
    report("wait");
  }
  return real(status);
}
int system(const char *command) {
  REAL(system);
  if (command && watched())
    report("system");
  return real(command);
}
FILE *popen(const char *command, const char *mode) {
  REAL(popen);
  if (watched())
    report("popen");
  return real(command, mode);
}

// Names.

int getaddrinfo(const char *node, const char *service, const addrinfo *hints, addrinfo **result) {
  REAL(getaddrinfo);
  // A numeric address needs no resolver.
  if (node && !(hints && (hints->ai_flags & AI_NUMERICHOST)) && watched())
    report("getaddrinfo");
  return real(node, service, hints, result);
}
hostent *gethostbyname(const char *name) {
  REAL(gethostbyname);
  if (watched())
    report("gethostbyname");
  return real(name);
}

// Files.

int fsync(int fd) {
  REAL(fsync);
  if (watched())
    report("fsync");
  return real(fd);
}
int fdatasync(int fd) {
  REAL(fdatasync);
  if (watched())
    report("fdatasync");
  return real(fd);
}
int flock(int fd, int operation) noexcept {
  REAL(flock);
  if (!(operation & (LOCK_NB | LOCK_UN)) && watched()) {
    const int tried = real(fd, operation | LOCK_NB);
    if (tried == 0 || errno != EWOULDBLOCK)
      return tried;
    report("flock");
  }
  return real(fd, operation);
}

// Waiting for descriptors.

int poll(pollfd *fds, nfds_t count, int timeout) {
  REAL(poll);
  if (timeout != 0 && watched()) {
    const int ready = real(fds, count, 0);
    if (ready != 0)
      return ready;
    report("poll");
  }
  return real(fds, count, timeout);
}
int ppoll(pollfd *fds, nfds_t count, const timespec *timeout, const sigset_t *mask) {
  REAL(ppoll);
  const timespec at_once{};
  if (!(timeout && timeout->tv_sec == 0 && timeout->tv_nsec == 0) && watched()) {
    const int ready = real(fds, count, &at_once, mask);
    if (ready != 0)
      return ready;
    report("ppoll");
  }
  return real(fds, count, timeout, mask);
}
int select(int count, fd_set *reads, fd_set *writes, fd_set *others, timeval *timeout) {
  REAL(select);
  if (!(timeout && timeout->tv_sec == 0 && timeout->tv_usec == 0) && watched()) {
    fd_set copies[3];
    fd_set *given[3] = {reads, writes, others};
    for (int i = 0; i < 3; ++i)
      if (given[i])
        copies[i] = *given[i];
    timeval at_once{};
    if (real(count, reads ? &copies[0] : nullptr, writes ? &copies[1] : nullptr, others ? &copies[2] : nullptr,
             &at_once) == 0)
      report("select");
  }
  return real(count, reads, writes, others, timeout);
}
int epoll_wait(int fd, epoll_event *events, int count, int timeout) {
  REAL(epoll_wait);
  if (timeout != 0 && watched()) {
    const int ready = real(fd, events, count, 0);
    if (ready != 0)
      return ready;
    report("epoll_wait");
  }
  return real(fd, events, count, timeout);
}

// Transfers.

ssize_t read(int fd, void *data, size_t size) {
  REAL(read);
  if (watched() && would_wait(fd, POLLIN))
    report("read");
  return real(fd, data, size);
}
/// With _FORTIFY_SOURCE, calls whose buffer size is known have other names; `real` is the checked version.
// NOLINTBEGIN(bugprone-reserved-identifier)
ssize_t __read_chk(int fd, void *data, size_t size, size_t room) {
  REAL(__read_chk);
  if (watched() && would_wait(fd, POLLIN))
    report("read");
  return real(fd, data, size, room);
}
ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags) {
  REAL(__recv_chk);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLIN))
    report("recv");
  return real(fd, data, size, room, flags);
}
ssize_t __recvfrom_chk(int fd, void *data, size_t size, size_t room, int flags, sockaddr *from, socklen_t *length) {
  REAL(__recvfrom_chk);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLIN))
    report("recvfrom");
  return real(fd, data, size, room, flags, from, length);
}
int __poll_chk(pollfd *fds, nfds_t count, int timeout, size_t room) {
  REAL(__poll_chk);
  if (timeout != 0 && watched()) {
    const int ready = real(fds, count, 0, room);
    if (ready != 0)
      return ready;
    report("poll");
  }
  return real(fds, count, timeout, room);
}
char *__fgets_chk(char *line, size_t room, int size, FILE *stream) {
  REAL(__fgets_chk);
  if (watched() && stream_would_wait(stream))
    report("fgets");
  return real(line, room, size, stream);
}
size_t __fread_chk(void *data, size_t room, size_t size, size_t count, FILE *stream) {
  REAL(__fread_chk);
  if (watched() && stream_would_wait(stream))
    report("fread");
  return real(data, room, size, count, stream);
}
// NOLINTEND(bugprone-reserved-identifier)
ssize_t readv(int fd, const iovec *parts, int count) {
  REAL(readv);
  if (watched() && would_wait(fd, POLLIN))
    report("readv");
  return real(fd, parts, count);
}
ssize_t write(int fd, const void *data, size_t size) {
  REAL(write);
  if (watched() && would_wait(fd, POLLOUT))
    report("write");
  return real(fd, data, size);
}
ssize_t writev(int fd, const iovec *parts, int count) {
  REAL(writev);
  if (watched() && would_wait(fd, POLLOUT))
    report("writev");
  return real(fd, parts, count);
}
ssize_t recv(int fd, void *data, size_t size, int flags) {
  REAL(recv);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLIN))
    report("recv");
  return real(fd, data, size, flags);
}
ssize_t recvfrom(int fd, void *data, size_t size, int flags, sockaddr *from, socklen_t *length) {
  REAL(recvfrom);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLIN))
    report("recvfrom");
  return real(fd, data, size, flags, from, length);
}
ssize_t recvmsg(int fd, msghdr *message, int flags) {
  REAL(recvmsg);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLIN))
    report("recvmsg");
  return real(fd, message, flags);
}
ssize_t send(int fd, const void *data, size_t size, int flags) {
  REAL(send);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLOUT))
    report("send");
  return real(fd, data, size, flags);
}
ssize_t sendto(int fd, const void *data, size_t size, int flags, const sockaddr *to, socklen_t length) {
  REAL(sendto);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLOUT))
    report("sendto");
  return real(fd, data, size, flags, to, length);
}
ssize_t sendmsg(int fd, const msghdr *message, int flags) {
  REAL(sendmsg);
  if (!(flags & MSG_DONTWAIT) && watched() && would_wait(fd, POLLOUT))
    report("sendmsg");
  return real(fd, message, flags);
}
int accept(int fd, sockaddr *peer, socklen_t *length) {
  REAL(accept);
  if (watched() && would_wait(fd, POLLIN))
    report("accept");
  return real(fd, peer, length);
}
int accept4(int fd, sockaddr *peer, socklen_t *length, int flags) {
  REAL(accept4);
  if (watched() && would_wait(fd, POLLIN))
    report("accept4");
  return real(fd, peer, length, flags);
}
int connect(int fd, const sockaddr *peer, socklen_t length) {
  REAL(connect);
  // Connecting to a local socket does not wait; across a network it takes a round trip.
  if (peer && peer->sa_family != AF_UNIX && watched()) {
    const int flags = ::fcntl(fd, F_GETFL);
    int type = 0;
    socklen_t size = sizeof type;
    if (flags >= 0 && !(flags & O_NONBLOCK) && ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
        type == SOCK_STREAM)
      report("connect");
  }
  return real(fd, peer, length);
}

// Streams of the C library.

char *fgets(char *line, int size, FILE *stream) {
  REAL(fgets);
  if (watched() && stream_would_wait(stream))
    report("fgets");
  return real(line, size, stream);
}
ssize_t getline(char **line, size_t *size, FILE *stream) {
  REAL(getline);
  if (watched() && stream_would_wait(stream))
    report("getline");
  return real(line, size, stream);
}
/// The name of getline where the header defines it inline.
ssize_t __getdelim(char **line, size_t *size, int end, FILE *stream) { // NOLINT(bugprone-reserved-identifier)
  REAL(__getdelim);
  if (watched() && stream_would_wait(stream))
    report("getline");
  return real(line, size, end, stream);
}
int fgetc(FILE *stream) {
  REAL(fgetc);
  if (watched() && stream_would_wait(stream))
    report("fgetc");
  return real(stream);
}
int getc(FILE *stream) {
  REAL(getc);
  if (watched() && stream_would_wait(stream))
    report("getc");
  return real(stream);
}
size_t fread(void *data, size_t size, size_t count, FILE *stream) {
  REAL(fread);
  if (watched() && stream_would_wait(stream))
    report("fread");
  return real(data, size, count, stream);
}

} // extern "C"
