// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// process_pool_executor: registered functions in worker processes of the same program.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include <aio/core/executor.h>
#include <aio/core/process_codec.h>

namespace aio {

/// An exception that a function threw in a worker process: its text, and the name of its type.
class remote_error : public runtime_error {
public:
  remote_error(std::string type, const std::string &what) : runtime_error(what), type_(std::move(type)) {}
  const std::string &type() const noexcept { return type_; }

private:
  std::string type_;
};

/// Turns a process into a worker, if a process pool started it; returns at once otherwise.
///
/// A worker is the program itself, started anew, so `main` must call this before anything else:
/// ```cpp
/// int main(int argc, char **argv) {
///   aio::process_worker(argc, argv);
///   …
/// }
/// ```
void process_worker(int argc, char **argv);

namespace detail {

using any_function = void (*)();
/// Reads arguments, makes the call, and returns the result's bytes.
using remote_call = std::function<std::string(byte_source &)>;

/// Makes a function known to worker processes.
struct process_registration {
  process_registration(const char *name, any_function function, remote_call call);
};
/// The name that a function was registered with. **Errors** value_error if it was not.
const std::string &registered_name(any_function function);

template <class R, class... Params> remote_call remote_call_of(R (*function)(Params...)) {
  return [function](byte_source &in) {
    auto args = process_codec<std::tuple<std::decay_t<Params>...>>::read(in);
    std::string out;
    const auto call = [&](auto &...as) -> R { return function(static_cast<Params &&>(as)...); };
    if constexpr (std::is_void_v<R>)
      std::apply(call, args);
    else
      process_codec<std::decay_t<R>>::write(out, std::apply(call, args));
    return out;
  };
}
template <class R, class... Params> any_function erase(R (*function)(Params...)) noexcept {
  return reinterpret_cast<any_function>(function);
}

/// How long a failed worker may take to end by itself, because its exit status says more; then it is killed.
extern std::atomic<int> worker_exit_grace_ms;

/// A call that waits for a worker.
struct process_job {
  std::string request;
  /// Marks the job as begun; returns false if it was cancelled.
  std::function<bool()> start;
  std::function<void(std::string_view reply)> finish;
  std::function<void(std::exception_ptr)> fail;
  std::function<void()> cancel;
};

} // namespace detail

/// Makes a function callable in worker processes; stands at namespace scope, after the function.
#define AIO_REGISTER_PROCESS_FUNCTION(function)                                                                        \
  [[maybe_unused]] static const ::aio::detail::process_registration aio_registered_##function(                         \
      #function, ::aio::detail::erase(&function), ::aio::detail::remote_call_of(&function))

/// Worker processes, started as they are needed, for functions registered with AIO_REGISTER_PROCESS_FUNCTION.
///
/// **Cancellation** of the future drops a call that has not begun; one that runs is finished, and its result dropped.
/// **Errors** runtime_error if `main` does not call process_worker, or after shutdown; value_error for a function that
/// is not registered; remote_error for what the function threw; broken_process_pool if a worker died: all open calls
/// fail with it, and so do later ones.
/// **Lifetime** the destructor waits for the calls that were submitted, like leaving a `with` block.
/// **Thread safety** all members may be called from any thread.
/// **Source** docs.python.org/3/library/concurrent.futures.html#processpoolexecutor
class process_pool_executor {
public:
  explicit process_pool_executor(unsigned max_workers = 0);
  process_pool_executor(const process_pool_executor &) = delete;
  process_pool_executor &operator=(const process_pool_executor &) = delete;
  ~process_pool_executor();

  /// Runs `function(args...)` in a worker.
  template <class R, class... Params, class... Args> thread_future<R> submit(R (*function)(Params...), Args &&...args) {
    static_assert(sizeof...(Params) == sizeof...(Args), "the function takes another number of arguments");
    thread_future<R> future;
    detail::process_job job;
    process_codec<std::string>::write(job.request, detail::registered_name(detail::erase(function)));
    using arguments = std::tuple<std::decay_t<Params>...>;
    process_codec<arguments>::write(job.request, arguments(std::forward<Args>(args)...));
    job.start = [state = future.state()] { return state->start(); };
    job.cancel = [state = future.state()] { state->cancel(); };
    job.fail = [state = future.state()](std::exception_ptr error) { state->finish(std::move(error)); };
    job.finish = [state = future.state()](std::string_view reply) {
      if constexpr (!std::is_void_v<R>) {
        byte_source in(reply);
        state->slot.emplace(process_codec<std::decay_t<R>>::read(in));
      }
      state->finish(nullptr);
    };
    post(std::move(job));
    return future;
  }
  /// Accepts no more calls; waits for the open ones, or drops those that have not begun.
  void shutdown(bool wait = true, bool cancel_futures = false);

private:
  struct shared;
  void post(detail::process_job job);
  std::shared_ptr<shared> shared_;
};

template <class R, class... Params, class... Args>
future<R> event_loop::run_in_executor(process_pool_executor *where, R (*function)(Params...), Args &&...args) {
  check_open();
  touch("run_in_executor");
  return wrap_future(where->submit(function, std::forward<Args>(args)...), *this);
}

} // namespace aio
