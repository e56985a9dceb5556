// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requests another thread's stack by a signal. SIGURG is ignored by default, so one that arrives late does no harm.
#include "stack_sample.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <mutex>

#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <aio/core/frame_birth.h>

#include "origin.h"

namespace aio::debug {

namespace {

/// One request at a time; the signal handler only stores.
struct question {
  enum state : int { none, asked, answering, answered };
  static constexpr unsigned depth = 24;
  std::atomic<int> state{none};
  pid_t thread = 0;
  std::uintptr_t end = 0;
  const void *pcs[depth] = {};
  unsigned count = 0;
};
constinit question the_question{};

#if defined(__x86_64__) || defined(__aarch64__)
struct registers {
  std::uintptr_t pc, frame, stack;
};
registers registers_of(const ucontext_t &context) noexcept {
#if defined(__x86_64__)
  const auto at = [&](int reg) { return static_cast<std::uintptr_t>(context.uc_mcontext.gregs[reg]); };
  return {at(REG_RIP), at(REG_RBP), at(REG_RSP)};
#else
  return {context.uc_mcontext.pc, context.uc_mcontext.regs[29], context.uc_mcontext.sp};
#endif
}

/// Runs in the requested thread. Reads only addresses of its own stack.
[[gnu::no_sanitize("address", "thread", "undefined")]] void answer(int, siginfo_t *, void *context) {
  const int error = errno;
  question &q = the_question;
  int expected = question::asked;
  if (q.thread == static_cast<pid_t>(::syscall(SYS_gettid)) &&
      q.state.compare_exchange_strong(expected, question::answering, std::memory_order_acquire)) {
    const registers now = registers_of(*static_cast<const ucontext_t *>(context));
    // Plus one, because places_at expects return addresses.
    q.pcs[0] = reinterpret_cast<const void *>(now.pc + 1);
    q.count = 1;
    const std::uintptr_t step = detail::births ? detail::births->step_frame : 0;
    const std::uintptr_t loop = detail::births ? detail::births->loop_frame : 0;
    std::uintptr_t below = now.stack;
    std::uintptr_t frame = now.frame;
    unsigned count = 1;
    while (count < question::depth && frame >= below && frame % sizeof(void *) == 0 &&
           frame + 2 * sizeof(void *) <= q.end) {
      if (frame == step || frame == loop) {
        // The chain of frames is unbroken, so all of it is valid.
        q.count = count;
        break;
      }
      const auto *words = reinterpret_cast<const std::uintptr_t *>(frame);
      q.pcs[count++] = reinterpret_cast<const void *>(words[1]);
      below = frame + 2 * sizeof(void *);
      frame = words[0];
    }
    q.state.store(question::answered, std::memory_order_release);
  }
  errno = error;
}
#endif

} // namespace

std::vector<place> stack_of(pid_t thread, std::uintptr_t end) {
#if defined(__x86_64__) || defined(__aarch64__)
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  struct sigaction before{};
  if (::sigaction(SIGURG, nullptr, &before) != 0 || (before.sa_flags & SA_SIGINFO) != 0 ||
      (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN))
    return {};
  struct sigaction ours{};
  ours.sa_sigaction = answer;
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigfillset(&ours.sa_mask);
  if (::sigaction(SIGURG, &ours, nullptr) != 0)
    return {};
  question &q = the_question;
  q.thread = thread;
  q.end = end;
  q.state.store(question::asked, std::memory_order_release);
  if (::syscall(SYS_tgkill, ::getpid(), thread, SIGURG) == 0) {
    // Does not wait long for a thread that is not scheduled or blocks the signal.
    const timespec moment{0, 100'000};
    for (int i = 0; i < 200 && q.state.load(std::memory_order_acquire) == question::asked; ++i)
      ::nanosleep(&moment, nullptr);
  }
  int state = question::asked;
  if (!q.state.compare_exchange_strong(state, question::none, std::memory_order_acquire))
    while (q.state.load(std::memory_order_acquire) == question::answering) {
      // The handler is storing; it needs only a moment.
    }
  struct sigaction now{};
  if (::sigaction(SIGURG, nullptr, &now) == 0 && now.sa_sigaction == answer)
    ::sigaction(SIGURG, &before, nullptr);
  if (q.state.exchange(question::none, std::memory_order_relaxed) != question::answered)
    return {};
  return places_of(q.pcs, q.count);
#else
  static_cast<void>(thread);
  static_cast<void>(end);
  return {};
#endif
}

} // namespace aio::debug
