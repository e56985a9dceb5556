// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Executors: threads for blocking functions, and the futures that cross threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <aio/core/sleep.h>

namespace aio {

namespace detail {

/// The state of a thread_future without its value.
class thread_state : public std::enable_shared_from_this<thread_state> {
public:
  enum class phase : unsigned char { pending, running, finished, cancelled };
  virtual ~thread_state();
  bool cancel();
  /// Marks the work as begun; returns false if it was cancelled.
  bool start();
  void finish(std::exception_ptr error);
  /// Throws invalid_state_error if it is done.
  void require_unset() const;
  /// Blocks until done. **Errors** timeout_error after the limit.
  void wait(maybe_duration limit) const;
  bool done() const;
  bool cancelled() const;
  bool running() const;
  std::exception_ptr error() const;
  /// Calls the function when the work is done; at once if it already is.
  void when_done(std::function<void()> callback);

private:
  void settle(phase p, std::exception_ptr error);
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  phase phase_ = phase::pending;
  std::exception_ptr error_;
  std::vector<std::function<void()>> callbacks_;
};

template <class T> class typed_thread_state : public thread_state {
public:
  result_slot<T> slot;
};

} // namespace detail

/// The result of work in another thread.
///
/// **Thread safety** all members may be called from any thread.
/// **Errors** `get` throws what the work threw, or cancelled_error.
/// **Source** docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Future
template <class T> class thread_future {
public:
  using value_type = T;
  thread_future() : state_(std::make_shared<detail::typed_thread_state<T>>()) {}
  explicit thread_future(std::shared_ptr<detail::typed_thread_state<T>> state) : state_(std::move(state)) {}
  /// Blocks until done, and gives the value. Never call it in a loop's thread.
  ///
  /// **Errors** timeout_error after the limit; the work continues.
  T get(maybe_duration limit = {}) const {
    if (auto error = exception(limit))
      std::rethrow_exception(error);
    if constexpr (!std::is_void_v<T>)
      return state_->slot.get();
  }
  /// Blocks like `get`; returns the exception that the work threw, or an empty pointer.
  std::exception_ptr exception(maybe_duration limit = {}) const {
    state_->wait(limit);
    if (state_->cancelled())
      throw cancelled_error();
    return state_->error();
  }
  /// Sets the value of a future that was made by hand. One thread may call it, once.
  ///
  /// **Errors** invalid_state_error if it is done.
  template <class U = T>
    requires(!std::is_void_v<T>)
  void set_result(U &&value) const {
    state_->require_unset();
    state_->slot.emplace(std::forward<U>(value));
    state_->finish(nullptr);
  }
  void set_result() const
    requires std::is_void_v<T>
  {
    state_->require_unset();
    state_->finish(nullptr);
  }
  template <class E> void set_exception(E &&error) const {
    state_->require_unset();
    if constexpr (std::is_same_v<std::remove_cvref_t<E>, std::exception_ptr>)
      state_->finish(std::forward<E>(error));
    else
      state_->finish(std::make_exception_ptr(std::forward<E>(error)));
  }
  /// Cancels work that has not begun; returns whether it is cancelled now.
  bool cancel() const { return state_->cancel(); }
  bool done() const { return state_->done(); }
  bool cancelled() const { return state_->cancelled(); }
  bool running() const { return state_->running(); }
  void when_done(std::function<void()> callback) const { state_->when_done(std::move(callback)); }
  const std::shared_ptr<detail::typed_thread_state<T>> &state() const noexcept { return state_; }

private:
  std::shared_ptr<detail::typed_thread_state<T>> state_;
};

namespace detail {
/// A call that waits for a thread. If an executor drops it, its future is cancelled.
template <class R, class... Parts> class pending_call {
public:
  template <class... As>
  explicit pending_call(std::shared_ptr<typed_thread_state<R>> state, As &&...parts)
      : state_(std::move(state)), parts_(std::in_place, std::forward<As>(parts)...) {}
  pending_call(const pending_call &) = delete;
  pending_call &operator=(const pending_call &) = delete;
  ~pending_call() { state_->cancel(); }
  /// Makes the call. Resets `open` before other threads can see the result.
  void run(std::shared_ptr<const char> &open) {
    if (!state_->start())
      return;
    std::exception_ptr error;
    try {
      const auto call = [](auto &function, auto &...args) -> R { return std::invoke(function, args...); };
      if constexpr (std::is_void_v<R>)
        std::apply(call, *parts_);
      else
        state_->slot.emplace(std::apply(call, *parts_));
    } catch (...) {
      error = std::current_exception();
    }
    parts_.reset();
    open.reset();
    state_->finish(std::move(error));
  }

private:
  std::shared_ptr<typed_thread_state<R>> state_;
  std::optional<std::tuple<Parts...>> parts_;
};
} // namespace detail

/// Runs functions outside of the loop's thread.
class executor {
public:
  virtual ~executor();
  /// Queues the work; work that is dropped instead of run counts as cancelled. **Errors** runtime_error after shutdown.
  virtual void post(std::function<void()> work) = 0;
  /// Accepts no more work; waits for what was queued if `wait` is true.
  virtual void shutdown(bool wait = true) = 0;
  /// Runs `function(args...)` there.
  template <class F, class... Args> auto submit(F &&function, Args &&...args) {
    using result = std::invoke_result_t<std::decay_t<F> &, std::decay_t<Args> &...>;
    static_assert(!is_coro<result>, "coroutines cannot be used with executors");
    thread_future<result> future;
    using call = detail::pending_call<result, std::decay_t<F>, std::decay_t<Args>...>;
    post([item = std::make_shared<call>(future.state(), std::forward<F>(function), std::forward<Args>(args)...),
          open = open_calls_]() mutable { item->run(open); });
    return future;
  }

protected:
  /// True if every submitted call has its result or was dropped.
  bool all_done() const noexcept { return open_calls_.use_count() == 1; }

private:
  std::shared_ptr<const char> open_calls_ = std::make_shared<const char>('\0'); // every open call holds a copy
};

/// A fixed number of threads, started as they are needed.
///
/// **Lifetime** the destructor waits for the queued work, like leaving a `with` block of ThreadPoolExecutor.
/// **Thread safety** post and shutdown may be called from any thread.
class thread_pool_executor final : public executor {
public:
  explicit thread_pool_executor(unsigned max_threads = 0);
  ~thread_pool_executor() override;
  void post(std::function<void()> work) override;
  void shutdown(bool wait = true) override { shutdown(wait, false); }
  /// The same; with `cancel_futures` the work that has not begun is dropped, and its futures are cancelled.
  void shutdown(bool wait, bool cancel_futures);

private:
  struct shared;
  std::shared_ptr<shared> shared_;
  std::vector<std::thread> threads_;
  std::mutex threads_mutex_;
};

namespace detail {
/// Links a loop future with a thread future: completion in one direction, cancellation in the other. The value is moved
/// unless another owner can still ask the thread future for it.
template <bool Shared, class T> void connect(const thread_future<T> &from, const future<T> &to) {
  auto anchor = ref_ptr<loop_anchor>(&to.core().anchor());
  anchor->external_begin();
  to.add_done_callback([from](const any_future &f) {
    if (f.cancelled())
      from.cancel();
  });
  from.when_done([anchor, to, from] {
    const auto deliver = [to, from, anchor] {
      anchor->external_end();
      if (to.done())
        return;
      if (from.cancelled()) {
        to.cancel();
      } else if (auto error = from.state()->error()) {
        to.core().complete(std::move(error));
      } else {
        try {
          if constexpr (Shared && std::is_copy_constructible_v<T>)
            to.slot().emplace(from.state()->slot.get());
          else if constexpr (!std::is_void_v<T>)
            to.slot().emplace(from.state()->slot.take());
          to.core().complete();
        } catch (...) {
          to.core().complete(std::current_exception());
        }
      }
    };
    anchor->post_call(deliver);
  });
}
template <bool Shared, class T> future<T> follow(const thread_future<T> &from, event_loop &loop) {
  future<T> to = loop.create_future<T>();
  connect<Shared>(from, to);
  return to;
}
} // namespace detail

/// Makes a future of the loop that follows a thread future. Cancelling it cancels the work, if that has not begun.
template <class T> future<T> wrap_future(const thread_future<T> &from, event_loop &loop = get_running_loop()) {
  return detail::follow<true>(from, loop);
}
/// Returns a loop future unchanged.
template <class T> future<T> wrap_future(future<T> from) { return from; }

template <class F, class... Args> auto event_loop::run_in_executor(executor *where, F &&function, Args &&...args) {
  check_open();
  touch("run_in_executor");
  executor &target = where ? *where : default_executor();
  return detail::follow<false>(target.submit(std::forward<F>(function), std::forward<Args>(args)...), *this);
}

namespace detail {
/// Awaits on behalf of the caller: reports about the next step name the line of the caller's await, not one of the
/// runtime.
template <class T> struct [[nodiscard]] callers_awaiter : future_awaiter<T> {
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    if (const frame_record *caller = h.promise().parent())
      h.promise().at(caller->await_site());
    future_awaiter<T>::await_suspend(h);
  }
};

template <class R, class F, class... Args> coro<R> run_in_thread(F function, Args... args) {
  auto call = [ctx = copy_context(), f = std::move(function)](auto &...as) mutable -> decltype(auto) {
    return ctx.run(f, as...);
  };
  future<R> done = get_running_loop().run_in_executor(nullptr, std::move(call), std::move(args)...);
  callers_awaiter<R> finished{std::move(done).operator co_await()};
  co_return co_await finished;
}
} // namespace detail

