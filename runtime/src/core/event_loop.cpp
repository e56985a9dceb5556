// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop's pass, its life cycle, and its reports.
#include <aio/core/event_loop.h>

#include <cstdio>

#include <sys/eventfd.h>

#include <aio/core/async_generator.h>
#include <aio/core/executor.h>
#include <aio/core/sleep.h>
#include <aio/core/task.h>

namespace aio {

namespace detail {

std::atomic<bool (*)(event_loop &, const char *)> foreign_touch{nullptr};

} // namespace detail

void detail::throw_no_running_loop() { throw runtime_error("no running event loop"); }

event_loop::event_loop() : anchor_(new detail::loop_anchor(*this)) {
  anchor_->wake_fd_ = poller_.wake_fd();
  debug_ = detail::debug_from_environment();
  apply_debug();
  anchor_->loop_begins();
}

event_loop::~event_loop() {
  if (!closed_) {
    running_ = false;
    try {
      close();
    } catch (...) {
      warn("an event loop could not be closed");
    }
  }
  abandon_tasks();
  discard_all();
  while (auto *generator = generators_.pop_front())
    static_cast<void>(generator);
  anchor_->loop_ends();
}

void event_loop::throw_closed() { throw runtime_error("Event loop is closed"); }

// Running.

struct event_loop::run_guard {
  event_loop &loop;
  run_guard(event_loop &l, void *frame) : loop(l) { loop.begin_run(reinterpret_cast<std::uintptr_t>(frame)); }
  ~run_guard() { loop.end_run(); }
};

void event_loop::begin_run(std::uintptr_t frame) {
  check_open();
  if (detail::running_loop)
    detail::running_loop->touch_by_running("aio::event_loop::run_forever");
  if (running_)
    throw runtime_error("This event loop is already running");
  if (detail::running_loop)
    throw runtime_error("Cannot run the event loop while another loop is running");
  running_ = true;
  detail::running_loop = this;
  stack_at_pass_ = frame;
  anchor_->owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  detail::watch_frames(hooks_, stack_at_pass_);
  if (hooks_)
    hooks_->each(hook::loop_started, [&](instrument &i) { i.loop_started(*this); });
}

void event_loop::end_run() noexcept {
  if (hooks_)
    hooks_->each(hook::loop_stopped, [&](instrument &i) { i.loop_stopped(*this); });
  detail::watch_frames(nullptr, 0);
  detail::running_loop = nullptr;
  running_ = false;
  stopping_ = false;
  patience_ = {};
}

void event_loop::run_forever() {
  const run_guard guard(*this, __builtin_frame_address(0));
  run_passes(false);
}

void event_loop::run_once(maybe_duration wait) {
  const run_guard guard(*this, __builtin_frame_address(0));
  patience_ = wait;
  run_passes(true);
}

void event_loop::run_until_done(const any_future &done) {
  const done_callback stop_here([this](const any_future &f) {
    if (!f.cancelled() && detail::is_exit_error(f.core().stored_error()))
      return;
    stop();
  });
  if (running_)
    throw runtime_error("This event loop is already running");
  check_open();
  done.add_done_callback(stop_here);
  struct remove {
    const any_future &f;
    const done_callback &cb;
    ~remove() { f.remove_done_callback(cb); }
  } cleanup{done, stop_here};
  run_forever();
  if (!done.done())
    throw runtime_error("Event loop stopped before Future completed.");
}

void event_loop::handle_interrupts() {
  if (anchor_->interrupts_.load(std::memory_order_relaxed) != 0) [[unlikely]]
    for (int count = anchor_->interrupts_.exchange(0, std::memory_order_relaxed); count > 0; --count)
      if (interrupt_handler_)
        interrupt_handler_();
  if (!signal_handlers_.empty())
    queue_signal_handlers();
}

/// With many tasks the next one is not in the cache; its memory is prefetched while this one runs.
static void prefetch_after(detail::intrusive_list<detail::ready_entry> &batch) noexcept {
  detail::ready_entry *next = batch.front();
  if (!next)
    return;
  if (next->entry_kind() == detail::ready_entry::kind::task)
    static_cast<detail::task_core *>(next)->prefetch_frame();
  else if (next->entry_kind() == detail::ready_entry::kind::sleeper)
    __builtin_prefetch(&static_cast<detail::sleeper *>(next)->parked_task(), 1);
  detail::ready_entry *second = batch.next(*next);
  if (!second)
    return;
  __builtin_prefetch(second, 1);
  __builtin_prefetch(reinterpret_cast<const char *>(second) + 64, 1);
}

bool event_loop::looks_at_io() const noexcept {
  return poller_.watches_anything() || static_cast<bool>(armed() & (hook::before_io_wait | hook::after_io_wait));
}

bool event_loop::nothing_to_look_at() noexcept {
  return !ready_->empty() && timers_.empty() && !anchor_->has_mail() && !looks_at_io();
}

std::optional<duration> event_loop::poll_timeout() const {
  if (!ready_->empty() || stopping_ || anchor_->has_mail())
    return duration::zero();
  if (timers_.empty())
    return std::nullopt;
  return std::max(duration::zero(), timers_.next_deadline() - time());
}

void event_loop::look_around() {
  take_news();
  const bool busy = !ready_->empty() || stopping_;
  // If something is ready and nothing is watched, there is no reason for a system call, nor to call instruments.
  if (!busy || looks_at_io()) {
    std::optional<duration> timeout = poll_timeout();
    if (patience_ && (!timeout || *patience_ < *timeout))
      timeout = *patience_;
    idle(timeout);
    take_news();
  }
  if (!timers_.empty()) {
    const time_point now = time();
    if (hooks_ && timers_.next_deadline() <= now) [[unlikely]]
      hooks_->each(hook::timers_due, [&](instrument &i) { i.timers_due(*this, now, timers_.next_deadline()); });
    timers_.pop_due(now, *ready_);
  }
  // After the timers: where data and a deadline come in the same pass, the deadline is first, as in asyncio.
  if (poller_.has_news())
    poller_.tell_clients();
}

void event_loop::run_passes(bool once) {
  struct running {
    event_loop &loop;
    ready_queue *batch = nullptr;
    detail::context_slot *slot = detail::running_slot;
    void nothing() const noexcept {
      loop.current_ = nullptr;
      detail::running_slot = slot;
    }
    void pass_ends() const noexcept {
      nothing();
      if (loop.board_) [[unlikely]]
        loop.board_->step_ends();
    }
    ~running() {
      detail::in_pass = false;
      pass_ends();
      // After an exception, the rest of the batch is left for the next pass.
      if (batch && !batch->empty()) [[unlikely]]
        loop.ready_->splice_front(*batch);
    }
  } now{*this};
  do {
    if (!nothing_to_look_at()) {
      detail::in_pass = false;
      look_around();
    }
    ready_queue &batch = take_ready();
    now.batch = &batch;
    if (batch.has_several())
      arrange(batch);
    detail::in_pass = true;
    while (detail::ready_entry *entry = batch.pop_front()) {
      prefetch_after(batch);
      if (entry->entry_kind() == detail::ready_entry::kind::task) [[likely]] {
        static_cast<detail::task_core *>(entry)->step(*this);
        continue;
      }
      now.nothing();
      if (entry->entry_kind() == detail::ready_entry::kind::sleeper)
        static_cast<detail::sleeper *>(entry)->wake();
      else
        entry->run();
    }
    now.pass_ends();
  } while (!once && !stopping_);
}

void event_loop::idle(std::optional<duration> timeout) { poll(timeout); }

void event_loop::poll(std::optional<duration> timeout) {
  const bool sleeps = timeout != duration::zero();
  if (hooks_ && (sleeps || hooks_->armed(hook::before_io_wait))) [[unlikely]]
    hooks_->each(hook::before_io_wait, [&](instrument &i) { i.before_io_wait(*this, timeout); });
  if (sleeps)
    detail::trim_frames();
  // A loop inside another one also has to consume the wake-up of its mail, or its descriptor stays readable.
  if (sleeps || poller_.watches_anything() || patience_)
    poller_.wait(timeout, *ready_);
  if (hooks_ && (sleeps || hooks_->armed(hook::after_io_wait))) [[unlikely]]
    hooks_->each(hook::after_io_wait, [&](instrument &i) { i.after_io_wait(*this); });
}

void event_loop::take_news() {
  // Interrupts and signals set the same flag as mail.
  if (anchor_->has_mail()) [[unlikely]] {
    drain_inbox();
    handle_interrupts();
  }
}

void event_loop::drain_inbox() noexcept {
  const detail::allow_blocking guard;
  std::lock_guard lock(anchor_->mutex_);
  // Acquire: mail that was posted before this exchange is visible below.
  anchor_->has_mail_.exchange(false, std::memory_order_acq_rel);
  ready_->splice_back(anchor_->inbox_);
}

// Closing.

void event_loop::close() {
  touch("close");
  if (running_)
    throw runtime_error("Cannot close a running event loop");
  if (closed_)
    return;
  if (hooks_)
    hooks_->each(hook::loop_closing, [&](instrument &i) { i.loop_closing(*this); });
  closed_ = true;
  {
    std::lock_guard lock(anchor_->mutex_);
    anchor_->closed_ = true;
    ready_->splice_back(anchor_->inbox_);
  }
  discard_all();
  drop_signal_handlers();
  poller_.clear();
  if (executor_) {
    // Results that have come back are in the inbox; the other work continues, and no future receives its result.
    if (hooks_ && anchor_->external() > 0 && !anchor_->has_mail())
      hooks_->each(hook::left_open, [](instrument &i) { i.left_open("executor", "the loop's own", nullptr); });
    executor_->shutdown(false);
  }
  executor_.reset();
}

void event_loop::discard_all() noexcept {
  while (!timers_.empty())
    timers_.pop()->discard();
  ready_queue &batch = take_ready();
  while (detail::ready_entry *entry = batch.pop_front())
    entry->discard();
}

void event_loop::abandon_tasks() noexcept {
  while (detail::task_core *task = tasks_.front()) {
    const detail::ref_ptr<detail::task_core> keep(task);
    task->abandon();
  }
}

// Handles.

void event_loop::enqueue_handle(const detail::ref_ptr<detail::handle_core> &h) noexcept {
  h->add_ref();
  ready_->push_back(*h);
}

void event_loop::enqueue_timer(const detail::ref_ptr<detail::handle_core> &h, time_point when) {
  timers_.push(*h, when);
  h->add_ref();
}

void event_loop::post_handle(const detail::ref_ptr<detail::handle_core> &h) {
  if (anchor_->on_owner_thread()) {
    check_open();
    // Keeps the order with earlier mail: what other threads have sent before comes first.
    if (anchor_->has_mail()) {
      drain_inbox();
      // Interrupts and signals are handled in the next pass.
      anchor_->has_mail_.store(true, std::memory_order_release);
    }
    enqueue_handle(h);
    return;
  }
  if (!anchor_->post(h))
    throw runtime_error("Event loop is closed");
}

void event_loop::watch(int fd, bool reader, detail::ref_ptr<detail::handle_core> h) {
  check_open();
  touch(reader ? "add_reader" : "add_writer");
  if (fd < 0)
    throw value_error("Invalid file descriptor: " + std::to_string(fd));
  h->persistent_ = true;
  poller_.set(fd, reader, std::move(h));
}

bool event_loop::remove_reader(int fd) noexcept {
  touch("remove_reader");
  return !closed_ && poller_.remove(fd, true);
}
bool event_loop::remove_writer(int fd) noexcept {
  touch("remove_writer");
  return !closed_ && poller_.remove(fd, false);
}

// Executors.

executor &event_loop::default_executor() {
  check_open();
  touch("default_executor");
  if (executor_shut_down_)
    throw runtime_error("Executor shutdown has been called");
  if (!executor_)
    executor_ = std::make_shared<thread_pool_executor>();
  return *executor_;
}

void event_loop::set_default_executor(std::shared_ptr<executor> where) {
  touch("set_default_executor");
  executor_ = std::move(where);
}

// Errors and debug.

void event_loop::set_exception_handler(exception_handler handler) {
  touch("set_exception_handler");
  exception_handler_ = std::move(handler);
}

void event_loop::default_exception_handler(event_loop &, const exception_context &context) {
  std::string text = "aio: error: " + (context.message.empty() ? "Unhandled exception in event loop" : context.message);
  if (context.exception)
    text += "\n  " + detail::describe(context.exception);
  if (context.future)
    if (detail::task_core *task = context.future.core().as_task())
      text += "\n  task: " + task->name();
  if (context.created.line() != 0)
    text +=
        std::string("\n  created at: ") + context.created.file_name() + ":" + std::to_string(context.created.line());
  if (!context.scheduled.empty())
    text += "\n  scheduled at: " + context.scheduled;
  std::fprintf(stderr, "%s\n", text.c_str());
}

void event_loop::call_exception_handler(const exception_context &context) {
  if (!exception_handler_) {
    default_exception_handler(*this, context);
    return;
  }
  // A copy, because the handler may replace itself.
  const exception_handler handler = exception_handler_;
  try {
    handler(*this, context);
  } catch (const system_exit &) {
    throw;
  } catch (const keyboard_interrupt &) {
    throw;
  } catch (...) {
    default_exception_handler(*this, {"Unhandled error in exception handler", std::current_exception()});
    default_exception_handler(*this, context);
  }
}

void event_loop::set_debug(bool on) {
  touch("set_debug");
  debug_ = on;
  if (running_)
    call_soon([this] { apply_debug(); });
  else
    apply_debug();
}

void event_loop::apply_debug() {
  if (debug_ && debug_items_.empty()) {
    debug_items_ = detail::make_debug_instruments(*this);
    for (const auto &item : debug_items_)
      instruments_.add(item);
  } else if (!debug_) {
    for (const auto &item : debug_items_)
      instruments_.remove(item.get());
    debug_items_.clear();
  }
  hooks_ = instruments_.empty() ? nullptr : &instruments_;
  if (detail::running_loop == this)
    detail::watch_frames(hooks_, stack_at_pass_);
}

void event_loop::show_steps(detail::step_board *board) noexcept {
  board_ = board;
  if (board)
    instruments_.arm(hook::steps_shown);
  else
    instruments_.disarm(hook::steps_shown);
}

void event_loop::add_instrument(std::shared_ptr<instrument> item) {
  touch("add_instrument");
  instruments_.add(std::move(item));
  hooks_ = &instruments_;
  if (detail::running_loop == this)
    detail::watch_frames(hooks_, stack_at_pass_);
}

void event_loop::remove_instrument(const instrument *item) noexcept {
  touch("remove_instrument");
  instruments_.remove(item);
  hooks_ = instruments_.empty() ? nullptr : &instruments_;
  if (detail::running_loop == this)
    detail::watch_frames(hooks_, stack_at_pass_);
}

bool event_loop::notify_touched(const char *operation) noexcept {
  if (!anchor_->on_owner_thread()) {
    // Only the loop's thread may use the instruments.
    auto *call = detail::foreign_touch.load(std::memory_order_acquire);
    return call && debug_ && running_ && call(*this, operation);
  }
  hooks_->each(hook::touched, [&](instrument &i) { i.touched(*this, operation); });
  return false;
}

void event_loop::refuse_other_threads() {
  throw runtime_error("Non-thread-safe operation invoked on an event loop other than the current one");
}

void event_loop::touch_by_running(const char *operation) noexcept {
  if (hooks_)
    hooks_->each(hook::touched, [&](instrument &i) { i.touched(*this, operation); });
}

// Async generators.

coro<void> event_loop::shutdown_asyncgens() {
  touch("shutdown_asyncgens");
  generators_shut_down_ = true;
  return detail::close_generators(*this);
}

} // namespace aio
