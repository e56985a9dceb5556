// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The event loop: a ready queue, a timer heap, a thread-safe inbox and a poller, in asyncio's order.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include <aio/core/awaitable.h>
#include <aio/core/blocking.h>
#include <aio/core/coro.h>
#include <aio/core/handle.h>
#include <aio/core/instrument.h>
#include <aio/core/loop_anchor.h>
#include <aio/core/poller.h>
#include <aio/core/step_board.h>
#include <aio/core/task_options.h>

namespace aio {

class any_future;
class any_task;
template <class T = void> class future;
template <class T = void> class task;
class executor;
class process_pool_executor;
struct exception_context;

using exception_handler = std::function<void(event_loop &, const exception_context &)>;

namespace detail {

class task_core;
class generator_core;
struct task_hook : list_hook {};
struct generator_hook : list_hook {};

/// A resource of the loop that has to be closed; it is in the loop's list while it is open.
class open_resource : public list_hook {
public:
  /// What it is, as in "server 127.0.0.1:80".
  virtual std::string describe() const = 0;

protected:
  ~open_resource() = default;
};

/// Called by a loop in debug mode, and by what its tasks share, when another thread may be using it; returns whether
/// one was. Null until a loop is in debug mode.
extern std::atomic<bool (*)(event_loop &, const char *)> foreign_touch;

} // namespace detail

/// Runs tasks and callbacks in one thread.
///
/// **Lifetime** destroying a loop closes it, reports tasks that are still pending, and destroys them.
/// **Thread safety** only `call_soon_threadsafe` and `anchor` may be used from other threads.
/// **Debug mode** every hook of instrument.h is called from here.
/// **Source** docs.python.org/3/library/asyncio-eventloop.html
class event_loop {
public:
  event_loop();
  event_loop(const event_loop &) = delete;
  event_loop &operator=(const event_loop &) = delete;
  virtual ~event_loop();

  // Running.
  /// Runs until `stop`. **Errors** runtime_error if a loop runs in this thread already, or this one is closed.
  void run_forever();
  /// Runs until the coroutine, as a new task, is done; returns its value or throws its exception.
  template <class T> T run_until_complete(coro<T> main, std::source_location site = std::source_location::current());
  template <detail::other_awaitable A>
  auto run_until_complete(A awaitable, std::source_location site = std::source_location::current()) {
    return run_until_complete(detail::as_coro(std::move(awaitable)), site);
  }
  /// Runs until the future is done. **Errors** value_error for another loop's future; runtime_error if stopped early.
  template <class T> T run_until_complete(const future<T> &future);
  /// Makes one pass: one poll, then only the entries that were ready at its start. If nothing is ready it waits, at
  /// most for the given time.
  void run_once(maybe_duration wait = {});
  /// Ends run_forever after the current pass.
  void stop() noexcept {
    touch("stop");
    stopping_ = true;
  }
  bool is_running() const noexcept { return running_; }
  /// Drops everything queued without running it; does not wait for threads.
  ///
  /// **Errors** runtime_error if the loop runs.
  void close();
  bool is_closed() const noexcept { return closed_; }

  // Scheduling.
  /// The loop's clock; monotonic.
  virtual time_point time() const { return std::chrono::steady_clock::now(); }
  /// Calls `function(args...)` in the next pass, in a copy of the current context.
  template <class F, class... Args> handle call_soon(F &&function, Args &&...args);
  /// The same in the given context itself.
  template <class F, class... Args> handle call_soon_in(const context &ctx, F &&function, Args &&...args);
  /// The same from any thread; wakes the loop.
  template <class F, class... Args> handle call_soon_threadsafe(F &&function, Args &&...args);
  template <class F, class... Args> handle call_soon_threadsafe_in(const context &ctx, F &&function, Args &&...args);
  template <class Rep, class Period, class F, class... Args>
  timer_handle call_later(std::chrono::duration<Rep, Period> delay, F &&function, Args &&...args);
  template <detail::number N, class... Rest> timer_handle call_later(N, const Rest &...) {
    detail::refuse_number<N>();
    return {};
  }
  template <class Rep, class Period, class F, class... Args>
  timer_handle call_later_in(const context &ctx, std::chrono::duration<Rep, Period> delay, F &&function,
                             Args &&...args);
  template <class F, class... Args> timer_handle call_at(time_point when, F &&function, Args &&...args);
  template <class F, class... Args>
  timer_handle call_at_in(const context &ctx, time_point when, F &&function, Args &&...args);

