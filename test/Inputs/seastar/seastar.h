// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for Seastar: eager futures, `(void)f` for background fibers, gates
// and semaphores that are awaited.
#pragma once
#include "../standin.h"

namespace seastar {

template <class T = void>
class [[nodiscard]] future {
public:
  struct promise_type : standin::promise<future, T, std::suspend_never> {};
  future(future &&) noexcept;
  future &operator=(future &&) noexcept;
  ~future();
  T get();
  void wait() noexcept;
  bool available() const noexcept;
  bool failed() const noexcept;
  std::exception_ptr get_exception() noexcept;
  template <class Func>
  future<> then(Func &&func) noexcept {
    standin::keep(std::forward<Func>(func));
    return standin::result<future<>>();
  }
  template <class Func>
  future<> then_wrapped(Func &&func) noexcept {
    standin::keep(std::forward<Func>(func));
    return standin::result<future<>>();
  }
  template <class Func>
  future<T> finally(Func &&func) noexcept {
    standin::keep(std::forward<Func>(func));
    return std::move(*this);
  }
  template <class Func>
  future<T> handle_exception(Func &&func) noexcept {
    standin::keep(std::forward<Func>(func));
    return std::move(*this);
  }
  future<> discard_result() noexcept;
  future<> or_terminate() noexcept;
  void ignore_ready_future() noexcept;
};

template <class T>
standin::awaiter<T> operator co_await(future<T> f) noexcept;

template <class T = void>
future<T> make_ready_future();
template <class T = void, class Exception>
future<T> make_exception_future(Exception &&exception) noexcept;

// Exceptions.
class abort_requested_exception : public std::exception {
public:
  const char *what() const noexcept override;
};
class sleep_aborted : public abort_requested_exception {};
class semaphore_aborted : public abort_requested_exception {};
class gate_closed_exception : public std::exception {};
class broken_semaphore : public std::exception {};
class broken_condition_variable : public std::exception {};
class timed_out_error : public std::exception {};
class semaphore_timed_out : public timed_out_error {};

class abort_source {
public:
  void request_abort() noexcept;
  bool abort_requested() const noexcept;
  void check() const;
};

class gate {
public:
  class holder {
  public:
    explicit holder(gate &g) : gate_(&g) {}
    holder(holder &&other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    ~holder() { release(); }
    void release() noexcept;

  private:
    gate *gate_;
  };
  ~gate();
  void enter();
  void leave() noexcept;
  void check() const;
  future<> close() noexcept;
  bool is_closed() const noexcept;
  std::size_t get_count() const noexcept;
  holder hold();
};

template <class Func>
future<> with_gate(gate &, Func &&func) {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}
template <class Func>
future<> try_with_gate(gate &, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}

// The names without parameters are aliases of templates.
struct semaphore_default_exception_factory {};
struct named_semaphore_exception_factory {};
template <class ExceptionFactory = semaphore_default_exception_factory, class Clock = std::chrono::steady_clock>
class semaphore_units {
public:
  semaphore_units() noexcept = default;
  semaphore_units(semaphore_units &&) noexcept;
  ~semaphore_units();
  void return_all() noexcept;
  std::size_t release() noexcept;
};
template <class ExceptionFactory, class Clock = std::chrono::steady_clock>
class basic_semaphore : private ExceptionFactory {
public:
  explicit basic_semaphore(std::size_t count) noexcept;
  future<> wait(std::size_t units = 1) noexcept;
  future<> wait(abort_source &source, std::size_t units = 1) noexcept;
  void signal(std::size_t units = 1) noexcept;
  bool try_wait(std::size_t units = 1) noexcept;
  std::size_t current() const noexcept;
};
using semaphore = basic_semaphore<semaphore_default_exception_factory>;
using named_semaphore = basic_semaphore<named_semaphore_exception_factory>;
template <class ExceptionFactory, class Clock>
future<semaphore_units<ExceptionFactory, Clock>> get_units(basic_semaphore<ExceptionFactory, Clock> &sem,
                                                           std::size_t units) noexcept;
template <class ExceptionFactory, class Clock>
future<semaphore_units<ExceptionFactory, Clock>> get_units(basic_semaphore<ExceptionFactory, Clock> &sem, std::size_t units,
                                                           abort_source &source) noexcept;
template <class ExceptionFactory, class Func, class Clock>
future<> with_semaphore(basic_semaphore<ExceptionFactory, Clock> &, std::size_t, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}

class shared_mutex {
public:
  future<> lock() noexcept;
  future<> lock_shared() noexcept;
  bool try_lock() noexcept;
  void unlock() noexcept;
  void unlock_shared() noexcept;
};
template <class Clock = std::chrono::steady_clock>
class basic_rwlock {
public:
  using holder = semaphore_units<semaphore_default_exception_factory, Clock>;
  future<> read_lock();
  future<> write_lock();
  void read_unlock();
  void write_unlock();
  future<holder> hold_read_lock();
  future<holder> hold_write_lock();
};
using rwlock = basic_rwlock<>;
template <class Func>
future<> with_lock(shared_mutex &, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}
template <class Func>
future<> with_shared(shared_mutex &, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}

class condition_variable {
public:
  struct [[nodiscard]] awaiter : standin::awaiter<void> {};
  future<> wait() noexcept;
  template <class Pred>
    requires std::is_invocable_r_v<bool, Pred>
  future<> wait(Pred &&pred) noexcept {
    standin::keep(std::forward<Pred>(pred));
    return standin::result<future<>>();
  }
  awaiter when() noexcept;
  void signal() noexcept;
  void broadcast() noexcept;
};

future<> sleep(std::chrono::nanoseconds duration);
future<> sleep_abortable(std::chrono::nanoseconds duration);
future<> sleep_abortable(std::chrono::nanoseconds duration, abort_source &source);
future<> yield() noexcept;
future<> maybe_yield() noexcept;

/// Runs its callable in a seastar::thread, where blocking on a future is fine.
template <class Func, class... Args>
future<> async(Func &&func, Args &&...args) noexcept {
  standin::keep(std::forward<Func>(func));
  (standin::keep(std::forward<Args>(args)), ...);
  return standin::result<future<>>();
}
class thread {
public:
  template <class Func>
  explicit thread(Func func) {
    standin::keep(std::move(func));
  }
  future<> join();
  static void yield();
  static void maybe_yield();
};

template <class Iterator, class Func>
future<> parallel_for_each(Iterator, Iterator, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}
template <class Func>
future<> do_until(std::function<bool()>, Func &&func) noexcept {
  standin::keep(std::forward<Func>(func));
  return standin::result<future<>>();
}
template <class... Futures>
future<std::tuple<std::decay_t<Futures>...>> when_all(Futures &&...futures) noexcept;
template <class Iterator>
future<std::vector<typename std::iterator_traits<Iterator>::value_type>> when_all(Iterator begin, Iterator end) noexcept;
template <class... Futures>
future<std::tuple<>> when_all_succeed(Futures &&...futures) noexcept;

class reactor {
public:
  void run_in_background(future<> f);
};
reactor &engine();

namespace internal {
template <bool CheckPreempt, class T>
class [[nodiscard]] as_future_awaiter : public standin::awaiter<future<T>> {
public:
  explicit as_future_awaiter(future<T> &&f) noexcept : future_(std::move(f)) {}

private:
  future<T> future_;
};
template <bool CheckPreempt, class T>
class [[nodiscard]] try_future_awaiter : public standin::awaiter<T> {
public:
  explicit try_future_awaiter(future<T> &&f) noexcept : future_(std::move(f)) {}

private:
  future<T> future_;
};
} // namespace internal

namespace coroutine {

/// Keeps the closure alive for the full expression that awaits it.
template <class Func>
class lambda {
public:
  explicit lambda(Func &&func) : func_(&func) {}
  template <class... Args>
  auto operator()(Args &&...args) const {
    return std::invoke(*func_, std::forward<Args>(args)...);
  }

private:
  std::remove_reference_t<Func> *func_;
};

template <class... Futures>
class [[nodiscard("must co_await an all() object")]] all {
public:
  explicit all(Futures &&...futures);
  standin::awaiter<std::tuple<>> operator co_await();
};
template <class Func>
class [[nodiscard("must co_await an parallel_for_each() object")]] parallel_for_each {
public:
  template <class Range>
  parallel_for_each(Range &&, Func &&func) {
    standin::keep(std::forward<Func>(func));
  }
  standin::awaiter<void> operator co_await() { return {}; }
};
class [[nodiscard("must co_await an maybe_yield() object")]] maybe_yield {
public:
  standin::awaiter<void> operator co_await();
};
struct [[nodiscard("must co_await a switch_to object")]] switch_to : standin::awaiter<int> {};

template <class T>
auto as_future(future<T> &&f) noexcept {
  return internal::as_future_awaiter<true, T>(std::move(f));
}
template <class T>
auto try_future(future<T> &&f) noexcept {
  return internal::try_future_awaiter<true, T>(std::move(f));
}

struct exception {
  std::exception_ptr eptr;
};
[[nodiscard]] exception make_exception(std::exception_ptr eptr) noexcept;
[[nodiscard]] standin::awaiter<void> return_exception_ptr(std::exception_ptr eptr) noexcept;

namespace experimental {
template <class T>
class [[nodiscard]] generator {
public:
  struct promise_type : standin::generator_promise<generator, T> {};
  generator(generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
  ~generator() {
    if (coroutine_)
      coroutine_.destroy();
  }
  [[nodiscard]] standin::awaiter<std::optional<T>> operator()() noexcept;

private:
  std::coroutine_handle<promise_type> coroutine_;
};
} // namespace experimental
} // namespace coroutine
} // namespace seastar
