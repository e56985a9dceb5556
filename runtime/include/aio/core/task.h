// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task<T>: a future that runs a coroutine; and the awaiter of futures.
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <vector>

#include <aio/core/task_core.h>

namespace aio {

/// Waits for a future.
template <class T> class [[nodiscard]] future_awaiter {
public:
  /// For a future that is held elsewhere, at least until the task suspends.
  explicit future_awaiter(detail::future_core *core) noexcept : core_(core) {}
  /// For a reference that may be the last one: the value is moved out then.
  explicit future_awaiter(detail::ref_ptr<detail::future_core> &&core) noexcept
      : core_(core.get()), held_(std::move(core)), may_move_(true) {}
  bool await_ready() {
    if (!core_)
      throw invalid_state_error("the future is empty");
    if (core_->done())
      return true;
    refused_ = !detail::awaitable_here(*core_);
    return false;
  }
  template <class Promise> void await_suspend(std::coroutine_handle<Promise> h) {
    task_ = detail::running_loop->current();
    if (!held_)
      held_ = detail::ref_ptr<detail::future_core>(core_);
    if (refused_) [[unlikely]] {
      // As in asyncio, the error is thrown in the task's next step.
      task_->park(h, h.promise(), nullptr, false);
      task_->schedule();
      return;
    }
    task_->park(h, h.promise(), core_, true);
    core_->add_entry(*task_);
    task_->pass_cancel_down();
  }
  AIO_IN_THE_FRAME T await_resume() {
    if (!core_->has_value() || refused_ || (task_ && task_->must_cancel())) [[unlikely]] {
      if (detail::wait_was_cancelled(*core_, task_, refused_))
        throw detail::cancellation_of_wait(*core_, task_, refused_);
      std::rethrow_exception(detail::failure_of_wait(*core_, refused_));
    }
    if constexpr (!std::is_void_v<T>) {
      auto &slot = *static_cast<detail::result_slot<T> *>(core_->slot());
      if constexpr (std::is_reference_v<T>) {
        return slot.get();
      } else if constexpr (std::is_copy_constructible_v<T>) {
        if (may_move_ && core_->ref_count() == 1)
          return slot.take();
        return slot.get();
      } else {
        return slot.take();
      }
    }
  }

private:
  detail::future_core *core_;
  detail::ref_ptr<detail::future_core> held_;
  detail::task_core *task_ = nullptr;
  bool may_move_ = false;
  bool refused_ = false;
};

/// The operations of tasks in addition to those of futures.
template <class Derived> class task_interface {
public:
  /// The number of cancellation requests that were not withdrawn.
  int cancelling() const { return core().cancelling(); }
  /// Withdraws one request; at zero a request that was not delivered is dropped. Returns the number that is left.
  int uncancel() const { return core().uncancel(); }
  const std::string &get_name() const { return core().name(); }
  void set_name(const std::string &name) const { core().set_name(name); }
  /// The frames of the suspended task, outermost first.
  std::vector<const frame_record *> get_stack() const { return core().stack(); }
  /// States that the task needs no handle and no await. Its exception, if it fails, is reported all the same.
  void detach() const { core().detach(); }
  /// The task's own context.
  aio::context get_context() const {
    detail::materialise(core().slot_of_context());
    return aio::context(core().slot_of_context());
  }
  detail::task_core &core() const {
    return static_cast<detail::task_core &>(static_cast<const Derived &>(*this).future_part());
  }

private:
  friend Derived;
  task_interface() noexcept = default;
};

/// A task without its value's type.
class any_task : public any_future, public task_interface<any_task> {
public:
  any_task() noexcept = default;
  explicit any_task(detail::task_core &core) : any_future(detail::ref_ptr<detail::future_core>(&core)) {}
  explicit any_task(detail::ref_ptr<detail::future_core> core) noexcept : any_future(std::move(core)) {}
  template <class T> any_task(const task<T> &t) : any_future(t.shared()) {} // NOLINT(google-explicit-constructor)
  using task_interface<any_task>::core;
  detail::future_core &future_part() const { return any_future::core(); }
  template <class F> void add_done_callback(F &&callback) const {
    any_future::add_done_callback(detail::callback_for<any_task>(std::forward<F>(callback)));
  }
  template <class F> void add_done_callback(F &&callback, const aio::context &ctx) const {
    any_future::add_done_callback(detail::callback_for<any_task>(std::forward<F>(callback)), ctx);
  }
};

/// A future that runs a coroutine.
///
/// **Cancellation** `cancel()` throws cancelled_error at the innermost await; a coroutine that catches it and continues
/// has refused. `cancelling()` counts requests, `uncancel()` withdraws one.
/// **Lifetime** the loop holds every task until it is done; a handle is needed only for the result.
/// **Debug mode** discarded-task, swallowed-cancellation.
/// **Source** docs.python.org/3/library/asyncio-task.html
template <class T> class task : public future<T>, public task_interface<task<T>> {
public:
  task() noexcept = default;
  explicit task(detail::ref_ptr<detail::future_core> core) noexcept : future<T>(std::move(core)) {}
  using task_interface<task<T>>::core;
  using task_interface<task<T>>::cancelling;
  detail::future_core &future_part() const { return any_future::core(); }
  /// Makes a cancellation request, with an optional message; returns false if the task is done.
  bool cancel(const std::string &message = {}) const { return future_part().cancel(message); }
  /// Queues `callback(task)`, or `callback()`, for the pass after completion; at once if done.
  template <class F> void add_done_callback(F &&callback) const {
    any_future::add_done_callback(detail::callback_for<task>(std::forward<F>(callback)));
  }
  template <class F> void add_done_callback(F &&callback, const aio::context &ctx) const {
    any_future::add_done_callback(detail::callback_for<task>(std::forward<F>(callback)), ctx);
  }
};

/// Makes a task of the running loop. **Errors** runtime_error if no loop runs; the coroutine is then closed quietly.
template <class T>
task<T> create_task(coro<T> body, const task_options &options = {},
                    std::source_location site = std::source_location::current()) {
  event_loop *loop = running_loop_or_null();
  if (!loop) [[unlikely]] {
    body.close();
    detail::throw_no_running_loop();
  }
  return loop->create_task(std::move(body), options, site);
}
/// The same for anything else that can be awaited: `create_task(queue.get())`.
template <detail::other_awaitable A>
auto create_task(A awaitable, const task_options &options = {},
                 std::source_location site = std::source_location::current()) {
  return create_task(detail::as_coro(std::move(awaitable)), options, site);
}

template <detail::coroutine_function F> task<> create_task(F &&, task_options = {}) {
  detail::refuse_function<F>();
  return {};
}
template <detail::coroutine_function F> task<> event_loop::create_task(F &&, task_options) {
  detail::refuse_function<F>();
  return {};
}

template <class T>
task<T> event_loop::create_task(coro<T> body, const task_options &options, std::source_location site) {
  if (!body)
    detail::refuse_second_await("coroutine");
  struct close_on_error {
    coro<T> &body;
    ~close_on_error() { body.close(); }
  } guard{body};
  check_open();
  touch_to_schedule("create_task");
  if (task_factory_) [[unlikely]]
    return make_task_by_factory(body, options, site);
  return make_task(body, options, site);
}

template <class T>
[[gnu::noinline]] task<T> event_loop::make_task_by_factory(coro<T> &body, task_options options,
                                                           const std::source_location &site) {
  task_factory_(*this, options);
  return make_task(body, options, site);
}

template <class T>
AIO_IN_THE_FRAME inline task<T> event_loop::make_task(coro<T> &body, const task_options &options,
                                                      const std::source_location &site) {
  const bool eager = options.eager_start.value_or(false) && is_running();
  detail::context_slot context = options.context ? (*options.context).slot() : detail::copy_slot();
  auto *state = new detail::task_state<T>(*this, body, std::move(context), detail::rare_text(options.name), site);
  auto result = task<T>(detail::ref_ptr<detail::future_core>::adopt(state));
  state->begin(*this, eager);
  return result;
}

/// The running task. **Errors** runtime_error if no loop runs; empty if the loop runs a plain callback.
any_task current_task();
/// The task that the loop is running now, or an empty handle.
any_task current_task(event_loop &loop);
/// All tasks that are not done, of the running loop or a given one.
std::vector<any_task> all_tasks();
std::vector<any_task> all_tasks(event_loop &loop);

/// Makes every task of the loop start eagerly unless it says otherwise.
void eager_task_factory(event_loop &loop, task_options &options);

/// Returns a future unchanged, and makes a task of any other awaitable.
template <class T>
task<T> ensure_future(coro<T> body, event_loop &loop, std::source_location site = std::source_location::current()) {
  return loop.create_task(std::move(body), {}, site);
}
template <class T> task<T> ensure_future(coro<T> body, std::source_location site = std::source_location::current()) {
  return create_task(std::move(body), {}, site);
}
template <detail::other_awaitable A>
auto ensure_future(A awaitable, event_loop &loop, std::source_location site = std::source_location::current()) {
  return loop.create_task(std::move(awaitable), {}, site);
}
template <detail::other_awaitable A>
auto ensure_future(A awaitable, std::source_location site = std::source_location::current()) {
  return create_task(std::move(awaitable), {}, site);
}
template <class T> future<T> ensure_future(future<T> f) { return f; }
template <class T> task<T> ensure_future(task<T> t) { return t; }
namespace detail {
void require_loop(const any_future &f, event_loop &loop);
}
/// **Errors** value_error if the future belongs to another loop.
template <class T> future<T> ensure_future(future<T> f, event_loop &loop) {
  detail::require_loop(f, loop);
  return f;
}
template <class T> task<T> ensure_future(task<T> t, event_loop &loop) {
  detail::require_loop(t, loop);
  return t;
}

template <class T> T event_loop::run_until_complete(const future<T> &future) {
  detail::require_loop(future, *this);
  run_until_done(future);
  if constexpr (std::is_void_v<T>)
    future.result();
  else if constexpr (std::is_reference_v<T> || std::is_copy_constructible_v<T>)
    return future.result();
  else
    return std::move(future.result());
}

template <class T> T event_loop::run_until_complete(coro<T> main, std::source_location site) {
  if (running_ || detail::running_loop) {
    main.close();
    if (detail::running_loop)
      detail::running_loop->touch_by_running("aio::event_loop::run_until_complete");
    throw runtime_error(running_ ? "This event loop is already running"
                                 : "Cannot run the event loop while another loop is running");
  }
  task<T> root = create_task(std::move(main), {}, site);
  root.core().expect_pending_at_end();
  try {
    run_until_done(root);
  } catch (...) {
    if (root.done() && !root.cancelled())
      root.core().mark_retrieved();
    throw;
  }
  if constexpr (std::is_void_v<T>)
    root.result();
  else if constexpr (std::is_reference_v<T>)
    return root.result();
  else
    return std::move(root.result());
}

} // namespace aio

template <> struct std::hash<aio::any_task> : aio::detail::future_hash {};
template <class T> struct std::hash<aio::task<T>> : aio::detail::future_hash {};
