// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async_generator<T, Send>: coroutines that yield; async iteration over them and over anything with anext(). The end of
// an iteration is an empty optional, not an exception: throwing one costs 2 us, as much as 150 steps, and an optional
// cannot be overlooked, because the value must be taken out of it.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>

#include <aio/core/loop_bound.h>
#include <aio/core/task.h>

namespace aio {

template <class T, class Send = void> class async_generator;

namespace detail {

/// The untyped half of a generator's promise. It counts references: one of the handle, and one of every step in
/// progress.
class generator_core : public promise_core, public ref_counted, public generator_hook, private loop_bound {
public:
  using promise_core::operator new;
  using promise_core::operator delete;
  bool exhausted() const noexcept { return exhausted_; }
  bool running() const noexcept { return running_; }
  bool begun() const noexcept { return started(); }
  void set_running(bool running) noexcept { running_ = running; }
  void set_exhausted() noexcept;
  /// Throws if a step is in progress; registers with the running loop on the first one.
  void begin_step(const char *operation);
  /// The loop in which the first step was made; null before that step.
  const ref_ptr<loop_anchor> &home() const noexcept { return home_; }
  void inject(std::exception_ptr error) noexcept { injected_ = std::move(error); }
  void return_void() noexcept {
    set_exhausted();
    finished_by(false);
  }
  void unhandled_exception() noexcept {
    set_exhausted();
    promise_core::unhandled_exception();
  }

protected:
  explicit generator_core(std::coroutine_handle<> self) noexcept : self_(self) { set_generator(); }
  ~generator_core() override = default;
  void last_owner_gone() const noexcept override { self_.destroy(); }
  void throw_injected() {
    if (injected_)
      std::rethrow_exception(std::exchange(injected_, nullptr));
  }

public:
  std::coroutine_handle<> self() const noexcept { return self_; }

private:
  std::coroutine_handle<> self_;
  std::exception_ptr injected_;
  ref_ptr<loop_anchor> home_;
  bool running_ = false;
  bool exhausted_ = false;
};

template <class T>
using yielded = std::conditional_t<std::is_reference_v<T>, std::reference_wrapper<std::remove_reference_t<T>>, T>;
template <class S> struct sent_slot {
  std::optional<S> value;
};
template <> struct sent_slot<void> {};

template <class T, class S> class generator_promise final : public generator_core {
public:
  // Named here once more: clang 22 crashes on allocation functions that come through a using declaration.
  static void *operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void *memory, std::size_t size) noexcept { release_frame(memory, size); }
  template <class... Args>
  explicit generator_promise(Args &...args) noexcept
      : generator_core(std::coroutine_handle<generator_promise>::from_promise(*this)) {
    this->watch_birth(args...);
  }
  async_generator<T, S> get_return_object(std::source_location location = std::source_location::current());

