// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// future<T>: a result that is set later, with asyncio's states, callbacks and reports.
#pragma once

#include <compare>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include <aio/core/event_loop.h>

namespace aio {

class done_callback;

namespace detail {

class task_core;
class callback_entry;

/// The state behind every future and task, without its value.
class future_core : public ref_counted, public wait_target, public frame_allocated {
public:
  enum class phase : std::uint8_t { pending, finished, cancelled };
  future_core(event_loop &loop, void *slot, const std::source_location &site, std::uint32_t owners = 0) noexcept
      : ref_counted(owners), anchor_(&loop.anchor()), slot_(slot), site_(site) {}
  AIO_IN_THE_FRAME ~future_core() override {
    if (!waiters_.empty()) [[unlikely]]
      discard_waiters();
  }
  using frame_allocated::operator new;
  using frame_allocated::operator delete;

  bool done() const noexcept { return phase_ != phase::pending; }
  bool cancelled() const noexcept { return phase_ == phase::cancelled; }
  bool has_value() const noexcept { return phase_ == phase::finished && !error_; }
  virtual bool cancel(const std::string &message);
  bool cancel_wait(const std::string &message) final { return cancel(message); }
  virtual task_core *as_task() noexcept { return nullptr; }
  /// True for the future that `shield` returns.
  virtual bool is_shield() const noexcept { return false; }
  future_core *as_future() noexcept final { return this; }
  /// Throws if the result must not be set from outside: tasks refuse.
  virtual void check_settable() const;

  void complete() noexcept {
    phase_ = phase::finished;
    if (!waiters_.empty())
      wake_all();
  }
  void complete(std::exception_ptr error);
  void complete_cancelled(const std::string &message);

  std::exception_ptr exception();
  /// Throws unless there is a value; marks an exception as read.
  void require_value();
  void mark_retrieved() noexcept { unread_ = false; }
  bool unread() const noexcept { return unread_; }
  const std::exception_ptr &stored_error() const noexcept { return error_; }
  const std::string &cancel_message() const noexcept { return message_.get(); }

  void add_callback(const done_callback &callback, context_slot slot);
  std::size_t remove_callback(const done_callback &callback) noexcept;
  /// Adds an entry that is queued when the future is done; at once if it already is.
  void add_entry(ready_entry &entry) noexcept;
  bool has_waiters() noexcept { return !waiters_.empty(); }
  intrusive_list<ready_entry> &waiters() noexcept { return waiters_; }

  loop_anchor &anchor() const noexcept { return *anchor_; }
  event_loop *loop() const noexcept { return anchor_->loop(); }
  void *slot() const noexcept { return slot_; }
  const std::source_location &site() const noexcept { return site_; }
  /// For a task: when it was made, by the clock of the loop's step board; 0 without a board.
  std::uint32_t mark() const noexcept { return mark_; }
  void set_mark(std::uint32_t clock) noexcept { mark_ = clock; }

protected:
  void last_owner_gone() const noexcept override;
  /// The context in which reports about this future are made.
  virtual context_slot *report_context() noexcept { return nullptr; }
  void report_unread() noexcept;
  void discard_waiters() noexcept;
  void force_cancelled() noexcept { phase_ = phase::cancelled; }
  std::exception_ptr error_;
  /// The message of the cancellation; a task that is not done keeps that of its pending request here.
  rare_text message_;

private:
  void wake_all() noexcept;
  intrusive_list<ready_entry> waiters_;
  ref_ptr<loop_anchor> anchor_;
  void *slot_;
  std::source_location site_;
  std::uint32_t mark_ = 0;
  phase phase_ = phase::pending;
  bool unread_ = false;
};

/// An entry that is queued when a future is done, and that refers to the future.
class done_entry : public ready_entry {
public:
  done_entry() noexcept : ready_entry(kind::done) {}

protected:
  ~done_entry() = default;
  friend class future_core;
  ref_ptr<future_core> source_;
};

template <class T> class future_state final : public future_core {
public:
  future_state(event_loop &loop, const std::source_location &site) : future_core(loop, &value_, site) {}

private:
  result_slot<T> value_;
};

[[noreturn]] void throw_cancelled(const std::string &message);

} // namespace detail

/// A future without its value's type: the argument of done callbacks, of wait and of reports.
class any_future {
public:
  any_future() noexcept = default;
  explicit any_future(detail::ref_ptr<detail::future_core> core) noexcept : core_(std::move(core)) {}

