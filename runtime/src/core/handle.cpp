// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles: running, cancelling and dropping a callback.
#include <aio/core/handle.h>

#include <aio/core/event_loop.h>
#include <aio/core/future.h>

namespace aio::detail {

std::atomic<std::unique_ptr<handle_origin> (*)()> note_handle_origin{nullptr};

handle_core::handle_core(event_loop &loop, context_slot context) noexcept
    : timer_entry(kind::handle), anchor_(&loop.anchor()), context_(std::move(context)) {}

handle_core::~handle_core() = default;

void notify_callback_begins(event_loop &loop, const running_callback &callback) {
  if (step_board *board = loop.steps_shown_at())
    board->step_begins({});
  if (loop.instruments().armed(hook::callback_begins)) [[unlikely]]
    loop.instruments().each(hook::callback_begins, [&](instrument &i) { i.callback_begins(loop, callback); });
}
void notify_callback_ends(event_loop &loop, const running_callback &callback) noexcept {
  loop.instruments().each(hook::callback_ends, [&](instrument &i) { i.callback_ends(loop, callback); });
}

void handle_core::run() {
  struct owner {
    const handle_core *core;
    ~owner() {
      if (core)
        core->release();
    }
  } queue_reference{persistent_ ? nullptr : this};
  const ref_ptr<handle_core> keep(this);
  if (cancelled())
    return;
  event_loop &loop = *anchor_->loop();
  slot_switch in_context(context_);
  running_ = true;
  if (loop.armed() & at_callback_begin) [[unlikely]]
    notify_callback_begins(loop, as_seen());
  struct end {
    handle_core &core;
    event_loop &loop;
    ~end() {
      core.running_ = false;
      if (loop.armed() & at_callback_end) [[unlikely]]
        notify_callback_ends(loop, core.as_seen());
      if (!core.persistent_ || core.cancelled())
        core.drop_callable();
    }
  } finish{*this, loop};
  try {
    invoke();
  } catch (const system_exit &) {
    throw;
  } catch (const keyboard_interrupt &) {
    throw;
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    std::string from = origin_ ? origin_->text() : std::string();
    loop.call_exception_handler({"Exception in callback " + name(), error, {}, "callback", {}, std::move(from)});
  }
}

std::string handle_core::name() const { return type_name(callable_type()); }

void handle_core::discard() noexcept {
  drop_callable();
  if (!persistent_)
    release();
}

void handle_core::cancel() noexcept {
  if (cancelled_.exchange(true, std::memory_order_acq_rel))
    return;
  if (!anchor_->on_owner_thread())
    return;
  if (in_heap()) {
    anchor_->loop()->remove_timer(*this);
    release();
  }
  // At once, although it may still be in a queue: what it captured must not wait for the next pass.
  if (!running_)
    drop_callable();
}

} // namespace aio::detail