  template <class T = void> future<T> create_future(std::source_location site = std::source_location::current());
  /// Makes a task of the coroutine; its first step comes in the next pass.
  ///
  /// **Lifetime** the loop keeps the task alive until it is done, whether or not anyone holds it.
  template <class T>
  task<T> create_task(coro<T> body, const task_options &options = {},
                      std::source_location site = std::source_location::current());
  /// The same for anything else that can be awaited.
  template <detail::other_awaitable A>
  auto create_task(A awaitable, const task_options &options = {},
                   std::source_location site = std::source_location::current()) {
    return create_task(detail::as_coro(std::move(awaitable)), options, site);
  }
  template <detail::coroutine_function F> task<> create_task(F &&, task_options = {});
  void set_task_factory(task_factory factory) {
    touch("set_task_factory");
    task_factory_ = std::move(factory);
  }
  const task_factory &get_task_factory() const noexcept { return task_factory_; }

  // Descriptors.
  /// Calls `function(args...)` once a pass while the descriptor is ready; a second call replaces the first.
  ///
  /// **Errors** runtime_error for the descriptor of a stream; std::system_error for one that cannot be watched.
  template <class F, class... Args> void add_reader(int fd, F &&function, Args &&...args);
  template <class F, class... Args> void add_writer(int fd, F &&function, Args &&...args);
  /// Returns whether there was a callback.
  bool remove_reader(int fd) noexcept;
  bool remove_writer(int fd) noexcept;
  /// A descriptor that becomes readable when the loop has I/O, mail from another thread or a signal, so that another
  /// loop can drive this one by `run_once(0s)`; it belongs to the loop.
  int poll_fd() const noexcept { return poller_.fd(); }
  /// How long the other loop may wait for the descriptor: zero if something is ready, the time to the next timer, or no
  /// limit.
  std::optional<duration> poll_timeout() const;

  // Signals.
  /// Calls `function(args...)` in the loop's thread whenever the signal arrives; a second call replaces the first.
  ///
  /// **Errors** value_error for a number that is no signal; runtime_error if it cannot be caught, or if another loop
  /// has it.
  template <class F, class... Args> void add_signal_handler(int signal, F &&function, Args &&...args);
  /// Restores the default action; returns whether there was a handler. **Errors** value_error.
  bool remove_signal_handler(int signal);

  // Executors.
  /// Runs `function(args...)` on the executor, the default one if null; the future is cancelled lazily.
  template <class F, class... Args> auto run_in_executor(executor *where, F &&function, Args &&...args);
  template <class F, class... Args> auto run_in_executor(std::nullptr_t, F &&function, Args &&...args) {
    return run_in_executor(static_cast<executor *>(nullptr), std::forward<F>(function), std::forward<Args>(args)...);
  }
  /// Runs a registered function in a worker process.
  template <class R, class... Params, class... Args>
  future<R> run_in_executor(process_pool_executor *where, R (*function)(Params...), Args &&...args);
  /// **Errors** runtime_error once `shutdown_default_executor` was called.
  executor &default_executor();
  void set_default_executor(std::shared_ptr<executor> where);
  /// Shuts the default executor down and waits for its work. **Suspends** until its threads are done, or, with a
  /// warning, until the limit; work that still runs then continues unobserved.
  coro<void> shutdown_default_executor(maybe_duration limit = {});

  // Errors, debug.
  void set_exception_handler(exception_handler handler);
  const exception_handler &get_exception_handler() const noexcept { return exception_handler_; }
  /// Passes an exception that no caller can receive to the exception handler, or to the log.
  void call_exception_handler(const exception_context &context);
  static void default_exception_handler(event_loop &loop, const exception_context &context);
  void set_debug(bool on);
  bool get_debug() const noexcept { return debug_; }
  void set_slow_callback_duration(duration limit) noexcept {
    touch("set_slow_callback_duration");
    slow_callback_duration_ = limit;
  }
  duration slow_callback_duration() const noexcept { return slow_callback_duration_; }
  void add_instrument(std::shared_ptr<instrument> item);
  void remove_instrument(const instrument *item) noexcept;