  bool done() const { return core().done(); }
  bool cancelled() const { return core().cancelled(); }
  /// Cancels, with an optional message; returns false if it was done already.
  bool cancel(const std::string &message = {}) const { return core().cancel(message); }
  /// Returns the exception, or an empty pointer if there is a value.
  ///
  /// **Errors** cancelled_error if cancelled, invalid_state_error if pending.
  std::exception_ptr exception() const { return core().exception(); }
  /// Queues the callback for the pass after completion; at once if done.
  void add_done_callback(const done_callback &callback) const;
  void add_done_callback(const done_callback &callback, const context &ctx) const;
  /// Removes all registrations of the callback that are not yet queued; returns their number.
  std::size_t remove_done_callback(const done_callback &callback) const noexcept;
  event_loop &get_loop() const;

  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  friend bool operator==(const any_future &, const any_future &) noexcept = default;
  /// An order for sets and maps, by identity; it has no other meaning.
  friend std::strong_ordering operator<=>(const any_future &a, const any_future &b) noexcept {
    return std::compare_three_way()(a.core_.get(), b.core_.get());
  }
  detail::future_core &core() const {
    if (!core_)
      throw invalid_state_error("the future is empty");
    return *core_;
  }
  const detail::ref_ptr<detail::future_core> &shared() const noexcept { return core_; }

protected:
  detail::ref_ptr<detail::future_core> core_;
};

/// A callback for futures; copies are equal, so that it can be removed again.
class done_callback {
public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, done_callback> && std::is_invocable_v<F &, any_future>)
  done_callback(F &&function) // NOLINT(google-explicit-constructor): a lambda is a callback
      : call_(std::make_shared<std::function<void(any_future)>>(std::forward<F>(function))) {}
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, done_callback> && !std::is_invocable_v<F &, any_future> &&
             std::is_invocable_v<F &>)
  done_callback(F &&function) // NOLINT(google-explicit-constructor)
      : call_(std::make_shared<std::function<void(any_future)>>(
            [f = std::forward<F>(function)](const any_future &) mutable { f(); })) {}
  void operator()(const any_future &future) const { (*call_)(future); }
  /// The type of the function that is called, for reports.
  const std::type_info &type() const noexcept { return call_->target_type(); }
  friend bool operator==(const done_callback &, const done_callback &) noexcept = default;

private:
  std::shared_ptr<std::function<void(any_future)>> call_;
};

namespace detail {
/// Makes a done callback of a function that takes the future with its own type, or nothing.
template <class Self, class F> done_callback callback_for(F &&function) {
  using call = std::decay_t<F>;
  if constexpr (std::same_as<call, done_callback>) {
    return std::forward<F>(function);
  } else if constexpr (std::is_invocable_v<call &, const Self &>) {
    return done_callback(
        [f = call(std::forward<F>(function))](const any_future &done) mutable { f(Self(done.shared())); });
  } else {
    static_assert(std::is_invocable_v<call &>, "a done callback takes the future, or nothing");
    return done_callback(std::forward<F>(function));
  }
}
} // namespace detail

/// The argument of an exception handler.
struct exception_context {
  std::string message;
  std::exception_ptr exception{};
  any_future future{};
  std::string source{};
  std::source_location created{};
  /// In debug mode, for a callback: the line that scheduled it, as "file:line".
  std::string scheduled{};
};

template <class T> class future_awaiter;

/// A result that is decided later; copies refer to the same one.
///
/// **Suspends** awaiting it, unless it is done. Any number of tasks may await.
/// **Cancellation** cancelling a task that awaits it cancels the future itself; see shield.
/// **Errors** invalid_state_error for a second result, or for reading too early.
/// **Lifetime** shared. An exception that was never read is reported when the last owner is destroyed.
/// **Thread safety** none: use call_soon_threadsafe. Copies may be made and dropped anywhere.
/// **Source** docs.python.org/3/library/asyncio-future.html
template <class T> class future : public any_future {
public:
  using value_type = T;
  future() noexcept = default;
  explicit future(detail::ref_ptr<detail::future_core> core) noexcept : any_future(std::move(core)) {}

  /// Queues `callback(future)`, or `callback()`, for the pass after completion; at once if done.
  template <class F> void add_done_callback(F &&callback) const {
    any_future::add_done_callback(detail::callback_for<future>(std::forward<F>(callback)));
  }
  template <class F> void add_done_callback(F &&callback, const context &ctx) const {
    any_future::add_done_callback(detail::callback_for<future>(std::forward<F>(callback)), ctx);
  }
  /// Returns the value; for a move-only type a reference to it.
  ///
  /// **Errors** the stored exception; cancelled_error; invalid_state_error while pending.
  decltype(auto) result() const {
    core().require_value();
    if constexpr (std::is_void_v<T>)
      return;
    else
      return static_cast<std::add_lvalue_reference_t<T>>(slot().get());
  }
  template <class U = T>
    requires(!std::is_void_v<T>)
  void set_result(U &&value) const {
    core().check_settable();
    slot().emplace(std::forward<U>(value));
    core().complete();
  }
  void set_result() const
    requires std::is_void_v<T>
  {
    core().check_settable();
    core().complete();
  }
  void set_exception(std::exception_ptr error) const {
    core().check_settable();
    core().complete(std::move(error));
  }
  template <class E>
    requires(!std::is_same_v<std::remove_cvref_t<E>, std::exception_ptr>)
  void set_exception(E &&error) const {
    set_exception(std::make_exception_ptr(std::forward<E>(error)));
  }
  detail::result_slot<T> &slot() const { return *static_cast<detail::result_slot<T> *>(core().slot()); }

  future_awaiter<T> operator co_await() const & { return future_awaiter<T>(core_.get()); }
  future_awaiter<T> operator co_await() && { return future_awaiter<T>(std::move(core_)); }
};

/// Makes a future of the running loop. **Errors** runtime_error if no loop runs.
template <class T = void> future<T> create_future(std::source_location site = std::source_location::current()) {
  return get_running_loop().create_future<T>(site);
}

template <class T> future<T> event_loop::create_future(std::source_location site) {
  return future<T>(detail::ref_ptr<detail::future_core>(new detail::future_state<T>(*this, site)));
}

namespace detail {
struct future_hash {
  std::size_t operator()(const any_future &f) const noexcept { return std::hash<const void *>()(f.shared().get()); }
};
} // namespace detail

} // namespace aio

template <> struct std::hash<aio::any_future> : aio::detail::future_hash {};
template <class T> struct std::hash<aio::future<T>> : aio::detail::future_hash {};
