// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Waits for several futures at once, by adding an entry to each future's list.
#include <aio/core/wait_until.h>

namespace aio::detail {

namespace {

/// The waiter of the task; it lists the futures for instruments.
struct wait_end final : waiter {
  explicit wait_end(future_list of) noexcept : waiter(true), futures(std::move(of)) {}
  void add_awaited(std::vector<future_core *> &out) override {
    for (const auto &f : futures)
      out.push_back(f.get());
  }
  bool waits_for_all() const noexcept override { return for_all; }
  future_list futures;
  bool for_all = true;
};

struct wait_state {
  explicit wait_state(future_list futures) noexcept : done(std::move(futures)) {}
  wait_end done;
  std::size_t left = 0;
  return_when when = return_when::all_completed;
  timer_handle timer{};
  ~wait_state() { timer.cancel(); }
};

/// An entry in a future's list; it leaves the list when the wait ends for any reason.
struct wait_node final : done_entry {
  wait_state *state = nullptr;
  void run() override {
    const ref_ptr<future_core> f = std::exchange(source_, {});
    --state->left;
    bool over = state->left == 0 || state->when == return_when::first_completed;
    if (!over && state->when == return_when::first_exception)
      over = !f->cancelled() && f->exception() != nullptr;
    if (over) {
      state->timer.cancel();
      state->done.wake();
    }
  }
  void discard() noexcept override {}
};

} // namespace

coro<void> wait_until(future_list futures, maybe_duration timeout, return_when when) {
  event_loop &loop = get_running_loop();
  const std::size_t count = futures.size();
  wait_state state(std::move(futures));
  state.left = count;
  state.when = when;
  state.done.for_all = when == return_when::all_completed && !timeout;
  if (timeout)
    state.timer = loop.call_later(*timeout, [&state] { state.done.wake(); });
  const auto nodes = std::make_unique<wait_node[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    nodes[i].state = &state;
    if (event_loop *owner = state.done.futures[i]->loop(); owner && owner != &loop) [[unlikely]]
      owner->touch("wait");
    state.done.futures[i]->add_entry(nodes[i]);
  }
  co_await state.done;
}

coro<void> cancel_and_wait(ref_ptr<future_core> target, std::string message) {
  wait_state state(future_list{target});
  state.left = 1;
  wait_node node;
  node.state = &state;
  target->add_entry(node);
  target->cancel(message);
  co_await state.done;
}

} // namespace aio::detail
