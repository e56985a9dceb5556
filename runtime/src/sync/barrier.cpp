// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// barrier: the transitions between its four states.
#include <aio/sync/barrier.h>

namespace aio {

barrier::barrier(long parties) : parties_(static_cast<std::size_t>(parties)) {
  if (parties < 1)
    throw value_error("parties must be >= 1");
}

coro<std::size_t> barrier::wait() {
  auto guard = co_await changed_.scoped();
  auto may_enter = changed_.wait_for([this] { return state_ != state::draining && state_ != state::resetting; });
  co_await std::move(may_enter);
  if (state_ == state::broken)
    throw broken_barrier_error("Barrier aborted");
  const std::size_t index = count_++;
  struct leaving {
    barrier &b;
    ~leaving() { b.leave(); }
  } at_end{*this};
  if (index + 1 == parties_) {
    state_ = state::draining;
    changed_.notify_all();
  } else {
    auto may_go = changed_.wait_for([this] { return state_ != state::filling; });
    co_await std::move(may_go);
    if (state_ == state::broken || state_ == state::resetting)
      throw broken_barrier_error("Abort or reset of barrier");
  }
  co_return index;
}

void barrier::leave() {
  --count_;
  if (count_ > 0)
    return;
  if (state_ == state::resetting || state_ == state::draining)
    state_ = state::filling;
  if (changed_.locked())
    changed_.notify_all();
}

coro<void> barrier::reset() {
  auto guard = co_await changed_.scoped();
  state_ = count_ > 0 ? state::resetting : state::filling;
  changed_.notify_all();
}

coro<void> barrier::abort() {
  auto guard = co_await changed_.scoped();
  state_ = state::broken;
  changed_.notify_all();
}

} // namespace aio