  // Async generators.
  /// Closes all generators that were left half iterated, concurrently.
  coro<void> shutdown_asyncgens();

  // What follows is for the runtime's own parts.
  using task_list = detail::intrusive_list<detail::task_core, detail::task_hook>;
  using generator_list = detail::intrusive_list<detail::generator_core, detail::generator_hook>;
  detail::loop_anchor &anchor() const noexcept { return *anchor_; }
  instrument_set *hooks() const noexcept { return AIO_HOOKS ? hooks_ : nullptr; }
  instrument_set &instruments() noexcept { return instruments_; }
  /// The hooks that are to be called: `instrument_set::armed`.
  hook_set armed() const noexcept { return instruments_.armed(); }
  /// Makes the loop write its steps to a board, which another thread reads; null ends it. Only for loops with an
  /// instrument.
  void show_steps(detail::step_board *board) noexcept;
  detail::step_board *board() const noexcept { return board_; }
  /// The same, but null inside of a step that began in another one.
  detail::step_board *steps_shown_at() const noexcept { return nested_ == 0 ? board_ : nullptr; }
  /// The number of nested steps: each began inside the step before, because its task started eagerly.
  unsigned nested_steps() const noexcept { return nested_; }
  class nested_step {
  public:
    explicit nested_step(event_loop &loop) noexcept
        : loop_(loop), frame_(detail::births ? detail::births->step_frame : 0) {
      ++loop_.nested_;
    }
    nested_step(const nested_step &) = delete;
    nested_step &operator=(const nested_step &) = delete;
    ~nested_step() {
      --loop_.nested_;
      if (detail::births && frame_ != 0)
        detail::births->step_frame = frame_;
    }

