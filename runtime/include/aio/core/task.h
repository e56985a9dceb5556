// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task<T>: a future that drives a coroutine; parking, cancellation and the awaiters of futures.
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <vector>

#include <aio/core/future.h>

namespace aio {

namespace detail {

/// Decides, when the step of a parked task comes, whether what it waited for is still there.
class step_gate {
public:
  /// Returns false after having parked the task again.
  virtual bool go_on() = 0;

protected:
  ~step_gate() = default;
};

/// The state behind every task, without its value.
class task_core : public future_core, public ready_entry, public task_hook {
public:
  /// Made with two references: the loop's, and one for a handle.
  AIO_IN_THE_FRAME task_core(event_loop &loop, void *slot, std::coroutine_handle<> root, frame_record &record,
                             context_slot &&context, rare_text &&name, const std::source_location &site) noexcept
      : future_core(loop, slot, site, 2), ready_entry(kind::task), root_(root), resume_(root), root_record_(&record),
        leaf_(&record), context_(std::move(context)), name_(std::move(name)), number_(loop.next_task_number()) {
    if (loop.armed() & (instrument_set::steps_shown | static_cast<std::uint32_t>(hook::task_created))) [[unlikely]]
      notify_created(loop);
  }
  AIO_IN_THE_FRAME ~task_core() override {
    if (root_) [[unlikely]]
      root_.destroy();
  }

  task_core *as_task() noexcept override { return this; }
  void check_settable() const override;
  bool cancel(const std::string &message) override;
  int cancelling() const noexcept { return cancels_; }
  int uncancel() noexcept;

  /// Queues the first step, or runs it now if the task starts eagerly.
  void begin(event_loop &owner, bool eager) {
    registered_ = true;
    owner.tasks().push_back(*this);
    if (eager) [[unlikely]]
      step_eagerly();
    else
      schedule_on(owner);
  }
  /// Queues the next step.
  void schedule() noexcept {
    if (event_loop *owner = loop(); owner && !done()) [[likely]]
      schedule_on(*owner);
  }
  /// The same for a task of that loop which is not done.
  void schedule_on(event_loop &owner) noexcept {
    if (owner.hooks() && (&owner != running_loop || owner.instruments().armed(hook::task_scheduled))) [[unlikely]]
      notify_scheduled(owner);
    owner.enqueue(*this);
  }
  void run() override;
  /// Fetches the memory that the next step needs, when it is about to come.
  void prefetch() const noexcept {
    __builtin_prefetch(&resume_, 1);
    __builtin_prefetch(&context_, 1);
  }
  void prefetch_frame() const noexcept {
    const char *frame = static_cast<const char *>(resume_.address());
    __builtin_prefetch(frame, 1);
    __builtin_prefetch(frame + 64, 1);
  }
  /// Runs the next step. The task stays the loop's current one, and its context the thread's, unless it is done: the
  /// caller takes them back.
  AIO_IN_THE_FRAME void step(event_loop &owner) {
    owner.set_current(this);
    running_slot = &context_;
    target_ = nullptr;
    ++steps_;
    if (owner.armed() & at_step_begin) [[unlikely]]
      announce_step(owner, reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)));
    if (started_) [[likely]] {
      if (gate_) {
        if (gate_->go_on()) {
          gate_ = nullptr;
          resume_.resume();
        }
      } else {
        resume_.resume();
      }
    } else if (must_cancel_) {
      root_record_->mark_disposed();
      must_cancel_ = false;
      end_step(owner);
      return;
    } else {
      started_ = true;
      root_record_->mark_started();
      resume_.resume();
    }
    // The loop's reference keeps the task until its last step is over.
    if (root_.done())
      end_step(owner);
    else if (owner.armed() & at_step_end) [[unlikely]]
      announce_end(owner);
  }
  void discard() noexcept override {}

