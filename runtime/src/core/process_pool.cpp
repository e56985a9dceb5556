// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Worker processes: one thread of the parent talks to each over a socket pair, and watches whether it lives.
#include <aio/core/process_pool.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <unordered_map>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace aio {

namespace {

constexpr const char *worker_flag = "--aio-process-worker";
constexpr int worker_fd = 3;
enum class reply_kind : std::uint8_t { value, error };

struct registry {
  std::unordered_map<std::string, detail::remote_call> calls;
  std::unordered_map<detail::any_function, std::string> names;
};
registry &functions() {
  static registry r;
  return r;
}
std::atomic<bool> main_is_hooked{false};

// A message is its length, then that many bytes. These functions return false if the other side is gone.

bool send_all(int fd, const char *data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::send(fd, data, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool receive_all(int fd, char *data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::recv(fd, data, size, 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool send_message(int fd, const std::string &message) {
  std::string framed;
  process_codec<std::string>::write(framed, message);
  return send_all(fd, framed.data(), framed.size());
}

bool receive_message(int fd, std::string &message) {
  std::uint64_t size = 0;
  if (!receive_all(fd, reinterpret_cast<char *>(&size), sizeof size))
    return false;
  message.resize(size);
  return receive_all(fd, message.data(), size);
}

std::string answer(const std::string &request) {
  std::string reply;
  std::string type;
  std::string what;
  try {
    byte_source in(request);
    const std::string name = process_codec<std::string>::read(in);
    const std::string value = functions().calls.at(name)(in);
    process_codec<reply_kind>::write(reply, reply_kind::value);
    return reply + value;
  } catch (const std::exception &e) {
    type = detail::describe(std::current_exception());
    what = e.what();
    type.resize(type.size() - std::min(type.size(), what.size() + 2));
  } catch (...) {
    type = detail::describe(std::current_exception());
    what = type;
  }
  process_codec<reply_kind>::write(reply, reply_kind::error);
  process_codec<std::string>::write(reply, type);
  process_codec<std::string>::write(reply, what);
  return reply;
}

[[noreturn]] void serve_calls() {
  ::fcntl(worker_fd, F_SETFD, FD_CLOEXEC);
  std::string request;
  while (receive_message(worker_fd, request))
    if (!send_message(worker_fd, answer(request)))
      break;
  // Not exit(): cleanup registered by the program must run only in its original process.
  std::fflush(nullptr);
  ::_exit(0);
}

/// One worker process as its parent sees it.
class worker {
public:
  worker() = default;
  worker(const worker &) = delete;
  worker &operator=(const worker &) = delete;
  ~worker() { stop(); }

  bool running() const noexcept { return pid_ > 0; }
  pid_t pid() const noexcept { return pid_; }
  void launch() {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
      throw std::system_error(errno, std::generic_category(), "socketpair");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    // This clears the copy's close-on-exec flag, even if both numbers are the same.
    ::posix_spawn_file_actions_adddup2(&actions, fds[1], worker_fd);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::string name = "aio-worker";
    std::string flag = worker_flag;
    char *const arguments[] = {name.data(), flag.data(), nullptr};
    const int error = ::posix_spawn(&pid_, "/proc/self/exe", &actions, &attributes, arguments, environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(fds[1]);
    if (error != 0) {
      pid_ = -1;
      ::close(fds[0]);
      throw std::system_error(error, std::generic_category(), "posix_spawn");
    }
    fd_ = fds[0];
    pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  }

  /// Makes one call; returns false if the worker dies before it answers.
  bool call(const std::string &request, std::string &reply) {
    return send_message(fd_, request) && await_reply() && receive_message(fd_, reply);
  }

  /// Waits until a process that has failed is over, and returns how it ended. Kills it if it does not end by itself.
  std::string reap() {
    hang_up();
    pollfd ended = {pid_fd_, POLLIN, 0};
    if (pid_fd_ < 0 || ::poll(&ended, 1, detail::worker_exit_grace_ms.load(std::memory_order_relaxed)) == 0)
      ::kill(pid_, SIGKILL);
    return stop();
  }
  /// Ends the process by closing its socket, and returns how it ended.
  std::string stop() {
    if (!running())
      return {};
    hang_up();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (pid_fd_ >= 0)
      ::close(std::exchange(pid_fd_, -1));
    if (WIFSIGNALED(status))
      return "by signal " + std::to_string(WTERMSIG(status));
    return "with exit code " + std::to_string(WEXITSTATUS(status));
  }

private:
  void hang_up() noexcept {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }
  /// Watches the process as well: a grandchild may keep the other end of the socket open.
  bool await_reply() const {
    for (;;) {
      pollfd watched[2] = {{fd_, POLLIN, 0}, {pid_fd_, POLLIN, 0}};
      if (::poll(watched, pid_fd_ >= 0 ? 2 : 1, -1) < 0) {
        if (errno == EINTR)
          continue;
        return false;
      }
      if (watched[0].revents & POLLIN)
        return true;
      return false;
    }
  }
  pid_t pid_ = -1;
  int fd_ = -1;
  int pid_fd_ = -1;
};

void deliver(const detail::process_job &job, const std::string &reply) {
  try {
    byte_source in(reply);
    if (process_codec<reply_kind>::read(in) == reply_kind::value) {
      job.finish(std::string_view(reply).substr(sizeof(reply_kind)));
    } else {
      std::string type = process_codec<std::string>::read(in);
      job.fail(std::make_exception_ptr(remote_error(std::move(type), process_codec<std::string>::read(in))));
    }
  } catch (...) {
    job.fail(std::current_exception());
  }
}

} // namespace

namespace detail {

std::atomic<int> worker_exit_grace_ms{1000};

process_registration::process_registration(const char *name, any_function function, remote_call call) {
  // Static functions in two files may have the same name; the order of registration is the same in every process.
  std::string unique = name;
  while (functions().calls.count(unique))
    unique += "'";
  functions().names.emplace(function, unique);
  functions().calls.emplace(std::move(unique), std::move(call));
}

const std::string &registered_name(any_function function) {
  const auto found = functions().names.find(function);
  if (found == functions().names.end())
    throw value_error("the function is not registered: use AIO_REGISTER_PROCESS_FUNCTION");
  return found->second;
}

} // namespace detail

void process_worker(int argc, char **argv) {
  main_is_hooked = true;
  if (argc == 2 && std::string_view(argv[1]) == worker_flag)
    serve_calls();
}

struct process_pool_executor::shared : std::enable_shared_from_this<process_pool_executor::shared> {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<detail::process_job> jobs;
  std::vector<std::thread> threads;
  std::vector<const worker *>
      workers; // running ones; a worker leaves before it is reaped, because its process id may be used again
  unsigned limit = 1;
  unsigned idle = 0;
  bool closed = false;
  std::string broken;

  void run() {
    worker process;
    const detail::own_thread counted;
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      changed.wait(lock, [&] { return closed || !jobs.empty() || !broken.empty(); });
      --idle;
      if (jobs.empty() || !broken.empty())
        break;
      detail::process_job job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      std::string trouble;
      if (job.start())
        trouble = perform(process, job);
      job = {};
      lock.lock();
      if (!trouble.empty())
        break_pool(lock, trouble);
    }
    std::erase(workers, &process);
    lock.unlock();
    process.stop();
  }

  /// Makes one call. Returns why the pool is broken, or an empty text. Processes are started and reaped without the
  /// mutex, because `post` takes it on the loop's thread.
  std::string perform(worker &process, const detail::process_job &job) {
    std::string reply;
    std::string trouble;
    try {
      if (!process.running()) {
        process.launch();
        const std::lock_guard lock(mutex);
        // The other workers were killed when the pool broke; this one ends with its thread.
        if (!broken.empty()) {
          job.fail(error_of(broken));
          return {};
        }
        workers.push_back(&process);
      }
      if (process.call(job.request, reply)) {
        deliver(job, reply);
        return {};
      }
      withdraw(process);
      trouble = "a worker process ended " + process.reap();
    } catch (const std::exception &e) {
      trouble = std::string("a worker process could not be used: ") + e.what();
    }
    job.fail(error_of(trouble));
    return trouble;
  }
  /// After this no other thread kills the worker.
  void withdraw(const worker &process) {
    const std::lock_guard lock(mutex);
    std::erase(workers, &process);
  }

  static std::exception_ptr error_of(const std::string &text) {
    return std::make_exception_ptr(broken_process_pool(text));
  }

  /// Fails the waiting jobs, and kills the other workers, whose calls are lost as well.
  void break_pool(std::unique_lock<std::mutex> &lock, const std::string &trouble) {
    if (!broken.empty())
      return;
    broken = trouble;
    for (const worker *w : workers)
      ::kill(w->pid(), SIGKILL);
    std::deque<detail::process_job> lost;
    lost.swap(jobs);
    changed.notify_all();
    lock.unlock();
    for (const detail::process_job &job : lost)
      if (job.start())
        job.fail(error_of(trouble));
    lost.clear();
    lock.lock();
  }
};

process_pool_executor::process_pool_executor(unsigned max_workers) : shared_(std::make_shared<shared>()) {
  if (!main_is_hooked)
    throw runtime_error("main() must call aio::process_worker(argc, argv) before it uses a process pool");
  shared_->limit = max_workers ? max_workers : std::max(1U, std::thread::hardware_concurrency());
}

process_pool_executor::~process_pool_executor() { shutdown(true); }

void process_pool_executor::post(detail::process_job job) {
  const detail::allow_blocking guard;
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->broken.empty())
    throw broken_process_pool(shared_->broken);
  if (shared_->closed)
    throw runtime_error("cannot schedule new futures after shutdown");
  shared_->jobs.push_back(std::move(job));
  if (shared_->jobs.size() > shared_->idle && shared_->threads.size() < shared_->limit)
    shared_->threads.emplace_back([state = shared_] { state->run(); });
  shared_->changed.notify_one();
}

void process_pool_executor::shutdown(bool wait, bool cancel_futures) {
  std::vector<std::thread> threads;
  std::deque<detail::process_job> dropped;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->closed = true;
    threads.swap(shared_->threads);
    if (cancel_futures)
      dropped.swap(shared_->jobs);
  }
  shared_->changed.notify_all();
  for (const detail::process_job &job : dropped)
    job.cancel();
  for (std::thread &thread : threads) {
    if (wait && thread.get_id() != std::this_thread::get_id())
      thread.join();
    else
      thread.detach();
  }
}

} // namespace aio