  private:
    event_loop &loop_;
    std::uintptr_t frame_;
  };
  detail::task_core *current() const noexcept { return current_; }
  void set_current(detail::task_core *task) noexcept { current_ = task; }
  void enqueue(detail::ready_entry &entry) noexcept { ready_->push_back(entry); }
  void add_timer(detail::timer_entry &entry, time_point when) { timers_.push(entry, when); }
  void remove_timer(detail::timer_entry &entry) noexcept { timers_.remove(entry); }
  std::size_t timer_count() const noexcept { return timers_.size(); }
  task_list &tasks() noexcept { return tasks_; }
  std::uint64_t next_task_number() noexcept { return ++task_count_; }
  generator_list &generators() noexcept { return generators_; }
  detail::intrusive_list<detail::open_resource> &resources() noexcept { return resources_; }
  bool generators_shut_down() const noexcept { return generators_shut_down_; }
  detail::poller &descriptors() noexcept { return poller_; }
  bool handles_signals() const noexcept { return !signal_handlers_.empty(); }
  void check_open() const {
    if (closed_) [[unlikely]]
      throw_closed();
  }
  /// The address on the thread's stack at which the loop runs; its steps are below.
  std::uintptr_t stack_at_pass() const noexcept { return stack_at_pass_; }
  /// The function that records where a callback is scheduled; null if no instrument asks for it. Other threads may not
  /// read the loop's mode: for them it is set as soon as any loop was in debug mode.
  auto *origin_noter() const noexcept {
    auto *note = AIO_HOOKS ? detail::note_handle_origin.load(std::memory_order_relaxed) : nullptr;
    return note && (!anchor_->on_owner_thread() || hooks_) ? note : nullptr;
  }
  void run_until_done(const any_future &done);
  void set_interrupt_handler(std::function<void()> handler) { interrupt_handler_ = std::move(handler); }
  /// Returns true if another thread was found to use the loop.
  bool touch(const char *operation) {
    if (hooks() && (detail::running_loop != this || instruments_.armed(hook::touched))) [[unlikely]]
      return notify_touched(operation);
    return false;
  }
  /// The same for operations that schedule: in debug mode they refuse other threads. **Errors** runtime_error.
  void touch_to_schedule(const char *operation) {
    if (touch(operation)) [[unlikely]]
      refuse_other_threads();
  }
  /// Reports that a second loop is about to be run inside this one, which fails.
  void touch_by_running(const char *operation) noexcept;

protected:
  /// Waits for I/O; the testing loop advances its clock instead. Not called when something is ready and nothing is
  /// watched.
  virtual void idle(std::optional<duration> timeout);
  /// May reorder the entries of one pass; called if there are several.
  virtual void arrange(detail::intrusive_list<detail::ready_entry> &) {}
  void poll(std::optional<duration> timeout);
  bool watches_descriptors() const noexcept { return poller_.watches_anything(); }

private:
  struct run_guard;
  template <class T> task<T> make_task(coro<T> &body, const task_options &options, const std::source_location &site);
  template <class T>
  task<T> make_task_by_factory(coro<T> &body, task_options options, const std::source_location &site);
  [[noreturn]] static void throw_closed();
  friend class detail::handle_core;
  template <class F, class... Args>
  detail::ref_ptr<detail::handle_core> make_handle(detail::context_slot slot, F &&function, Args &&...args);
  void enqueue_handle(const detail::ref_ptr<detail::handle_core> &h) noexcept;
  void enqueue_timer(const detail::ref_ptr<detail::handle_core> &h, time_point when);
  void post_handle(const detail::ref_ptr<detail::handle_core> &h);
  void watch(int fd, bool reader, detail::ref_ptr<detail::handle_core> h);
  void watch_signal(int signal, detail::ref_ptr<detail::handle_core> h);
  void queue_signal_handlers();
  void drop_signal_handlers() noexcept;
  void begin_run(std::uintptr_t frame);
  void end_run() noexcept;
  /// Makes one pass, or passes until the loop is stopped.
  void run_passes(bool once);
  /// True if a pass polls for I/O even though it has something to run.
  bool looks_at_io() const noexcept;
  /// True if something is ready and a pass could find nothing else.
  bool nothing_to_look_at() noexcept;
  /// The work between two passes: mail, I/O, timers.
  void look_around();
  /// Takes what other threads and signals have sent since the last call.
  void take_news();
  void drain_inbox() noexcept;
  void handle_interrupts();
  void discard_all() noexcept;
  void abandon_tasks() noexcept;
  void apply_debug();
  /// Returns true if another thread was found to use the loop.
  bool notify_touched(const char *operation) noexcept;
  [[noreturn]] static void refuse_other_threads();

  using ready_queue = detail::intrusive_list<detail::ready_entry>;
  /// Returns the queue of ready entries and switches to the other, empty one.
  ready_queue &take_ready() noexcept { return *std::exchange(ready_, ready_ == queues_ ? queues_ + 1 : queues_); }
  ready_queue queues_[2];
  ready_queue *ready_ = queues_;
  detail::timer_heap timers_;
  detail::task_core *current_ = nullptr;
  instrument_set *hooks_ = nullptr;
  detail::step_board *board_ = nullptr;
  unsigned nested_ = 0;
  bool running_ = false;
  bool stopping_ = false;
  maybe_duration patience_; // the wait of the pass that runs
  bool closed_ = false;
  bool debug_ = false;
  bool generators_shut_down_ = false;
  bool executor_shut_down_ = false;
  std::uint64_t task_count_ = 0;
  std::uintptr_t stack_at_pass_ = 0;
  task_list tasks_;
  generator_list generators_;
  detail::intrusive_list<detail::open_resource> resources_;
  detail::poller poller_;
  detail::ref_ptr<detail::loop_anchor> anchor_;
  instrument_set instruments_;
  std::vector<std::shared_ptr<instrument>> debug_items_;
  exception_handler exception_handler_;
  task_factory task_factory_;
  std::function<void()> interrupt_handler_;
  std::map<int, detail::ref_ptr<detail::handle_core>> signal_handlers_;
  std::shared_ptr<executor> executor_;
  duration slow_callback_duration_ = std::chrono::milliseconds(100);
};

/// Returns the loop that runs in this thread. **Errors** runtime_error if there is none.
inline event_loop &get_running_loop();
/// The same, or null.
inline event_loop *running_loop_or_null() noexcept { return detail::running_loop; }

namespace detail {
[[noreturn]] void throw_no_running_loop();
}
inline event_loop &get_running_loop() {
  if (!detail::running_loop) [[unlikely]]
    detail::throw_no_running_loop();
  return *detail::running_loop;
}

// Templates.

template <class F, class... Args>
detail::ref_ptr<detail::handle_core> event_loop::make_handle(detail::context_slot slot, F &&function, Args &&...args) {
  static_assert(std::is_invocable_v<std::decay_t<F> &, std::decay_t<Args> &...>, "the callback takes other arguments");
  if constexpr (std::is_invocable_v<std::decay_t<F> &, std::decay_t<Args> &...>) {
    static_assert(!is_coro<std::decay_t<std::invoke_result_t<std::decay_t<F> &, std::decay_t<Args> &...>>>,
                  "a coroutine cannot be a callback: pass it to create_task");
  }
  using core = detail::callable_handle<std::decay_t<F>, std::decay_t<Args>...>;
  detail::ref_ptr<detail::handle_core> made(
      new core(*this, std::move(slot), std::forward<F>(function), std::forward<Args>(args)...));
  if (auto *note = origin_noter()) [[unlikely]]
    made->origin_ = note();
  return made;
}

template <class F, class... Args> handle event_loop::call_soon(F &&function, Args &&...args) {
  check_open();
  touch_to_schedule("call_soon");
  auto core = make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...);
  enqueue_handle(core);
  return handle(std::move(core));
}

