// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of as_completed: the queue of completed futures.
#include <aio/combine/as_completed.h>

namespace aio::detail {

completion_queue::completion_queue(std::vector<ref_ptr<future_core>> inputs, maybe_duration timeout)
    : inputs_(std::move(inputs)), left_(inputs_.size()), unclaimed_(inputs_.size()) {
  if (inputs_.empty())
    return;
  nodes_ = std::make_unique<node[]>(inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    nodes_[i].owner = this;
    if (event_loop *owner = inputs_[i]->loop(); owner && owner != running_loop) [[unlikely]]
      owner->touch("as_completed");
    inputs_[i]->add_entry(nodes_[i]);
  }
  if (timeout)
    timer_ = get_running_loop().call_later(*timeout, [this] { timed_out(); });
}

completion_queue::~completion_queue() {
  timer_.cancel();
  if (!frame_hooks || inputs_.empty()) [[likely]]
    return;
  std::vector<task_core *> left;
  for (const auto &f : inputs_)
    if (task_core *task = f->as_task(); task && !task->done() && f->loop() == running_loop)
      left.push_back(task);
  notify_left_running("as_completed", left, nullptr, {});
}

void completion_queue::node::run() { owner->completed(std::exchange(source_, {})); }

void completion_queue::completed(ref_ptr<future_core> f) {
  if (left_ == 0)
    return;
  --left_;
  done_.push_back(std::move(f));
  getters_.pop_and_wake();
  if (left_ == 0)
    timer_.cancel();
}

void completion_queue::timed_out() {
  // An empty entry for every input that is not done: each remaining item fails.
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    nodes_[i].unlink();
  for (; left_ > 0; --left_) {
    done_.emplace_back();
    getters_.pop_and_wake();
  }
}

/// Waits for the next completed future.
struct completion_queue::getter final : waiter {
  explicit getter(completion_queue &of) noexcept : waiter(true), queue(of) {}
  void add_awaited(std::vector<future_core *> &futures) override {
    for (const auto &input : queue.inputs_)
      futures.push_back(input.get());
  }
  bool waits_for_all() const noexcept override { return false; }
  completion_queue &queue;
};

coro<ref_ptr<future_core>> completion_queue::take(ref_ptr<completion_queue> self) {
  while (self->done_.empty()) {
    getter w(*self);
    self->getters_.push(w);
    try {
      co_await w;
    } catch (...) {
      if (!self->done_.empty() && w.woken())
        self->getters_.pop_and_wake();
      throw;
    }
  }
  ref_ptr<future_core> f = std::move(self->done_.front());
  self->done_.pop_front();
  if (!f)
    throw timeout_error();
  co_return f;
}

} // namespace aio::detail
