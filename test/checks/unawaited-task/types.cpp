// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Task types without facts. The checker reads their properties from their structure.
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

struct awaits_nothing {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) noexcept {}
  void await_resume() noexcept {}
};

//===-- The smallest lazy task: a struct with a public handle ----------------===//
struct minimal {
  struct promise_type {
    minimal get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};
minimal make_minimal();
void minimal_task_dropped() {
  make_minimal();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_minimal' is never awaited, so it never runs [coro-unawaited-task]
}
void minimal_task_resumed_by_hand_is_fine() {
  auto task = make_minimal();
  task.handle.resume();
  task.handle.destroy();
  make_minimal().handle.resume();
}

//===-- A promise in a base class, an awaiter of its own at the start ---------===//
namespace detail {
struct starts_later : awaits_nothing {};
struct promise_base {
  starts_later initial_suspend() { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }
};
template <class T>
struct promise;
} // namespace detail
template <class T>
struct with_alias {
  using promise_type = detail::promise<T>;
  awaits_nothing operator co_await() &&;
};
template <class T>
struct detail::promise : detail::promise_base {
  with_alias<T> get_return_object();
  void return_value(T);
};
with_alias<int> make_with_alias();
void promise_in_a_base_dropped() {
  make_with_alias();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_with_alias' is never awaited, so it never runs [coro-unawaited-task]
}

//===-- auto initial_suspend -------------------------------------------------===//
struct deduced {
  struct promise_type {
    deduced get_return_object() { return {}; }
    auto initial_suspend() { return std::suspend_always(); }
    auto final_suspend() noexcept { return std::suspend_always(); }
    void return_void() {}
    void unhandled_exception() {}
  };
  awaits_nothing operator co_await();
};
deduced make_deduced();
void deduced_start_dropped() {
  make_deduced();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_deduced' is never awaited, so it never runs [coro-unawaited-task]
}

//===-- coroutine_traits, fully and partially specialised --------------------===//
struct foreign {
  awaits_nothing operator co_await() const;
};
struct foreign_promise {
  foreign get_return_object();
  std::suspend_always initial_suspend() { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() {}
};
template <class... Args>
struct std::coroutine_traits<foreign, Args...> {
  using promise_type = foreign_promise;
};
template <class T>
struct foreign_template {};
template <class T, class... Args>
struct std::coroutine_traits<foreign_template<T>, Args...> {
  struct promise_type {
    foreign_template<T> get_return_object();
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(T) {}
    void unhandled_exception() {}
  };
};
foreign make_foreign();
foreign_template<int> make_foreign_template();
void specialised_traits_dropped() {
  make_foreign();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_foreign' is never awaited, so it never runs [coro-unawaited-task]
  make_foreign_template();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_foreign_template' is never awaited, so it never runs [coro-unawaited-task]
}

//===-- A free operator co_await, found by argument ---------------------------===//
namespace adl {
struct operation {};
awaits_nothing operator co_await(operation);
operation begin();
} // namespace adl
foreign awaits_an_operation() {
  co_await adl::begin();
  adl::begin();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: awaitable returned by 'begin' is never awaited{{.*}} [coro-unawaited-task]
}

//===-- Awaitable only through the promise -----------------------------------===//
struct command {
  int number;
};
struct interpreter {
  struct promise_type {
    interpreter get_return_object() { return {}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
    awaits_nothing await_transform(command) { return {}; }
    awaits_nothing await_transform(interpreter &&) { return {}; }
  };
};
command make_command();
interpreter make_interpreter();
interpreter uses_await_transform() {
  co_await make_command();
  co_await make_interpreter();
  make_interpreter();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_interpreter' is never awaited, so it never runs [coro-unawaited-task]
  make_command(); // awaitable only through await_transform, so this is a plain value
}

//===-- Shared tasks ---------------------------------------------------------===//
struct shared {
  struct promise_type {
    shared get_return_object();
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  awaits_nothing operator co_await() const;
  std::shared_ptr<promise_type> state;
};
shared make_shared_task();
shared shared_tasks() {
  make_shared_task();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task returned by 'make_shared_task' is never awaited, so it never runs [coro-unawaited-task]
  auto task = make_shared_task();
  auto copy = task;
  co_await task;
  co_await copy;
}

//===-- std::future as a coroutine type ---------------------------------------===//
template <class... Args>
struct std::coroutine_traits<std::future<void>, Args...> {
  struct promise_type : std::promise<void> {
    std::future<void> get_return_object() { return this->get_future(); }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() { this->set_value(); }
    void unhandled_exception() { this->set_exception(std::current_exception()); }
  };
};
std::future<void> make_future_coroutine();
void futures_of_coroutines_run() {
  make_future_coroutine();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'make_future_coroutine' is dropped; {{.*}} [coro-discarded-task]
  make_future_coroutine().get();
}

//===-- Generators and fire-and-forget types are silent -----------------------===//
template <class T>
struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T);
    void return_void() {}
    void unhandled_exception() {}
  };
  T *begin();
  T *end();
};
generator<int> numbers();
struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
fire_and_forget notify();
void generators_and_detached_coroutines_are_fine() {
  numbers();
  auto kept = numbers();
  notify();
  auto also_kept = notify();
  std::function<void()> callback = notify;
  callback = [] { notify(); };
}

//===-- Coroutine types of tests and examples: void through the handle --------===//
struct handle_task : std::coroutine_handle<> {
  struct promise_type {
    handle_task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
handle_task make_handle_task();
void a_handle_is_resumed_is_fine() {
  auto task = make_handle_task();
  task.resume();
  task();
  task.destroy();
  auto other = make_handle_task();
  other();
}

//===-- Not asynchronous at all ------------------------------------------------===//
struct has_promise_type_of_another_kind {
  using promise_type = int;
};
has_promise_type_of_another_kind make_other();
std::suspend_always pause_here();
void ordinary_values_are_fine() {
  make_other();
  pause_here();
}

//===-- Values of the standard library that the user made awaitable -------------===//
template <class Rep, class Period>
awaits_nothing operator co_await(std::chrono::duration<Rep, Period>) {
  return {};
}
std::chrono::milliseconds elapsed();
void log(std::chrono::milliseconds) {}
void durations_are_still_durations_is_fine() {
  using namespace std::chrono_literals;
  if (elapsed() == 0ms)
    return;
  log(elapsed());
  [[maybe_unused]] auto kept = elapsed();
  (void)elapsed();
}
minimal durations_can_be_awaited_is_fine() { co_await elapsed(); }

//===-- An awaitable resource that is only tested -------------------------------===//
struct event {
  awaits_nothing operator co_await();
  bool is_set() const;
  bool operator==(const event &) const;
};
event current_event();
bool tested_resources_are_fine() { return current_event().is_set() || current_event() == event(); }

//===-- Result types: their co_await only returns early --------------------------------===//
namespace values {
template <class T, class E = std::string>
struct expected {
  struct promise_type {
    expected get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_value(T);
    void unhandled_exception() {}
  };
  std::variant<T, E> value_or_error;
  bool ok() const { return value_or_error.index() == 0; }
  explicit operator bool() const { return ok(); }
  bool await_ready() const noexcept { return ok(); }
  void await_suspend(std::coroutine_handle<>) const {}
  T await_resume() const;
};
expected<int> parse(const std::string &text);
expected<int> sum(const std::string &a, const std::string &b) {
  int first = co_await parse(a);
  int second = co_await parse(b);
  co_return first + second;
}
std::optional<int> find(int);
void dropped_values_are_fine() {
  parse("1");
  auto result = sum("1", std::string("2"));
  if (parse("1").ok() || !parse("2"))
    return;
  if (auto other = sum("1", "2"))
    return;
  while (find(1))
    if (!find(2))
      return;
}
// The error may be behind a pointer, and the result may be stored as bytes.
struct problem {
  virtual ~problem();
  std::string what;
};
template <class T, class Result>
struct early_return {
  Result get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void return_value(T);
  void unhandled_exception() {}
};
template <class T>
struct or_problem {
  using promise_type = early_return<T, or_problem>;
  std::optional<T> value;
  std::unique_ptr<problem> error;
  const char *message;
  explicit operator bool() const;
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const;
  T await_resume() const;
};
template <class T>
struct in_bytes {
  using promise_type = early_return<T, in_bytes>;
  alignas(T) unsigned char storage[sizeof(T)];
  bool ok;
  explicit operator bool() const;
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const;
  T await_resume() const;
};
or_problem<int> read_number();
in_bytes<int> read_byte();
or_problem<int> dropped_values_with_a_pointer_are_fine() {
  if (read_number() && read_byte())
    co_return co_await read_number();
  read_number();
  co_return 0;
}
// A type that holds a coroutine handle, or owns the state of a coroutine, is not such a value.
template <class T>
struct shared {
  using promise_type = early_return<T, shared>;
  struct state {
    std::optional<T> value;
    std::function<void()> then;
  };
  std::shared_ptr<state> owned;
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const;
  T await_resume() const;
};
shared<int> share();
void a_shared_state_is_lost() {
  share();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'share' is dropped; {{.*}} [coro-discarded-task]
}
template <class T>
struct job {
  struct promise_type {
    job get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(T);
    void unhandled_exception() {}
  };
  std::optional<T> result;
  std::coroutine_handle<promise_type> frame;
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const;
  T await_resume() const;
};
job<int> work();
void a_task_that_holds_a_handle_is_dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'work' is dropped; {{.*}} [coro-discarded-task]
}
} // namespace values
template <class... Args>
struct std::coroutine_traits<std::optional<int>, Args...> {
  struct promise_type {
    std::optional<int> get_return_object();
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_value(int);
    void unhandled_exception() {}
  };
};

//===-- A start that is decided at run time -----------------------------------===//

namespace decided {
bool eager_mode();
struct initially {
  bool await_ready() const noexcept {
    if (eager_mode())
      return true;
    return false;
  }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
struct task {
  struct promise_type {
    task get_return_object();
    initially initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  task(task &&) noexcept;
  ~task();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
task work() { co_return; }
// Whether it runs is not known, so the message does not say that it never does.
void dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: task returned by 'work' is never awaited [coro-unawaited-task]
}
} // namespace decided
