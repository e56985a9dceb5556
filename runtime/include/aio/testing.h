// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tools for tests of programs on aio: a virtual clock, a scheduler with a seed, and the detection of deadlocks.
#pragma once

#include <cstdint>
#include <memory>

#include <aio/core/run.h>

namespace aio::testing {

/// Thrown when nothing can wake the loop any more.
class deadlock_error : public runtime_error {
public:
  using runtime_error::runtime_error;
};

struct options {
  /// 0 keeps asyncio's order; any other seed shuffles the task steps of each pass in a way that the seed alone decides.
  std::uint64_t seed = 0;
  /// Throw deadlock_error instead of sleeping for ever. Switch it off if foreign threads wake the loop.
  bool detect_deadlock = true;
};

/// A loop whose clock starts at 0 and jumps to the next timer when there is nothing else to do.
///
/// **Errors** deadlock_error from the running functions.
class virtual_loop : public event_loop {
public:
  explicit virtual_loop(options o = {}) : options_(o), random_(o.seed) {}
  time_point time() const override { return now_; }
  /// Moves the clock by hand, as a blocking call would.
  void advance(duration by) noexcept { now_ += by; }
  duration elapsed() const noexcept { return now_.time_since_epoch(); }

protected:
  void idle(std::optional<duration> timeout) override;
  void arrange(detail::intrusive_list<detail::ready_entry> &batch) override;

private:
  options options_;
  std::uint64_t random_;
  time_point now_{};
};

/// Makes a factory for run_options.
std::function<std::unique_ptr<event_loop>()> virtual_time(options o = {});

/// Runs a main coroutine on a virtual_loop.
template <class T> T run(coro<T> main, options o = {}) {
  return aio::run(std::move(main), run_options{{}, virtual_time(o)});
}

/// The virtual time of the running loop, since its start.
inline duration now() { return get_running_loop().time().time_since_epoch(); }
/// Moves the running virtual clock, as a blocking call in a step would.
void block_for(duration time);

} // namespace aio::testing
