// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of a loop that outlives it, and the pointer to the loop that runs in a thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include <aio/core/handle.h>

namespace aio {

class event_loop;

namespace detail {

[[gnu::tls_model("initial-exec")]] extern constinit thread_local event_loop *running_loop;

/// The part of a loop that outlives it: other threads, and futures that live longer, reach the loop through it.
class loop_anchor final {
public:
  explicit loop_anchor(event_loop &loop) : loop_(&loop), owner_(std::this_thread::get_id()) {}
  /// The loop, or null once it is destroyed. Only for the loop's own thread.
  event_loop *loop() const noexcept { return loop_.load(std::memory_order_acquire); }
  bool on_owner_thread() const noexcept { return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }
  /// Queues a handle from any thread; if the loop is closed, drops it and returns false.
  bool post(const ref_ptr<handle_core> &entry);
  /// Makes a call on the loop's thread; returns false when the loop is closed.
  bool post_call(std::function<void()> call);
  /// Asks the loop to call its interrupt handler; safe in a signal handler.
  void interrupt() noexcept;
  /// Counts work whose result will come through the inbox, so that an idle loop is not taken for a stuck one.
  void external_begin() noexcept { external_.fetch_add(1, std::memory_order_relaxed); }
  void external_end() noexcept { external_.fetch_sub(1, std::memory_order_relaxed); }
  /// Records that a signal came; safe in a signal handler.
  void signalled(int signal) noexcept;
  bool has_mail() const noexcept { return has_mail_.load(std::memory_order_acquire); }
  int external() const noexcept { return external_.load(std::memory_order_relaxed); }

  // Reference counts. Nearly all references are made and dropped while the loop runs: these are counted in `own_refs_`
  // without atomic operations, and added to `refs_` when the loop ends. The loop's own share keeps the anchor until
  // then.
  void add_ref() noexcept {
    if (loop_runs_here())
      ++own_refs_;
    else
      refs_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (loop_runs_here())
      --own_refs_;
    else
      drop(1);
  }

private:
  friend class aio::event_loop;
  /// The loop's own share; larger than any real number of references.
  static constexpr std::int64_t of_the_loop = std::int64_t{1} << 62;
  bool loop_runs_here() const noexcept { return running_loop && running_loop == loop_.load(std::memory_order_relaxed); }
  void loop_begins() noexcept { refs_.fetch_add(of_the_loop, std::memory_order_relaxed); }
  void loop_ends() noexcept {
    loop_.store(nullptr, std::memory_order_release);
    drop(of_the_loop - own_refs_);
  }
  void drop(std::int64_t count) noexcept {
    if (refs_.fetch_sub(count, std::memory_order_acq_rel) == count)
      delete this;
  }
  std::atomic<std::int64_t> refs_{0};
  std::int64_t own_refs_ = 0;
  std::atomic<event_loop *> loop_;
  std::atomic<std::thread::id> owner_;
  std::atomic<int> external_{0};
  std::atomic<bool> has_mail_{false};
  std::atomic<int> interrupts_{0};
  /// The signals that came, in order: a ring that a signal handler can write. Zero is a free place.
  static constexpr std::size_t signal_places = 64;
  std::array<std::atomic<std::uint8_t>, signal_places> signals_{};
  std::atomic<std::uint32_t> signals_written_{0};
  std::uint32_t signals_read_ = 0;
  std::mutex mutex_;
  intrusive_list<ready_entry> inbox_;
  int wake_fd_ = -1;
  bool closed_ = false;
};

} // namespace detail
} // namespace aio
