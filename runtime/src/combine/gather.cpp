// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of gather: collecting results, failures and cancellations.
#include <aio/combine/gather.h>

#include <algorithm>

namespace aio::detail {

gather_core::~gather_core() = default;

event_loop &loop_of(const std::vector<ref_ptr<future_core>> &children) {
  if (children.empty())
    return get_running_loop();
  event_loop *loop = children.front()->loop();
  if (!loop)
    throw runtime_error("the future's event loop is gone");
  for (const auto &child : children)
    if (child->loop() != loop)
      throw value_error("the futures given to gather belong to different loops");
  return *loop;
}

void gather_core::node::run() {
  const ref_ptr<gather_core> keep(owner);
  owner->release();
  const ref_ptr<future_core> child = std::exchange(source_, {});
  owner->child_done(*child);
}

void gather_core::start(std::vector<ref_ptr<future_core>> children) {
  const ref_ptr<gather_core> keep(this);
  loop()->touch("gather");
  children_ = std::move(children);
  std::vector<future_core *> distinct;
  distinct.reserve(children_.size());
  for (const auto &child : children_)
    distinct.push_back(child.get());
  std::sort(distinct.begin(), distinct.end());
  distinct_ = static_cast<std::size_t>(std::unique(distinct.begin(), distinct.end()) - distinct.begin());
  if (distinct_ == 0) {
    collect();
    complete();
    return;
  }
  nodes_ = std::make_unique<node[]>(distinct_);
  std::size_t used = 0;
  std::vector<future_core *> seen;
  std::vector<future_core *> done_already;
  for (const auto &child : children_) {
    if (distinct_ != children_.size()) {
      if (std::find(seen.begin(), seen.end(), child.get()) != seen.end())
        continue;
      seen.push_back(child.get());
    }
    node &n = nodes_[used++];
    n.owner = this;
    if (child->done()) {
      done_already.push_back(child.get());
      continue;
    }
    add_ref();
    child->add_entry(n);
  }
  // A copy keeps the children alive: after a failure the gather releases them.
  const std::vector<ref_ptr<future_core>> held = done_already.empty() ? std::vector<ref_ptr<future_core>>() : children_;
  for (future_core *child : done_already)
    child_done(*child);
}

std::exception_ptr gather_core::error_of(future_core &child) {
  if (child.cancelled())
    return std::make_exception_ptr(cancelled_error(child.cancel_message()));
  return child.exception();
}

void gather_core::child_done(future_core &child) {
  ++finished_;
  if (done()) {
    child.mark_retrieved();
    return;
  }
  if (!keep_errors_) {
    if (auto error = error_of(child)) {
      fail(std::move(error));
      return;
    }
  }
  if (finished_ < distinct_)
    return;
  if (cancel_requested_) {
    for (const auto &each : children_)
      each->mark_retrieved();
    // The last argument's state decides, as in asyncio.
    const future_core &last = *children_.back();
    complete(std::make_exception_ptr(cancelled_error(last.cancelled() ? last.cancel_message() : std::string())));
  } else {
    try {
      collect();
    } catch (...) {
      complete(std::current_exception());
      children_.clear();
      return;
    }
    complete();
  }
  children_.clear();
}

void gather_core::fail(std::exception_ptr error) {
  // The gather releases the children before any callback learns of the error.
  std::vector<ref_ptr<future_core>> given_up = std::exchange(children_, {});
  event_loop *owner = loop();
  if (!owner || !owner->hooks()) [[likely]] {
    complete(std::move(error));
    return;
  }
  const std::source_location awaited_at = await_site_of(*this);
  std::vector<task_core *> left;
  for (const auto &each : given_up)
    if (task_core *task = each->as_task();
        task && !task->done() && std::find(left.begin(), left.end(), task) == left.end())
      left.push_back(task);
  complete(error);
  given_up.clear();
  notify_left_running("gather", left, error, awaited_at);
}

bool gather_core::cancel(const std::string &message) {
  if (done())
    return false;
  bool any = false;
  const ref_ptr<gather_core> keep(this);
  const std::vector<ref_ptr<future_core>> now = children_;
  for (const auto &child : now)
    any = child->cancel(message) || any;
  if (any)
    cancel_requested_ = true;
  return any;
}

} // namespace aio::detail
