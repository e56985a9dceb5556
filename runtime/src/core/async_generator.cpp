// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Async generators: registration with the loop, closing at the end, and closing of abandoned ones.
#include <aio/core/async_generator.h>

#include <vector>

namespace aio::detail {

void generator_core::set_exhausted() noexcept {
  exhausted_ = true;
  running_ = false;
  static_cast<generator_hook &>(*this).unlink();
}

void generator_core::begin_step(const char *operation) {
  task_core &task = require_task();
  static_cast<void>(task);
  used("async_generator.step");
  if (running_)
    throw runtime_error(std::string(operation) + ": asynchronous generator is already running");
  if (exhausted_ || begun() || static_cast<generator_hook &>(*this).linked())
    return;
  event_loop &loop = *running_loop;
  if (loop.generators_shut_down())
    warn(std::string("asynchronous generator ") + location().function_name() +
         " was scheduled after loop.shutdown_asyncgens() call");
  home_ = ref_ptr<loop_anchor>(&loop.anchor());
  loop.generators().push_back(*this);
}

namespace {

/// Resumes an untyped generator with generator_exit and waits for its end.
struct close_step {
  ref_ptr<generator_core> core;
  bool await_ready() const {
    core->begin_step("aclose()");
    if (core->exhausted())
      return true;
    if (!core->begun()) {
      // The loop knows the generator because of a value that could not be sent; its body must not start now.
      core->mark_disposed();
      core->set_exhausted();
      return true;
    }
    core->inject(std::make_exception_ptr(generator_exit()));
    return false;
  }
  template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) const noexcept {
    core->awaited_by(parent, std::addressof(static_cast<frame_record &>(parent.promise())));
    core->set_running(true);
    return core->self();
  }
  void await_resume() const {
    if (core->failed()) {
      std::exception_ptr error = core->take_error();
      if (!holds_exactly<generator_exit>(error))
        std::rethrow_exception(error);
      return;
    }
    if (!core->exhausted())
      throw runtime_error("async generator ignored generator_exit");
  }
};

coro<void> close_one(ref_ptr<generator_core> core) {
  close_step step{std::move(core)};
  co_await step;
}

} // namespace

coro<void> close_generators(event_loop &loop) {
  struct closing {
    ref_ptr<generator_core> core;
    task<void> closer;
  };
  std::vector<closing> all;
  for (generator_core *g = loop.generators().front(); g; g = loop.generators().next(*g))
    all.push_back({ref_ptr<generator_core>(g), {}});
  for (closing &item : all)
    item.closer = loop.create_task(close_one(item.core), task_options{}, std::source_location());
  // As a gather does: a cancellation of the caller cancels all closings, and is thrown when all of them have ended.
  const task_core &self = require_task();
  int requests = self.cancelling();
  std::exception_ptr cancellation;
  for (closing &item : all) {
    std::exception_ptr error;
    try {
      co_await item.closer;
    } catch (...) {
      error = std::current_exception();
    }
    if (self.cancelling() > requests) {
      requests = self.cancelling();
      cancellation = is_cancelled_error(error) ? error : std::make_exception_ptr(cancelled_error());
      for (const closing &other : all)
        if (!other.closer.done())
          other.closer.cancel();
    }
    if (!error || is_cancelled_error(error))
      continue;
    const std::string name = item.core->location().function_name();
    loop.call_exception_handler(
        {"an error occurred during closing of asynchronous generator " + name, error, {}, name, item.core->location()});
  }
  if (cancellation)
    std::rethrow_exception(cancellation);
}

void finalise(ref_ptr<generator_core> core, closer close) noexcept {
  const ref_ptr<loop_anchor> home = core->home();
  const std::string name = core->location().function_name();
  if (home && !home->on_owner_thread()) {
    try {
      if (home->post_call([core, close] { finalise(core, close); }))
        return;
    } catch (...) {
      warn("asynchronous generator " + name + " could not be closed");
    }
  }
  event_loop *loop = home ? home->loop() : nullptr;
  if (loop && loop == running_loop && loop->hooks())
    loop->hooks()->each(hook::left_open, [&](instrument &i) { i.left_open("async generator", name, core.get()); });
  if (!loop || loop->is_closed() || !static_cast<generator_hook &>(*core).linked()) {
    warn("asynchronous generator " + name + " was destroyed before it was exhausted; close it with aclosing()");
    return;
  }
  try {
    // In the next pass, like asyncio's finalizer hook.
    loop->call_soon([loop, core, close] {
      task_options options;
      options.eager_start = false;
      loop->create_task(close(core), options, std::source_location()).detach();
    });
  } catch (...) {
    warn("asynchronous generator " + name + " could not be closed");
  }
}

} // namespace aio::detail
