// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// run and runner: create a loop, run a main coroutine in it, and clean up afterwards.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <source_location>

#include <aio/core/task.h>

namespace aio {

struct run_options {
  /// Switches debug mode; unset leaves it to AIO_DEBUG.
  std::optional<bool> debug{};
  std::function<std::unique_ptr<event_loop>()> loop_factory{};
};

/// Holds a loop for several `run` calls; closing it cancels the tasks that are left.
///
/// **Lifetime** the destructor closes. Background tasks survive between runs, but make progress only during one.
/// **Errors** SIGINT during `run` cancels the main task, and then leaves as keyboard_interrupt.
/// **Source** docs.python.org/3/library/asyncio-runner.html
class runner {
public:
  explicit runner(run_options options = {});
  runner(const runner &) = delete;
  runner &operator=(const runner &) = delete;
  ~runner();

  /// Runs the coroutine as a task, in the given context or the runner's own.
  ///
  /// **Errors** runtime_error in a running loop or after close; what the coroutine throws.
  template <class T>
  T run(coro<T> main, std::optional<aio::context> ctx = {},
        std::source_location site = std::source_location::current()) {
    try {
      prepare();
    } catch (...) {
      main.close();
      throw;
    }
    task_options options;
    options.context = ctx ? context_ref(*ctx) : context_ref(*context_);
    task<T> root = loop_->create_task(std::move(main), std::move(options), site);
    run_main(root);
    if constexpr (std::is_void_v<T>)
      root.result();
    else if constexpr (std::is_reference_v<T>)
      return root.result();
    else
      return std::move(root.result());
  }
  template <detail::other_awaitable A>
  auto run(A awaitable, std::optional<aio::context> ctx = {},
           std::source_location site = std::source_location::current()) {
    return run(detail::as_coro(std::move(awaitable)), std::move(ctx), site);
  }
  event_loop &get_loop();
  /// Cancels all tasks and waits for them, closes async generators, the executor and the loop, in this order. Does
  /// nothing, and leaves the runner usable, before its first use.
  ///
  /// **Errors** runtime_error while a loop runs in this thread.
  void close();

private:
  void prepare();
  void run_main(const any_task &root);
  run_options options_;
  std::unique_ptr<event_loop> loop_;
  std::optional<aio::context> context_;
  bool closed_ = false;
};

/// Runs a main coroutine in a new loop and returns its value; the loop is closed in every case.
///
/// **Errors** runtime_error in a running loop; what the coroutine throws.
template <class T>
T run(coro<T> main, run_options options = {}, std::source_location site = std::source_location::current()) {
  if (event_loop *running = running_loop_or_null()) {
    main.close();
    running->touch_by_running("aio::run");
    throw runtime_error("run() cannot be called from a running event loop");
  }
  runner r(std::move(options));
  if constexpr (std::is_void_v<T>) {
    r.run(std::move(main), {}, site);
    r.close();
  } else if constexpr (std::is_reference_v<T>) {
    T value = r.run(std::move(main), {}, site);
    r.close();
    return value;
  } else {
    T value = r.run(std::move(main), {}, site);
    r.close();
    return value;
  }
}
template <detail::coroutine_function F> void run(F &&, const run_options & = {}) { detail::refuse_function<F>(); }
template <detail::other_awaitable A>
auto run(A awaitable, run_options options = {}, std::source_location site = std::source_location::current()) {
  return run(detail::as_coro(std::move(awaitable)), std::move(options), site);
}

} // namespace aio
