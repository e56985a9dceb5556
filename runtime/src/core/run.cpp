// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runner: starting, shutting down in order, and SIGINT.
#include <aio/core/run.h>

#include <csignal>
#include <typeinfo>

#include <sys/syscall.h>
#include <unistd.h>

namespace aio {

namespace {

/// The loop that SIGINT interrupts. Only the main thread sets it.
std::atomic<detail::loop_anchor *> interrupted_loop{nullptr};

void on_sigint(int) {
  if (detail::loop_anchor *anchor = interrupted_loop.load())
    anchor->interrupt();
}

/// Catches SIGINT in the main thread during one run, unless the program handles it; restores the old handler at the
/// end.
class sigint_guard {
public:
  explicit sigint_guard(event_loop &loop) {
    if (::syscall(SYS_gettid) != ::getpid())
      return;
    if (::sigaction(SIGINT, nullptr, &old_) != 0 || old_.sa_handler != SIG_DFL)
      return;
    interrupted_loop.store(&loop.anchor());
    struct sigaction action{};
    action.sa_handler = on_sigint;
    ::sigemptyset(&action.sa_mask);
    installed_ = ::sigaction(SIGINT, &action, nullptr) == 0;
  }
  sigint_guard(const sigint_guard &) = delete;
  sigint_guard &operator=(const sigint_guard &) = delete;
  ~sigint_guard() {
    if (!installed_)
      return;
    struct sigaction now{};
    if (::sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == on_sigint)
      ::sigaction(SIGINT, &old_, nullptr);
    interrupted_loop.store(nullptr);
  }

private:
  struct sigaction old_{};
  bool installed_ = false;
};

coro<void> wait_for_all(std::vector<any_task> tasks) {
  future<void> over = create_future<void>();
  std::size_t left = tasks.size();
  const done_callback one_less([&] {
    if (--left == 0)
      over.set_result();
  });
  for (const any_task &t : tasks)
    t.add_done_callback(one_less);
  co_await over;
}

void cancel_all_tasks(event_loop &loop) {
  std::vector<any_task> tasks = all_tasks(loop);
  if (tasks.empty())
    return;
  for (const any_task &t : tasks)
    t.cancel();
  loop.run_until_complete(wait_for_all(tasks));
  for (const any_task &t : tasks) {
    if (t.cancelled())
      continue;
    if (auto error = t.exception())
      loop.call_exception_handler({"unhandled exception during run() shutdown", error, t, "task"});
  }
}

} // namespace

runner::runner(run_options options) : options_(std::move(options)) {}

runner::~runner() {
  try {
    close();
  } catch (...) {
    warn("a runner could not be closed: " + detail::describe(std::current_exception()));
  }
}

event_loop &runner::get_loop() {
  if (closed_)
    throw runtime_error("Runner is closed");
  if (!loop_) {
    loop_ = options_.loop_factory ? options_.loop_factory() : std::make_unique<event_loop>();
    if (options_.debug)
      loop_->set_debug(*options_.debug);
    context_ = copy_context();
  }
  return *loop_;
}

void runner::prepare() {
  if (event_loop *running = running_loop_or_null()) {
    running->touch_by_running("aio::runner::run");
    throw runtime_error("Runner.run() cannot be called from a running event loop");
  }
  get_loop();
}

void runner::run_main(const any_task &root) {
  root.core().expect_pending_at_end();
  int interrupts = 0;
  loop_->set_interrupt_handler([&] {
    if (++interrupts == 1 && !root.done()) {
      root.cancel();
      return;
    }
    throw keyboard_interrupt();
  });
  struct reset {
    event_loop &loop;
    ~reset() { loop.set_interrupt_handler({}); }
  } cleanup{*loop_};
  const sigint_guard guard(*loop_);
  try {
    loop_->run_until_done(root);
  } catch (...) {
    // An exit exception of the main task has left the loop already.
    if (root.done() && !root.cancelled())
      root.core().mark_retrieved();
    throw;
  }
  if (root.cancelled() && interrupts > 0 && root.uncancel() == 0)
    throw keyboard_interrupt();
}

void runner::close() {
  if (closed_ || !loop_)
    return;
  if (running_loop_or_null())
    throw runtime_error("a runner cannot be closed while a loop runs");
  closed_ = true;
  struct close_loop {
    std::unique_ptr<event_loop> &loop;
    ~close_loop() {
      try {
        loop->close();
      } catch (...) {
        warn("an event loop could not be closed");
      }
      loop.reset();
    }
  } at_last{loop_};
  cancel_all_tasks(*loop_);
  loop_->run_until_complete(loop_->shutdown_asyncgens());
  // The same limit as in asyncio: a thread that hangs must not keep the process for ever. A virtual clock cannot
  // measure it.
  const event_loop &loop = *loop_;
  const bool real_time = typeid(loop) == typeid(event_loop);
  loop_->run_until_complete(
      loop_->shutdown_default_executor(real_time ? maybe_duration(std::chrono::minutes(5)) : maybe_duration()));
}

} // namespace aio
