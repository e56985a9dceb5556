// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Thread futures and the thread pool executor.
#include <aio/core/executor.h>

#include <algorithm>
#include <cstdio>

namespace aio {
namespace detail {

thread_state::~thread_state() = default;

bool thread_state::cancel() {
  const allow_blocking guard;
  {
    std::lock_guard lock(mutex_);
    if (phase_ == phase::cancelled)
      return true;
    if (phase_ != phase::pending)
      return false;
  }
  settle(phase::cancelled, nullptr);
  return cancelled();
}

bool thread_state::start() {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  if (phase_ != phase::pending)
    return false;
  phase_ = phase::running;
  return true;
}

void thread_state::finish(std::exception_ptr error) { settle(phase::finished, std::move(error)); }

void thread_state::settle(phase p, std::exception_ptr error) {
  std::vector<std::function<void()>> callbacks;
  {
    std::lock_guard lock(mutex_);
    if (phase_ == phase::finished || phase_ == phase::cancelled || (p == phase::cancelled && phase_ != phase::pending))
      return;
    phase_ = p;
    error_ = std::move(error);
    callbacks.swap(callbacks_);
  }
  changed_.notify_all();
  for (auto &callback : callbacks)
    callback();
}

void thread_state::require_unset() const {
  if (done())
    throw invalid_state_error("invalid state: the thread future is done");
}

void thread_state::wait(maybe_duration limit) const {
  std::unique_lock lock(mutex_);
  const auto over = [&] { return phase_ == phase::finished || phase_ == phase::cancelled; };
  if (!limit)
    changed_.wait(lock, over);
  else if (!changed_.wait_for(lock, std::max(duration::zero(), *limit), over))
    throw timeout_error();
}

bool thread_state::done() const {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  return phase_ == phase::finished || phase_ == phase::cancelled;
}
bool thread_state::cancelled() const {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  return phase_ == phase::cancelled;
}
bool thread_state::running() const {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  return phase_ == phase::running;
}
std::exception_ptr thread_state::error() const {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  return error_;
}

void thread_state::when_done(std::function<void()> callback) {
  const allow_blocking guard;
  {
    std::lock_guard lock(mutex_);
    if (phase_ == phase::pending || phase_ == phase::running) {
      callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

} // namespace detail

executor::~executor() = default;

struct thread_pool_executor::shared {
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<std::function<void()>> work;
  unsigned limit = 1;
  unsigned threads = 0;
  unsigned idle = 0;
  bool closed = false;

  void run() {
    const detail::own_thread counted;
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      ready.wait(lock, [&] { return closed || !work.empty(); });
      --idle;
      if (work.empty())
        return;
      {
        std::function<void()> item = std::move(work.front());
        work.pop_front();
        lock.unlock();
        item();
      }
      lock.lock();
    }
  }
};

thread_pool_executor::thread_pool_executor(unsigned max_threads) : shared_(std::make_shared<shared>()) {
  shared_->limit = max_threads ? max_threads : std::min(32U, std::thread::hardware_concurrency() + 4U);
}

thread_pool_executor::~thread_pool_executor() { shutdown(true); }

void thread_pool_executor::post(std::function<void()> work) {
  const detail::allow_blocking guard;
  bool grow = false;
  {
    std::lock_guard lock(shared_->mutex);
    if (shared_->closed)
      throw runtime_error("cannot schedule new futures after shutdown");
    shared_->work.push_back(std::move(work));
    grow = shared_->work.size() > shared_->idle && shared_->threads < shared_->limit;
    if (grow)
      ++shared_->threads;
  }
  if (grow) {
    std::lock_guard lock(threads_mutex_);
    threads_.emplace_back([state = shared_] { state->run(); });
  }
  shared_->ready.notify_one();
}

void thread_pool_executor::shutdown(bool wait, bool cancel_futures) {
  // If no work is left, this only waits for the threads to exit.
  std::optional<detail::allow_blocking> guard;
  if (all_done())
    guard.emplace();
  std::deque<std::function<void()>> dropped;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->closed = true;
    if (cancel_futures)
      dropped.swap(shared_->work);
  }
  dropped.clear();
  shared_->ready.notify_all();
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(threads_mutex_);
    threads.swap(threads_);
  }
  for (std::thread &thread : threads) {
    if (wait && thread.get_id() != std::this_thread::get_id())
      thread.join();
    else
      thread.detach();
  }
}

coro<void> event_loop::shutdown_default_executor(maybe_duration limit) {
  touch("shutdown_default_executor");
  executor_shut_down_ = true;
  const std::shared_ptr<executor> pool = executor_;
  if (!pool)
    co_return;
  // The wait needs a thread of its own: a thread of the pool cannot wait for the pool's end.
  const thread_future<void> gone;
  future<void> done = wrap_future(gone, *this);
  struct own_waiter {
    std::thread thread;
    // The loop may be stopped before that, and this frame destroyed.
    ~own_waiter() {
      if (thread.joinable())
        thread.detach();
    }
  } joiner{std::thread([pool, gone] {
    const detail::own_thread counted;
    pool->shutdown(true);
    gone.state()->finish(nullptr);
  })};
  // A future of its own: the call that sets it may already be on its way when this coroutine is cancelled.
  const future<void> over = create_future<void>();
  const auto end_wait = [over] {
    if (!over.done())
      over.set_result();
  };
  done.add_done_callback(end_wait);
  timer_handle timer;
  if (limit)
    timer = call_later(*limit, end_wait);
  try {
    co_await over;
  } catch (...) {
    timer.cancel();
    done.cancel(); // no task waits for it any more
    throw;
  }
  timer.cancel();
  if (done.done()) {
    // The thread has done its work; this only waits for its exit.
    const detail::allow_blocking guard;
    joiner.thread.join(); // NOLINT(coro-blocking-call): it has ended
    co_return;
  }
  done.cancel();
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%g", std::chrono::duration<double>(*limit).count());
  warn("the executor did not finish joining its threads within " + std::string(seconds) + " seconds");
  pool->shutdown(false);
}

} // namespace aio