template <class F, class... Args> handle event_loop::call_soon_in(const context &ctx, F &&function, Args &&...args) {
  check_open();
  touch_to_schedule("call_soon");
  auto core = make_handle(ctx.slot(), std::forward<F>(function), std::forward<Args>(args)...);
  enqueue_handle(core);
  return handle(std::move(core));
}

template <class F, class... Args> handle event_loop::call_soon_threadsafe(F &&function, Args &&...args) {
  auto core = make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...);
  post_handle(core);
  return handle(std::move(core));
}

template <class F, class... Args>
handle event_loop::call_soon_threadsafe_in(const context &ctx, F &&function, Args &&...args) {
  auto core = make_handle(ctx.slot(), std::forward<F>(function), std::forward<Args>(args)...);
  post_handle(core);
  return handle(std::move(core));
}

template <class Rep, class Period, class F, class... Args>
timer_handle event_loop::call_later_in(const context &ctx, std::chrono::duration<Rep, Period> delay, F &&function,
                                       Args &&...args) {
  return call_at_in(ctx, time() + detail::to_duration(delay), std::forward<F>(function), std::forward<Args>(args)...);
}

template <class Rep, class Period, class F, class... Args>
timer_handle event_loop::call_later(std::chrono::duration<Rep, Period> delay, F &&function, Args &&...args) {
  return call_at(time() + detail::to_duration(delay), std::forward<F>(function), std::forward<Args>(args)...);
}

template <class F, class... Args> timer_handle event_loop::call_at(time_point when, F &&function, Args &&...args) {
  check_open();
  touch_to_schedule("call_at");
  auto core = make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...);
  enqueue_timer(core, when);
  return timer_handle(std::move(core));
}

template <class F, class... Args>
timer_handle event_loop::call_at_in(const context &ctx, time_point when, F &&function, Args &&...args) {
  check_open();
  touch_to_schedule("call_at");
  auto core = make_handle(ctx.slot(), std::forward<F>(function), std::forward<Args>(args)...);
  enqueue_timer(core, when);
  return timer_handle(std::move(core));
}

template <class F, class... Args> void event_loop::add_signal_handler(int signal, F &&function, Args &&...args) {
  watch_signal(signal, make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...));
}
template <class F, class... Args> void event_loop::add_reader(int fd, F &&function, Args &&...args) {
  watch(fd, true, make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...));
}
template <class F, class... Args> void event_loop::add_writer(int fd, F &&function, Args &&...args) {
  watch(fd, false, make_handle(detail::copy_slot(), std::forward<F>(function), std::forward<Args>(args)...));
}

} // namespace aio
