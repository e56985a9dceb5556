// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// as_completed: results in the order of their completion.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <ranges>
#include <vector>

#include <aio/core/async_generator.h>
#include <aio/core/sleep.h>

namespace aio {
namespace detail {

/// Collects futures as they complete; shared by the iterator and its handles.
class completion_queue final : public ref_counted {
public:
  completion_queue(std::vector<ref_ptr<future_core>> inputs, maybe_duration timeout);
  ~completion_queue() override;
  /// Takes the next completed future; throws timeout_error after the deadline.
  static coro<ref_ptr<future_core>> take(ref_ptr<completion_queue> self);
  /// Claims one of the remaining items; returns false when all are claimed.
  bool claim() noexcept {
    if (unclaimed_ == 0)
      return false;
    --unclaimed_;
    return true;
  }
  std::size_t unclaimed() const noexcept { return unclaimed_; }

private:
  struct getter;
  struct node final : done_entry {
    completion_queue *owner = nullptr;
    void run() override;
    void discard() noexcept override {}
  };
  void completed(ref_ptr<future_core> f);
  void timed_out();
  std::vector<ref_ptr<future_core>> inputs_;
  std::unique_ptr<node[]> nodes_;
  std::size_t left_;
  std::size_t unclaimed_;
  std::deque<ref_ptr<future_core>> done_;
  waiter_queue getters_;
  timer_handle timer_;
};

template <class A> struct completed_item {
  using type = A;
};
template <class T> struct completed_item<coro<T>> {
  using type = task<T>;
};
template <other_awaitable A> struct completed_item<A> {
  using type = task<await_result<A>>;
};
template <class T> coro<T> next_result(ref_ptr<completion_queue> queue) {
  const future<T> f(co_await completion_queue::take(std::move(queue)));
  if constexpr (std::is_void_v<T>)
    f.result();
  else if constexpr (std::is_reference_v<T> || std::is_copy_constructible_v<T>)
    co_return f.result();
  else
    co_return std::move(f.result());
}

} // namespace detail

/// Iterates futures in completion order. `F` is the type of the items: tasks made of coroutines, or the inputs. Async
/// iteration gives the futures themselves, done. Plain iteration gives one coroutine for each input; each awaits the
/// next future to complete.
template <class F> class [[nodiscard]] as_completed_iterator {
public:
  using value_type = typename F::value_type;
  explicit as_completed_iterator(detail::ref_ptr<detail::completion_queue> queue) : queue_(std::move(queue)) {}

  as_completed_iterator &aiter() noexcept { return *this; }
  /// The next future to complete, or empty at the end. **Errors** timeout_error after the deadline.
  coro<std::optional<F>> anext() {
    // The queue is passed by value into the frame: the iterator may be destroyed first.
    return next(queue_);
  }

  class iterator {
  public:
    using difference_type = std::ptrdiff_t;
    using value_type = coro<typename F::value_type>;
    explicit iterator(detail::completion_queue *queue) : queue_(queue), live_(queue && queue->claim()) {}
    coro<typename F::value_type> operator*() const {
      return detail::next_result<typename F::value_type>(detail::ref_ptr<detail::completion_queue>(queue_));
    }
    iterator &operator++() {
      live_ = queue_->claim();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator &it, std::default_sentinel_t) noexcept { return !it.live_; }

  private:
    detail::completion_queue *queue_;
    bool live_;
  };
  iterator begin() const { return iterator(queue_.get()); }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  static coro<std::optional<F>> next(detail::ref_ptr<detail::completion_queue> queue) {
    if (!queue->claim())
      co_return std::nullopt;
    co_return F(co_await detail::completion_queue::take(std::move(queue)));
  }
  detail::ref_ptr<detail::completion_queue> queue_;
};

/// Starts the awaitables and returns them as they complete.
///
/// **Errors** timeout_error from the items that are not done at the limit; nothing is cancelled.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.as_completed
template <std::ranges::input_range Range>
auto as_completed(Range &&range, maybe_duration timeout = {},
                  std::source_location site = std::source_location::current()) {
  using element = std::ranges::range_value_t<Range>;
  using item = typename detail::completed_item<element>::type;
  std::vector<detail::ref_ptr<detail::future_core>> inputs;
  for (auto &&a : range) {
    detail::ref_ptr<detail::future_core> core;
    if constexpr (is_coro<element> || detail::other_awaitable<element>)
      core = create_task(std::move(a), {}, site).shared();
    else
      core = a.shared();
    bool known = false;
    for (const auto &seen : inputs)
      known = known || seen == core;
    if (!known)
      inputs.push_back(std::move(core));
  }
  return as_completed_iterator<item>(
      detail::ref_ptr<detail::completion_queue>(new detail::completion_queue(std::move(inputs), timeout)));
}

} // namespace aio
