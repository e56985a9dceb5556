// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles: running, cancelling and dropping a callback.
#include <aio/core/handle.h>

#include <aio/core/event_loop.h>
#include <aio/core/future.h>

#include "callback_span.h"

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
void report_failed_callback(event_loop &loop, const running_callback &callback, const char *source) {
  const std::exception_ptr error = std::current_exception();
  std::string from = callback.origin ? callback.origin->text() : std::string();
  loop.call_exception_handler(
      {"Exception in callback " + type_name(callback.type), error, {}, source, {}, std::move(from)});
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
  struct end {
    handle_core &core;
    ~end() {
      core.running_ = false;
      if (!core.persistent_ || core.cancelled())
        core.drop_callable();
    }
  } finish{*this};
  const callback_span span(loop, *this);
  try {
    invoke();
  } catch (const system_exit &) {
    throw;
  } catch (const keyboard_interrupt &) {
    throw;
  } catch (...) {
    report_failed_callback(loop, as_seen(), "callback");
  }
}

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
  // At once, although the handle may still be queued: captured objects must not live until the next pass.
  if (!running_)
    drop_callable();
}

} // namespace aio::detail