  /// Suspends the task at `at`, waiting on `target` (null: on its own next turn). `leads_on`: the target is a future, has
  /// an owner, or waits for futures in turn.
  void park(std::coroutine_handle<> at, frame_record &leaf, wait_target *target, bool leads_on) noexcept {
    resume_ = at;
    leaf_ = &leaf;
    target_ = target;
    owed_ = must_cancel_;
    if (frame_hooks && (leads_on || leaf.watched())) [[unlikely]]
      notify_parked(leads_on);
  }
  /// Has `gate` asked before the next step.
  void set_gate(step_gate &gate) noexcept { gate_ = &gate; }
  /// Parks again where it was parked, on `target`.
  void park_again(wait_target &target, bool leads_on) noexcept { park(resume_, *leaf_, &target, leads_on); }
  /// Passes a cancellation that was requested before the park on to the target.
  void pass_cancel_down() {
    if (must_cancel_ && target_ && target_->cancel_wait(message_.get()))
      must_cancel_ = false;
  }
  bool must_cancel() const noexcept { return must_cancel_; }
  /// Throws cancelled_error if a request is waiting. Called by every awaiter when it resumes.
  AIO_IN_THE_FRAME void deliver_cancel() {
    if (must_cancel_) [[unlikely]]
      throw cancellation();
  }
  /// The exception for the request that is waiting: it is to be thrown now.
  cancelled_error cancellation();
  /// The same for the cancellation that ended a wait; it counts for a request that is waiting as well.
  cancelled_error cancellation(const std::string &message);

  const std::string &name();
  void set_name(std::string name) {
    if (event_loop *owner = loop())
      owner->touch("task.set_name");
    name_ = std::move(name);
  }
  std::uint64_t number() const noexcept { return number_; }
  /// The number of the task that made it, where somebody looks at the loop's steps; 0 if none did.
  std::uint64_t maker() const noexcept { return maker_; }
  /// The frames of a suspended task, outermost first.
  std::vector<const frame_record *> stack() const;
  frame_record *root_frame() const noexcept { return root_record_; }
  frame_record *leaf_frame() const noexcept { return leaf_; }
  future_core *waiting_for() const noexcept;
  wait_target *parked_on() const noexcept { return target_; }
  context_slot &slot_of_context() noexcept { return context_; }
  bool started() const noexcept { return started_; }
  /// How many steps have begun; wraps around.
  std::uint32_t steps() const noexcept { return steps_; }
  void detach() noexcept { detached_ = true; }
  bool detached() const noexcept { return detached_; }
  /// Says that nobody needs to hear about this task dying while pending.
  void expect_pending_at_end() noexcept { report_pending_ = false; }
  bool expects_pending_at_end() const noexcept { return !report_pending_; }
  /// Says that a gather made it: its caller has no handle, and what becomes of it is the story of who awaits the
  /// gather.
  void set_part_of_gather() noexcept { part_of_gather_ = true; }
  bool part_of_gather() const noexcept { return part_of_gather_; }
  /// Destroys the frames of a task that will never run again.
  void abandon() noexcept;

protected:
  context_slot *report_context() noexcept override { return &context_; }
  /// Moves the result out of the finished frame: the value into its slot, or the exception into `error_`.
  virtual void take_result() = 0;
  std::coroutine_handle<> root_;

private:
  static constexpr std::uint64_t at_step_begin = instrument_set::steps_shown | (hook::step_begins | hook::task_unheld);
  static constexpr std::uint64_t at_step_end = static_cast<std::uint32_t>(hook::step_ends);
  void step_eagerly();
  /// The last step is over.
  void end_step(event_loop &owner);
  AIO_IN_THE_FRAME void finish(event_loop &owner);
  void complete_without_value();
  void notify_created(event_loop &owner) noexcept;
  void announce_step(event_loop &owner, std::uintptr_t frame);
  void announce_end(event_loop &owner);
  void notify_parked(bool leads_on) noexcept;
  void notify_scheduled(event_loop &owner) noexcept;
  void note_cancel_delivered() noexcept;

  std::coroutine_handle<> resume_;
  frame_record *root_record_;
  frame_record *leaf_;
  wait_target *target_ = nullptr;
  step_gate *gate_ = nullptr;
  context_slot context_;
  int cancels_ = 0;
  std::uint32_t steps_ = 0;
  bool must_cancel_ = false;
  bool passing_down_ = false;
  bool owed_ = false; // a request of our own is on its way: the next cancelled_error is its delivery
  bool started_ = false;
  bool registered_ = false;
  bool report_pending_ = true;
  bool part_of_gather_ = false;
  bool detached_ = false;
  rare_text name_;
  std::uint64_t number_;
  std::uint64_t maker_ = 0;
};

