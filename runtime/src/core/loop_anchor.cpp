// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How other threads reach a loop: they put a handle into its inbox and wake it.
#include <aio/core/loop_anchor.h>

#include <sys/eventfd.h>

#include <aio/core/event_loop.h>

namespace aio::detail {

constinit thread_local event_loop *running_loop = nullptr;

bool loop_anchor::post(const ref_ptr<handle_core> &entry) {
  const allow_blocking guard;
  std::lock_guard lock(mutex_);
  if (closed_)
    return false;
  entry->add_ref();
  const bool first = inbox_.empty();
  inbox_.push_back(*entry);
  has_mail_.store(true, std::memory_order_release);
  if (first)
    static_cast<void>(::eventfd_write(wake_fd_, 1));
  return true;
}

bool loop_anchor::post_call(std::function<void()> call) {
  ref_ptr<handle_core> entry;
  {
    std::lock_guard lock(mutex_);
    if (closed_)
      return false;
    using core = callable_handle<std::function<void()>>;
    entry = ref_ptr<handle_core>(new core(*loop(), {}, std::move(call)));
  }
  return post(entry);
}

void loop_anchor::interrupt() noexcept {
  interrupts_.fetch_add(1, std::memory_order_relaxed);
  has_mail_.store(true, std::memory_order_release);
  static_cast<void>(::eventfd_write(wake_fd_, 1));
}

} // namespace aio::detail