/// Runs `function(args...)` in a thread of the default executor, in a copy of the context in which it is awaited.
///
/// It is a coroutine: nothing runs before it is awaited or becomes a task.
///
/// **Suspends** until the function is done.
/// **Cancellation** ends the await at once; the function continues, and its result is dropped.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.to_thread
template <class F, class... Args> auto to_thread(F &&function, Args &&...args) {
  using result = std::invoke_result_t<std::decay_t<F> &, std::decay_t<Args> &...>;
  static_assert(!is_coro<result>, "coroutines cannot be used with executors");
  return detail::run_in_thread<result, std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function),
                                                                               std::forward<Args>(args)...);
}

/// Starts a coroutine on a loop that runs in another thread.
///
/// **Cancellation** cancelling the thread future cancels the task.
/// **Thread safety** for use outside of the loop's thread.
template <class T>
thread_future<T> run_coroutine_threadsafe(coro<T> body, event_loop &loop,
                                          std::source_location site = std::source_location::current()) {
  thread_future<T> out;
  auto holder = std::make_shared<coro<T>>(std::move(body));
  loop.call_soon_threadsafe([holder, out, &loop, site] {
    try {
      task<T> t = loop.create_task(std::move(*holder), {}, site);
      auto anchor = detail::ref_ptr<detail::loop_anchor>(&loop.anchor());
      out.when_done([t, anchor, out] {
        if (out.cancelled())
          anchor->post_call([t] { t.cancel(); });
      });
      t.add_done_callback([t, out](const any_future &f) {
        if (f.cancelled()) {
          out.cancel();
          return;
        }
        if (!out.state()->start())
          return;
        auto error = f.exception();
        if constexpr (!std::is_void_v<T>)
          if (!error)
            out.state()->slot.emplace(t.slot().take());
        out.state()->finish(std::move(error));
      });
    } catch (...) {
      if (out.state()->start())
        out.state()->finish(std::current_exception());
      throw;
    }
  });
  return out;
}

template <detail::other_awaitable A>
auto run_coroutine_threadsafe(A awaitable, event_loop &loop,
                              std::source_location site = std::source_location::current()) {
  return run_coroutine_threadsafe(detail::as_coro(std::move(awaitable)), loop, site);
}

} // namespace aio