  struct yield_awaiter {
    generator_promise &promise;
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept {
      promise.set_running(false);
      return promise.continuation();
    }
    auto await_resume() const {
      promise.throw_injected();
      if constexpr (!std::is_void_v<S>)
        return std::exchange(promise.sent_.value, std::nullopt);
    }
  };
  template <class U>
    requires std::is_constructible_v<yielded<T>, U &&>
  yield_awaiter yield_value(U &&value, std::source_location site = std::source_location::current()) {
    at(site);
    value_.emplace(std::forward<U>(value));
    return yield_awaiter{*this};
  }
  std::optional<yielded<T>> take_value() noexcept { return std::exchange(value_, std::nullopt); }
  sent_slot<S> &sent() noexcept { return sent_; }

private:
  std::optional<yielded<T>> value_;
  [[no_unique_address]] sent_slot<S> sent_;
};

enum class step_kind : unsigned char { next, send, inject, close };

/// One step of a generator; it can be awaited once.
template <class T, class S> class [[nodiscard]] generator_step {
public:
  using promise = generator_promise<T, S>;
  generator_step(ref_ptr<generator_core> core, step_kind kind, std::exception_ptr error = nullptr)
      : core_(std::move(core)), error_(std::move(error)), kind_(kind) {}
  /// Sends a value.
  template <class U>
  generator_step(ref_ptr<generator_core> core, std::in_place_t, U &&value)
      : core_(std::move(core)), kind_(step_kind::send) {
    sent_.value.emplace(std::forward<U>(value));
  }

  bool await_ready() {
    if (used_)
      refuse_second_await("step of an async generator");
    used_ = true;
    if (!core_)
      throw runtime_error("the async generator is empty");
    core_->begin_step(kind_ == step_kind::close ? "aclose()" : kind_ == step_kind::inject ? "athrow()" : "anext()");
    if (core_->exhausted()) {
      error_ = nullptr; // an exception thrown into a generator that is over is dropped
      return true;
    }
    if (!core_->begun()) {
      if (kind_ == step_kind::close || kind_ == step_kind::inject) {
        core_->mark_disposed();
        core_->set_exhausted();
        return true;
      }
      if (kind_ == step_kind::send)
        throw type_error("can't send a value to a just-started async generator");
      core_->mark_started();
    }
    if constexpr (!std::is_void_v<S>)
      static_cast<promise &>(*core_).sent().value = std::move(sent_.value);
    if (kind_ == step_kind::close)
      core_->inject(std::make_exception_ptr(generator_exit()));
    else if (kind_ == step_kind::inject)
      core_->inject(std::exchange(error_, nullptr));
    return false;
  }
#if AIO_SYMMETRIC_TRANSFER
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) noexcept {
    core_->awaited_by(parent, std::addressof(static_cast<frame_record &>(parent.promise())));
    core_->set_running(true);
    stepped_ = true;
    return core_->self();
  }
#else
  template <class P> bool await_suspend(std::coroutine_handle<P> parent) noexcept {
    frame_record *record = std::addressof(static_cast<frame_record &>(parent.promise()));
    core_->awaited_by(std::noop_coroutine(), record);
    core_->set_running(true);
    stepped_ = true;
    core_->self().resume();
    if (!core_->running())
      return false;
    core_->awaited_by(parent, record);
    return true;
  }
#endif
  std::optional<yielded<T>> await_resume() {
    if (!stepped_) {
      if (error_)
        std::rethrow_exception(std::exchange(error_, nullptr));
      return std::nullopt;
    }
    auto &p = static_cast<promise &>(*core_);
    if (p.failed()) {
      std::exception_ptr error = p.take_error();
      if (kind_ == step_kind::close && holds_exactly<generator_exit>(error))
        return std::nullopt;
      std::rethrow_exception(error);
    }
    if (p.exhausted())
      return std::nullopt;
    if (kind_ == step_kind::close) {
      p.take_value();
      throw runtime_error("async generator ignored generator_exit");
    }
    return p.take_value();
  }

private:
  ref_ptr<generator_core> core_;
  std::exception_ptr error_;
  [[no_unique_address]] sent_slot<S> sent_;
  step_kind kind_;
  bool used_ = false;
  bool stepped_ = false;
};

coro<void> close_generators(event_loop &loop);
/// Closes an abandoned generator by a task of the loop in which it began, whichever thread drops it. If that loop is
/// closed, the generator is only destroyed.
void finalise(ref_ptr<generator_core> core, coro<void> (*close)(ref_ptr<generator_core>)) noexcept;

template <class T, class S> coro<void> close_generator(ref_ptr<generator_core> core) {
  generator_step<T, S> step(std::move(core), step_kind::close);
  co_await step;
}
using closer = coro<void> (*)(ref_ptr<generator_core>);

} // namespace detail

