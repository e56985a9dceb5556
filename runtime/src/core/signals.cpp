// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Signal handlers of loops: the real handler only sets a bit and wakes the loop.
#include <aio/core/event_loop.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <system_error>

#include <sys/eventfd.h>

namespace aio {

namespace {

constexpr int signal_count = 65;
static_assert(signal_count - 1 <= 64, "the pending signals of a loop are one word");

/// The loop that each signal is delivered to, and the action that was set before.
std::array<std::atomic<detail::loop_anchor *>, signal_count> owners{};
std::array<struct sigaction, signal_count> before{};

void on_signal(int signal) {
  const int saved = errno;
  if (detail::loop_anchor *owner = owners[static_cast<std::size_t>(signal)].load(std::memory_order_acquire))
    owner->signalled(signal);
  errno = saved;
}

void check_signal(int signal) {
  if (signal < 1 || signal >= signal_count)
    throw value_error("invalid signal number " + std::to_string(signal));
}

/// Restores the default action; for SIGINT that of the runner.
void restore(int signal) noexcept {
  struct sigaction action = before[static_cast<std::size_t>(signal)];
  if (signal != SIGINT) {
    action = {};
    action.sa_handler = SIG_DFL;
  }
  ::sigaction(signal, &action, nullptr);
  owners[static_cast<std::size_t>(signal)].store(nullptr, std::memory_order_release);
}

} // namespace

void detail::loop_anchor::signalled(int signal) noexcept {
  // Several threads may be here at the same time. If there are more signals than places, the oldest are lost, as in the
  // kernel.
  const std::uint32_t place = signals_written_.fetch_add(1, std::memory_order_relaxed) % signal_places;
  signals_[place].store(static_cast<std::uint8_t>(signal), std::memory_order_release);
  has_mail_.store(true, std::memory_order_release);
  static_cast<void>(::eventfd_write(wake_fd_, 1));
}

void event_loop::watch_signal(int signal, detail::ref_ptr<detail::handle_core> h) {
  check_signal(signal);
  check_open();
  touch("add_signal_handler");
  h->persistent_ = true;
  auto &owner = owners[static_cast<std::size_t>(signal)];
  detail::loop_anchor *expected = nullptr;
  if (!owner.compare_exchange_strong(expected, anchor_.get())) {
    if (expected != anchor_.get())
      throw runtime_error("signal " + std::to_string(signal) + " is handled by another loop");
    auto &mine = signal_handlers_[signal];
    mine->cancel();
    mine = std::move(h);
    return;
  }
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  if (::sigaction(signal, &action, &before[static_cast<std::size_t>(signal)]) != 0) {
    owner.store(nullptr);
    throw runtime_error("signal " + std::to_string(signal) + " cannot be caught");
  }
  signal_handlers_[signal] = std::move(h);
}

bool event_loop::remove_signal_handler(int signal) {
  check_signal(signal);
  touch("remove_signal_handler");
  const auto found = signal_handlers_.find(signal);
  if (found == signal_handlers_.end())
    return false;
  restore(signal);
  found->second->cancel();
  signal_handlers_.erase(found);
  return true;
}

namespace {
/// A further call of a handler that is already queued.
class repeated_call final : public detail::ready_entry {
public:
  explicit repeated_call(detail::ref_ptr<detail::handle_core> handler) noexcept
      : ready_entry(kind::handle), handler_(std::move(handler)) {}
  void run() override {
    const std::unique_ptr<repeated_call> self(this);
    handler_->run();
  }
  void discard() noexcept override { delete this; }

private:
  detail::ref_ptr<detail::handle_core> handler_;
};
} // namespace

void event_loop::queue_signal_handlers() {
  detail::loop_anchor &box = *anchor_;
  const std::uint32_t written = box.signals_written_.load(std::memory_order_acquire);
  if (written - box.signals_read_ > detail::loop_anchor::signal_places)
    box.signals_read_ = written - detail::loop_anchor::signal_places;
  while (box.signals_read_ != written) {
    const int signal =
        box.signals_[box.signals_read_ % detail::loop_anchor::signal_places].exchange(0, std::memory_order_acquire);
    if (signal == 0) {
      // The signal handler is between its two stores; it wakes the loop after the second.
      return;
    }
    ++box.signals_read_;
    const auto found = signal_handlers_.find(signal);
    if (found == signal_handlers_.end())
      continue;
    if (!found->second->linked())
      ready_->push_back(*found->second);
    else
      ready_->push_back(*new repeated_call(found->second));
  }
}

void event_loop::drop_signal_handlers() noexcept {
  for (auto &[signal, handler] : signal_handlers_) {
    restore(signal);
    handler->cancel();
  }
  signal_handlers_.clear();
}

} // namespace aio
