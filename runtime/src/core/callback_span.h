// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// callback_span: tells instruments of a callback before and after the call, and reports its failure.
#pragma once

#include <aio/core/event_loop.h>

namespace aio::detail {

void notify_callback_begins(event_loop &loop, const running_callback &callback);
void notify_callback_ends(event_loop &loop, const running_callback &callback) noexcept;
/// Gives the exception that is being handled to the loop's handler; `source` is the kind of callback that threw it.
void report_failed_callback(event_loop &loop, const running_callback &callback, const char *source);

/// Tells instruments when a callback begins and when it ends. `Entry` has `as_seen()`, which is called only if an
/// instrument wants to know.
template <class Entry> class callback_span {
public:
  callback_span(event_loop &loop, const Entry &entry) : loop_(loop), entry_(entry) {
    if (loop.armed() & (hook::steps_shown | hook::callback_begins)) [[unlikely]]
      notify_callback_begins(loop, entry.as_seen());
  }
  callback_span(const callback_span &) = delete;
  callback_span &operator=(const callback_span &) = delete;
  ~callback_span() {
    if (loop_.armed() & hook::callback_ends) [[unlikely]]
      notify_callback_ends(loop_, entry_.as_seen());
  }

private:
  event_loop &loop_;
  const Entry &entry_;
};

} // namespace aio::detail