/// A coroutine that yields values to its consumer, in the consumer's task and context.
///
/// **Suspends** where the body does; a step that only yields takes no pass of the loop.
/// **Cancellation** of the consumer arrives in the body only while a step is in progress.
/// **Lifetime** close it: `async_with(aclosing(g), ...)` or `aclose()`. A generator that is dropped before its end
/// while its loop runs is closed by a task of that loop.
/// **Debug mode** generator left open.
/// **Source** PEP 525.
template <class T, class Send> class [[nodiscard]] async_generator {
public:
  using promise_type = detail::generator_promise<T, Send>;
  using value_type = detail::yielded<T>;
  using step = detail::generator_step<T, Send>;

  async_generator() noexcept = default;
  async_generator(async_generator &&) noexcept = default;
  async_generator &operator=(async_generator &&other) noexcept {
    if (this != &other) {
      drop();
      core_ = std::move(other.core_);
    }
    return *this;
  }
  ~async_generator() { drop(); }

  async_generator &aiter() noexcept { return *this; }
  /// The next value, or an empty optional at the end.
  step anext() { return step(core_, detail::step_kind::next); }
  /// Resumes the `co_yield` with a value.
  ///
  /// **Errors** type_error if the generator has not reached its first `co_yield`; it can still be started.
  template <class U>
    requires(!std::is_void_v<Send> && std::is_constructible_v<std::optional<Send>, U &&>)
  step asend(U &&value) {
    return step(core_, std::in_place, std::forward<U>(value));
  }
  /// Resumes without a value: the same as `anext`.
  step asend(std::nullopt_t)
    requires(!std::is_void_v<Send>)
  {
    return anext();
  }
  /// Throws the exception at the `co_yield`, and gives the next value.
  ///
  /// **Errors** the exception itself, if the generator has not started; it is over then. None, if it was over before.
  step athrow(std::exception_ptr error) { return step(core_, detail::step_kind::inject, std::move(error)); }
  template <class E>
    requires(!std::is_same_v<std::remove_cvref_t<E>, std::exception_ptr>)
  step athrow(E &&error) {
    return athrow(std::make_exception_ptr(std::forward<E>(error)));
  }
  /// Throws generator_exit at the `co_yield` and waits for the body's cleanup.
  ///
  /// **Errors** runtime_error if the body yields again; what its cleanup throws.
  step aclose() { return step(core_, detail::step_kind::close); }
  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  frame_record *frame() const noexcept { return core_.get(); }

private:
  friend promise_type;
  explicit async_generator(promise_type &promise) : core_(&promise) {}
  void drop() noexcept {
    if (core_ && !core_->begun())
      core_->mark_disposed();
    if (core_ && core_->begun() && !core_->exhausted() && !core_->running())
      detail::finalise(core_, &detail::close_generator<T, Send>);
    core_ = nullptr;
  }
  detail::ref_ptr<detail::generator_core> core_;
};

template <class T, class S>
async_generator<T, S> detail::generator_promise<T, S>::get_return_object(std::source_location location) {
  this->created_at(location);
  return async_generator<T, S>(*this);
}

/// Gives an object's async iterator.
template <class R> decltype(auto) aiter(R &&range) {
  if constexpr (requires { range.aiter(); })
    return range.aiter();
  else
    return static_cast<R &>(range);
}
/// Gives the awaitable of an iterator's next item: an optional.
template <class I> auto anext(I &iterator) { return iterator.anext(); }

} // namespace aio

/// Iterates anything with `aiter()`/`anext()`: `AIO_FOR_CO_AWAIT(auto &chunk, stream()) { ... }`.
///
/// `break`, `continue`, `return` work as in a range for. Write a type instead of a structured binding.
#define AIO_FOR_CO_AWAIT(declaration, ...)                                                                             \
  if (auto &&aio_range_ = __VA_ARGS__; false) {                                                                        \
  } else if (auto &&aio_iterator_ = ::aio::aiter(aio_range_); false) {                                                 \
  } else                                                                                                               \
    for (auto aio_item_ = co_await ::aio::anext(aio_iterator_); aio_item_;                                             \
         aio_item_ = co_await ::aio::anext(aio_iterator_))                                                             \
      if (declaration = *aio_item_; false) {                                                                           \
      } else
