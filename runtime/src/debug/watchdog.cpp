// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The watchdog's thread, and its reports.
#include "watchdog.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <mutex>
#include <thread>

#include <pthread.h>
#include <sys/syscall.h>

#include <pitfalls/Pitfall.h>

#include <aio/core/event_loop.h>
#include <aio/debug/report.h>

#include "inspector.h"
#include "origin.h"
#include "settings.h"
#include "stack_sample.h"

namespace aio::debug {

namespace {

std::atomic<std::uint32_t> tick_count{0};
constinit thread_local bool is_the_dog = false;

struct dog {
  /// How long the thread stays without loops: starting a thread takes longer than many loops run.
  static constexpr int ticks_without_loops = 50;

  std::mutex mutex;
  std::condition_variable changed;
  detail::intrusive_list<watched_loop> loops;
  std::thread thread;
  inspector visitors;
  bool awake = false; // the thread exists and has not decided to end
  bool stop = false;

  void run() {
    is_the_dog = true;
    std::unique_lock lock(mutex);
    for (int alone = 0; !stop && alone < ticks_without_loops;) {
      changed.wait_for(lock, watched_loop::tick);
      if (loops.empty()) {
        ++alone;
        continue;
      }
      alone = 0;
      tick_count.fetch_add(1, std::memory_order_relaxed);
      for (watched_loop *loop = loops.front(); loop; loop = loops.next(*loop))
        loop->look();
      visitors.look(loops);
    }
    awake = false;
  }
  void end() noexcept {
    std::thread last;
    {
      const std::lock_guard lock(mutex);
      if (!loops.empty() || !thread.joinable())
        return;
      stop = true;
      last = std::move(thread);
    }
    changed.notify_all();
    last.join();
    const std::lock_guard lock(mutex);
    stop = false;
  }
};

/// Never destroyed, because a loop may run until the end of the process.
dog &the_dog() {
  static dog *const one = [] {
    // The child of a fork has none of the parent's threads, and needs a socket of its own. A report handler that forks
    // runs in the watchdog's thread, which holds the lock.
    ::pthread_atfork(
        [] {
          if (!is_the_dog)
            the_dog().mutex.lock();
        },
        [] {
          if (!is_the_dog)
            the_dog().mutex.unlock();
        },
        [] {
          dog &d = the_dog();
          while (d.loops.pop_front()) {
          }
          // Neither joined nor detached, because the thread is the parent's.
          std::construct_at(&d.thread);
          d.awake = false;
          detail::own_threads.store(0, std::memory_order_relaxed);
          d.visitors.forget();
          if (!is_the_dog)
            d.mutex.unlock();
        });
    return new dog; // NOLINT(cppcoreguidelines-owning-memory): see above
  }();
  return *one;
}

/// Ends the thread when the program ends, or when the library with its code is unloaded.
struct keeper {
  keeper() = default;
  keeper(const keeper &) = delete;
  keeper &operator=(const keeper &) = delete;
  ~keeper() { the_dog().end(); }
};

const char *name_of_call(long number) noexcept {
  switch (number) {
  case SYS_read:
    return "read";
  case SYS_write:
    return "write";
  case SYS_poll:
    return "poll";
  case SYS_select:
    return "select";
  case SYS_nanosleep:
    return "nanosleep";
  case SYS_clock_nanosleep:
    return "clock_nanosleep";
  case SYS_connect:
    return "connect";
  case SYS_accept:
    return "accept";
  case SYS_accept4:
    return "accept4";
  case SYS_sendto:
    return "sendto";
  case SYS_recvfrom:
    return "recvfrom";
  case SYS_sendmsg:
    return "sendmsg";
  case SYS_recvmsg:
    return "recvmsg";
  case SYS_wait4:
    return "wait4";
  case SYS_waitid:
    return "waitid";
  case SYS_futex:
    return "futex";
  case SYS_fsync:
    return "fsync";
  case SYS_fdatasync:
    return "fdatasync";
  case SYS_flock:
    return "flock";
  case SYS_openat:
    return "openat";
  case SYS_epoll_wait:
    return "epoll_wait";
  case SYS_ppoll:
    return "ppoll";
  default:
    return nullptr;
  }
}

} // namespace

std::string activity_of_text(const std::string &text) {
  if (text.empty())
    return "unknown";
  if (text.starts_with("running"))
    return "running";
  const long number = std::strtol(text.c_str(), nullptr, 10);
  const char *name = name_of_call(number);
  return "in the system call " + (name ? "'" + std::string(name) + "'" : std::to_string(number));
}

std::string activity_of(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/syscall");
  std::string text;
  std::getline(file, text);
  return activity_of_text(text);
}

constinit processor_clock processor_time = []() noexcept -> std::chrono::nanoseconds {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
};
constinit thread_local watched_loop *watched_loop::here = nullptr;
constinit thread_local std::atomic<unsigned> slow_step_allowances{0};

std::string watched_loop::forgive() {
  const std::uint32_t ticks = ticks_of_this_step();
  forgiven_.store(forgiven() + ticks, std::memory_order_relaxed);
  forgiven_step_.store(steps(), std::memory_order_release);
  const auto spent = ticks * tick;
  return spent < std::chrono::nanoseconds(limit.load(std::memory_order_relaxed))
             ? std::string()
             : "a part of a step took " + std::to_string(spent.count()) + " ms";
}

namespace {
constinit thread_local time_out::sum taken_in_thread{};
constinit thread_local unsigned open_time_outs = 0;

time_out::sum clocks() noexcept { return {std::chrono::steady_clock::now().time_since_epoch(), processor_time()}; }
} // namespace

time_out::time_out() noexcept : loop_(watched_loop::here) {
  if (open_time_outs++ == 0)
    began_ = clocks();
  if (loop_)
    loop_->own_time.fetch_add(1, std::memory_order_relaxed);
}

time_out::~time_out() {
  if (loop_)
    loop_->own_time.fetch_sub(1, std::memory_order_relaxed);
  if (--open_time_outs != 0)
    return;
  const sum now = clocks();
  taken_in_thread.passed += now.passed - began_.passed;
  taken_in_thread.of_processor += now.of_processor - began_.of_processor;
}

time_out::sum time_out::taken() noexcept { return taken_in_thread; }

void watched_loop::look() noexcept {
  set_clock(watchdog::ticks() + 1);
  if (own_time.load(std::memory_order_relaxed) != 0)
    return;
  const std::uint64_t now = steps();
  if (instruments) {
    instruments->arm(hook::before_io_wait); // for detectors that look at intervals
    if (now % 2 != 0)
      instruments->arm(hook::step_ends | hook::callback_ends); // the end of a step with a tick in it
  }
  if (now % 2 == 0) {
    seen_.store(now, std::memory_order_relaxed);
    return;
  }
  if (now != seen_.load(std::memory_order_relaxed)) {
    looks_.store(1, std::memory_order_relaxed);
    seen_.store(now, std::memory_order_release);
    report_at_ = 0;
    told_by_us_ = false;
    return;
  }
  const std::uint32_t looks = looks_.load(std::memory_order_relaxed);
  looks_.store(looks + 1, std::memory_order_relaxed);
  const std::uint32_t counted = looks - std::min(forgiven(), looks);
  const auto spent = counted * tick;
  if (report_at_ == 0)
    report_at_ = static_cast<std::uint32_t>(std::chrono::nanoseconds(limit.load(std::memory_order_relaxed)) / tick) + 1;
  if (counted < report_at_ || (allowances && allowances->load(std::memory_order_relaxed) != 0))
    return;
  report_at_ *= 2;
  // Another rule may have reported the cause.
  if (told_.load(std::memory_order_relaxed) == now && !told_by_us_)
    return;
  try {
    place at(step_at());
    const std::string activity = activity_of(thread);
    std::vector<note> notes;
    if (activity == "running" && thread != 0) {
      const std::vector<place> stack = stack_of(thread, stack_end);
      // A callback has no line of its own: the innermost line of its stack is used.
      const bool nowhere = !at.known() && !stack.empty();
      if (nowhere)
        at = stack.front();
      for (std::size_t i = nowhere ? 1 : 0; i < stack.size() && i < 4; ++i)
        notes.push_back({stack[i], (i == 0 ? "it computes here, in '" : "called by way of '") +
                                       short_name(stack[i].function) + "'"});
    }
    report what{std::string(::coro::pitfalls::SlowStep.Id),
                "the loop is stuck in one step for " + std::to_string(spent.count()) + " ms so far, " +
                    (activity == "running" ? "computing" : activity),
                std::move(at), std::move(notes)};
    if (counts(what)) {
      told_.store(now, std::memory_order_relaxed);
      told_by_us_ = true;
    }
    emit(std::move(what));
  } catch (...) {
    // No memory for the report: the next look tries again.
  }
}

void watchdog::watch(watched_loop &loop) {
  dog &d = the_dog();
  loop.thread = static_cast<pid_t>(::syscall(SYS_gettid));
  loop.stack_end = debug::stack_end();
  loop.allowances = &slow_step_allowances;
  watched_loop::here = &loop;
  loop.set_clock(watchdog::ticks() + 1); // 0 means that there is no clock
  static const keeper keeps;
  const std::lock_guard lock(d.mutex);
  d.loops.push_back(loop);
  if (d.awake)
    return;
  if (d.thread.joinable())
    d.thread.join(); // it has released the lock and will not take it again
  // Counted before it starts, so that it never counts as an unknown thread.
  d.thread = std::thread([&d, counted = detail::own_thread()] { d.run(); });
  d.awake = true;
}

void watchdog::forget(watched_loop &loop) noexcept {
  if (watched_loop::here == &loop)
    watched_loop::here = nullptr;
  dog &d = the_dog();
  const std::lock_guard lock(d.mutex);
  static_cast<detail::list_hook &>(loop).unlink();
}

std::uint32_t watchdog::ticks() noexcept { return tick_count.load(std::memory_order_relaxed); }

} // namespace aio::debug
