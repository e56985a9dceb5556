// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What debug mode has to know to judge a blocking call: where the thread is, and which threads are the runtime's own.
#pragma once

#include <atomic>
#include <utility>

namespace aio::detail {

/// True while the thread runs the entries of a pass: between two waits for I/O.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local bool in_pass;
/// The `allow_blocking` objects of this thread that are alive.
extern constinit thread_local int blocking_by_design;
/// While it lives, debug mode reports no blocking call of this thread: the runtime takes a mutex for a moment by
/// design.
struct allow_blocking {
  allow_blocking() noexcept { ++blocking_by_design; }
  allow_blocking(const allow_blocking &) = delete;
  allow_blocking &operator=(const allow_blocking &) = delete;
  ~allow_blocking() { --blocking_by_design; }
};
/// How many threads the runtime itself has started and not ended.
extern std::atomic<int> own_threads;
/// Counts one of them.
class own_thread {
public:
  own_thread() noexcept { own_threads.fetch_add(1, std::memory_order_relaxed); }
  own_thread(own_thread &&other) noexcept : counted_(std::exchange(other.counted_, false)) {}
  own_thread &operator=(own_thread &&) = delete;
  ~own_thread() {
    if (counted_)
      own_threads.fetch_sub(1, std::memory_order_relaxed);
  }

private:
  bool counted_ = true;
};

} // namespace aio::detail
