// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The untyped half of futures: completion, callbacks, and the report of unread exceptions.
#include <aio/core/future.h>

#include <aio/core/task.h>

#include "callback_span.h"

namespace aio {

namespace detail {

/// A done callback of the user while it is queued in the future or in the loop.
class callback_entry final : public done_entry, public frame_allocated {
public:
  callback_entry(done_callback callback, context_slot slot, std::unique_ptr<handle_origin> origin)
      : callback_(std::move(callback)), slot_(std::move(slot)), origin_(std::move(origin)) {}
  void run() override {
    const std::unique_ptr<callback_entry> self(this);
    event_loop &loop = get_running_loop();
    slot_switch in_context(slot_);
    const callback_span span(loop, *this);
    try {
      callback_(any_future(source_));
    } catch (const system_exit &) {
      throw;
    } catch (const keyboard_interrupt &) {
      throw;
    } catch (...) {
      report_failed_callback(loop, as_seen(), "done callback");
    }
  }
  void discard() noexcept override { delete this; }
  bool pending() const noexcept { return !source_; }
  const done_callback &callback() const noexcept { return callback_; }

  running_callback as_seen() const noexcept { return {callback_.type(), origin_.get()}; }

private:
  done_callback callback_;
  context_slot slot_;
  std::unique_ptr<handle_origin> origin_;
};

void throw_cancelled(const std::string &message) { throw cancelled_error(message); }

void future_core::last_owner_gone() const noexcept {
  auto &self = const_cast<future_core &>(*this);
  if (unread_ && error_) {
    self.add_ref();
    self.unread_ = false;
    self.report_unread();
    if (self.ref_count() > 1) {
      self.release();
      return;
    }
  }
  delete this;
}

void future_core::report_unread() noexcept {
  const char *text = as_task() ? "Task exception was never retrieved" : "Future exception was never retrieved";
  try {
    // The last handle may be dropped in any thread, but only the loop's own thread may use the loop.
    if (!anchor_->on_owner_thread()) {
      // The future is destroyed before the call is made; the exception is not.
      const bool posted = anchor_->post_call([text, error = error_, site = site_] {
        get_running_loop().call_exception_handler({text, error, {}, "future", site});
      });
      if (!posted)
        warn(text);
      return;
    }
    event_loop *owner = loop();
    if (!owner) {
      warn(text);
      return;
    }
    bool told = false;
    if (owner->hooks())
      owner->hooks()->each(hook::exception_never_retrieved,
                           [&](instrument &i) { told = i.exception_never_retrieved(*this) || told; });
    if (told && !owner->get_exception_handler())
      return;
    context_slot *slot = report_context();
    context_slot none;
    slot_switch in_context(slot ? *slot : none);
    owner->call_exception_handler({text, error_, any_future(ref_ptr<future_core>(this)), "future", site_});
  } catch (...) {
    warn(text);
  }
}

void future_core::check_settable() const {
  if (done())
    throw invalid_state_error("invalid state: the future is done");
  if (event_loop *owner = loop())
    owner->touch("future.set");
}

void future_core::complete(std::exception_ptr error) {
  if (!error)
    throw type_error("set_exception needs an exception");
  error_ = std::move(error);
  unread_ = true;
  phase_ = phase::finished;
  wake_all();
}

void future_core::complete_cancelled(const std::string &message) {
  if (&message != &message_.get())
    message_ = message;
  phase_ = phase::cancelled;
  wake_all();
}

bool future_core::cancel(const std::string &message) {
  unread_ = false;
  if (done())
    return false;
  if (event_loop *owner = loop())
    owner->touch("future.cancel");
  complete_cancelled(message);
  return true;
}

std::exception_ptr future_core::exception() {
  if (cancelled())
    throw_cancelled(cancel_message());
  if (!done())
    throw invalid_state_error("Exception is not set.");
  unread_ = false;
  return error_;
}

void future_core::require_value() {
  if (has_value()) [[likely]]
    return;
  if (cancelled())
    throw_cancelled(cancel_message());
  if (!done())
    throw invalid_state_error("Result is not ready.");
  unread_ = false;
  std::rethrow_exception(error_);
}

void future_core::add_callback(const done_callback &callback, context_slot slot) {
  if (event_loop *owner = loop()) {
    owner->check_open();
    owner->touch("add_done_callback");
  }
  auto *note = loop() ? loop()->origin_noter() : nullptr;
  add_entry(*new callback_entry(callback, std::move(slot), note ? note() : nullptr));
}

std::size_t future_core::remove_callback(const done_callback &callback) noexcept {
  if (event_loop *owner = loop())
    owner->touch("remove_done_callback");
  std::size_t removed = 0;
  for (ready_entry *entry = waiters_.front(); entry;) {
    ready_entry *after = waiters_.next(*entry);
    if (entry->entry_kind() == ready_entry::kind::done) {
      if (auto *user = dynamic_cast<callback_entry *>(entry); user && user->callback() == callback) {
        user->unlink();
        user->discard();
        ++removed;
      }
    }
    entry = after;
  }
  return removed;
}

void future_core::add_entry(ready_entry &entry) noexcept {
  waiters_.push_back(entry);
  if (done())
    wake_all();
}

void future_core::wake_all() noexcept {
  event_loop *owner = loop();
  if (!owner) {
    discard_waiters();
    return;
  }
  while (ready_entry *entry = waiters_.pop_front()) {
    if (entry->entry_kind() == ready_entry::kind::task) {
      static_cast<task_core *>(entry)->schedule();
      continue;
    }
    if (entry->entry_kind() == ready_entry::kind::done)
      static_cast<done_entry *>(entry)->source_ = ref_ptr<future_core>(this);
    owner->enqueue(*entry);
  }
}

void future_core::discard_waiters() noexcept {
  while (ready_entry *entry = waiters_.pop_front())
    entry->discard();
}

} // namespace detail

void any_future::add_done_callback(const done_callback &callback) const {
  core().add_callback(callback, detail::copy_slot());
}
void any_future::add_done_callback(const done_callback &callback, const context &ctx) const {
  core().add_callback(callback, ctx.slot());
}
std::size_t any_future::remove_done_callback(const done_callback &callback) const noexcept {
  return core_ ? core_->remove_callback(callback) : 0;
}
event_loop &any_future::get_loop() const {
  event_loop *owner = core().loop();
  if (!owner)
    throw runtime_error("the future's event loop is gone");
  return *owner;
}

} // namespace aio
