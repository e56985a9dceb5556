// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for netcan's asyncio: lazy tasks, scheduled tasks that are destroyed when dropped.
#pragma once
#include "../standin.h"

namespace asyncio {

struct NoWaitAtInitialSuspend {};
inline constexpr NoWaitAtInitialSuspend no_wait_at_initial_suspend;

struct TimeoutError : std::exception {
  const char *what() const noexcept override;
};

template <class R = void>
struct Task {
  struct promise_type : standin::returns<R> {
    struct InitialSuspendAwaiter {
      bool await_ready() const noexcept { return !wait_at_initial_suspend; }
      void await_suspend(std::coroutine_handle<>) const noexcept {}
      void await_resume() const noexcept {}
      const bool wait_at_initial_suspend = true;
    };
    Task get_return_object() noexcept;
    InitialSuspendAwaiter initial_suspend() noexcept { return {wait_at_initial_suspend}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept {}
    void cancel();
    const bool wait_at_initial_suspend = true;
  };
  Task(Task &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Task() { destroy(); }
  standin::awaiter<R> operator co_await() const & noexcept;
  standin::awaiter<R> operator co_await() const && noexcept;
  R get_result() &&;
  bool valid() const { return handle_ != nullptr; }
  bool done() const { return handle_.done(); }

private:
  void destroy() {
    if (auto handle = std::exchange(handle_, nullptr)) {
      handle.promise().cancel();
      handle.destroy();
    }
  }
  std::coroutine_handle<promise_type> handle_;
};

template <class T>
struct ScheduledTask {
  explicit ScheduledTask(T &&task) : task_(std::move(task)) {}
  void cancel();
  standin::awaiter<void> operator co_await() const noexcept;
  bool valid() const;
  bool done() const;

private:
  T task_;
};

template <class T>
[[nodiscard("discard(detached) a task will not schedule to run")]] ScheduledTask<T> schedule_task(T &&task) {
  return ScheduledTask<T>{std::move(task)};
}
template <class... Futures>
[[nodiscard("discard gather doesn't make sense")]] Task<std::tuple<>> gather(Futures &&...futures);
template <class R, class Rep, class Period>
[[nodiscard("discard wait_for doesn't make sense")]] Task<R> wait_for(Task<R> &&task,
                                                                      std::chrono::duration<Rep, Period> timeout);
template <class Rep, class Period>
[[nodiscard("discard sleep doesn't make sense")]] Task<> sleep(std::chrono::duration<Rep, Period> delay);
template <class R>
R run(Task<R> &&main);

class EventLoop {
public:
  void run_until_complete();
};
EventLoop &get_event_loop();

} // namespace asyncio