template <class T> class task_state final : public task_core {
public:
  /// Takes the frame over.
  task_state(event_loop &loop, coro<T> &body, context_slot &&context, rare_text &&name,
             const std::source_location &site) noexcept
      : task_core(loop, &value_, body.handle(), body.handle().promise(), std::move(context), std::move(name), site) {
    static_cast<void>(body.release());
  }

private:
  void take_result() override {
    auto &promise = std::coroutine_handle<coro_promise<T>>::from_address(root_.address()).promise();
    if (promise.failed()) [[unlikely]]
      error_ = promise.take_error();
    else if constexpr (!std::is_void_v<T>)
      value_.emplace(promise.slot().take());
  }
  [[no_unique_address]] result_slot<T> value_;
};

[[noreturn]] void throw_outside_of_tasks();
/// The task that runs now in this thread; throws runtime_error outside of one.
inline task_core &require_task() {
  event_loop *loop = running_loop;
  if (!loop || !loop->current()) [[unlikely]]
    throw_outside_of_tasks();
  return *loop->current();
}
inline task_core *current_task_or_null() noexcept { return running_loop ? running_loop->current() : nullptr; }
/// True if the running task may wait for it; throws runtime_error outside of a task.
bool awaitable_here(future_core &target);
/// Whether a wait that gives no value ended by a cancellation; `refused`: the future could not be waited for.
bool wait_was_cancelled(future_core &target, task_core *task, bool refused) noexcept;
/// The exception to throw then.
cancelled_error cancellation_of_wait(future_core &target, task_core *task, bool refused);
/// The exception to throw otherwise.
std::exception_ptr failure_of_wait(future_core &target, bool refused);
/// Where the first task that awaits the future does so; line 0 if none does.
std::source_location await_site_of(future_core &awaited) noexcept;
/// Tells instruments that an operation returns while tasks that it waited for run on.
void notify_left_running(const char *operation, std::span<task_core *const> left, const std::exception_ptr &error,
                         const std::source_location &awaited_at) noexcept;

} // namespace detail

/// Waits for a future.
template <class T> class [[nodiscard]] future_awaiter {
public:
  /// Of a future that somebody holds, at least until the task suspends.
  explicit future_awaiter(detail::future_core *core) noexcept : core_(core) {}
  /// Of one that may be the last: its value is moved out then.
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
      // As in asyncio, the error comes with the task's next step.
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

/// What tasks can do besides being futures.
template <class Derived> class task_interface {
public:
  /// The number of cancellations asked for and not withdrawn.
  int cancelling() const { return core().cancelling(); }
  /// Withdraws one request; at zero a request not yet delivered is dropped. Returns what is left.
  int uncancel() const { return core().uncancel(); }
  const std::string &get_name() const { return core().name(); }
  void set_name(std::string name) const { core().set_name(std::move(name)); }
  /// The frames of the suspended task, outermost first.
  std::vector<const frame_record *> get_stack() const { return core().stack(); }
  /// Says that nobody needs to hold or await this task. Its exception, if it fails, is reported all the same.
  void detach() const { core().detach(); }
  /// The task's own context.
  aio::context get_context() const {
    detail::materialise(core().slot_of_context());
    return aio::context(core().slot_of_context());
  }
  detail::task_core &core() const { return static_cast<detail::task_core &>(static_cast<const Derived &>(*this).future_part()); }
};

/// A task without its type.
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

/// A future that drives a coroutine.
///
/// **Cancellation** `cancel()` throws cancelled_error at the innermost await; a coroutine that catches it and goes on
/// has refused. `cancelling()` counts requests, `uncancel()` withdraws one.
/// **Lifetime** the loop holds every task until it is done; a handle is needed only to get at the result.
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
auto create_task(A awaitable, const task_options &options = {}, std::source_location site = std::source_location::current()) {
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
AIO_IN_THE_FRAME task<T> event_loop::make_task(coro<T> &body, const task_options &options, const std::source_location &site) {
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

/// Returns the future itself, or a task made of what else can be awaited.
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
