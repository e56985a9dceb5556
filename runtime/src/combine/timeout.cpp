// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// timeout: the states of the scope and its timer.
#include <aio/combine/timeout.h>

namespace aio {

timeout_scope timeout(maybe_duration delay) {
  event_loop &loop = get_running_loop();
  return timeout_scope(delay ? std::optional<time_point>(loop.time() + *delay) : std::nullopt);
}

timeout_scope timeout_at(std::optional<time_point> when) { return timeout_scope(when); }

timeout_scope::~timeout_scope() {
  timer_.cancel();
  if (task_ && detail::frame_hooks) [[unlikely]]
    detail::notify_scope_left(this, nullptr, *task_);
  if (state_ == state::active && detail::running_loop && detail::running_loop->hooks())
    detail::running_loop->hooks()->each(hook::left_open,
                                        [](instrument &i) { i.left_open("timeout", "timeout", nullptr); });
}

timeout_scope &timeout_scope::enter() {
  if (state_ != state::created)
    throw runtime_error("Timeout has already been entered");
  event_loop &loop = get_running_loop();
  if (!loop.current())
    throw runtime_error("Timeout should be used inside a task");
  state_ = state::active;
  task_ = detail::ref_ptr<detail::task_core>(loop.current());
  cancelling_ = task_->cancelling();
  if (detail::frame_hooks) [[unlikely]]
    detail::notify_scope_entered(this, "timeout", *task_);
  reschedule(when_);
  return *this;
}

void timeout_scope::reschedule(std::optional<time_point> when) {
  if (task_)
    if (event_loop *owner = task_->loop())
      owner->touch("timeout.reschedule");
  switch (state_) {
  case state::active:
    break;
  case state::created:
    throw runtime_error("Timeout has not been entered");
  case state::expiring:
    throw runtime_error("Cannot change state of expiring Timeout");
  case state::expired:
    throw runtime_error("Cannot change state of expired Timeout");
  case state::finished:
    throw runtime_error("Cannot change state of finished Timeout");
  }
  when_ = when;
  timer_.cancel();
  timer_ = {};
  if (!when)
    return;
  event_loop &loop = get_running_loop();
  if (*when <= loop.time())
    timer_ = loop.call_soon([this] { expire(); });
  else
    timer_ = loop.call_at(*when, [this] { expire(); });
}

void timeout_scope::expire() {
  task_->cancel({});
  state_ = state::expiring;
  timer_ = {};
}

void timeout_scope::exit(const std::exception_ptr &error) {
  timer_.cancel();
  timer_ = {};
  const detail::ref_ptr<detail::task_core> task = std::move(task_);
  if (detail::frame_hooks && task) [[unlikely]]
    detail::notify_scope_left(this, "timeout", *task);
  if (state_ == state::expiring) {
    state_ = state::expired;
    if (task->uncancel() <= cancelling_ && detail::is_cancelled_error(error))
      throw timeout_error(error);
  } else if (state_ == state::active) {
    state_ = state::finished;
  }
}

} // namespace aio
