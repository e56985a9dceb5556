// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// queue, priority_queue, lifo_queue: passing items between tasks, with back-pressure.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <aio/sync/lock.h>

namespace aio {
namespace detail {

/// First in, first out.
template <class T> class fifo_store {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void put(T &&item) { items_.push_back(std::move(item)); }
  T get() {
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

private:
  std::deque<T> items_;
};
/// Last in, first out.
template <class T> class lifo_store {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void put(T &&item) { items_.push_back(std::move(item)); }
  T get() {
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

private:
  std::vector<T> items_;
};
/// Smallest first.
template <class T, class Less> class heap_store {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void put(T &&item) {
    items_.push_back(std::move(item));
    std::push_heap(items_.begin(), items_.end(), later{});
  }
  T get() {
    std::pop_heap(items_.begin(), items_.end(), later{});
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

private:
  struct later {
    bool operator()(const T &a, const T &b) const { return Less{}(b, a); }
  };
  std::vector<T> items_;
};

/// Who waits at a queue, and what is unfinished; independent of the items.
class queue_core : public loop_bound {
public:
  /// Says that an item taken before is dealt with. **Errors** value_error if called more often than `put`.
  void task_done();
  /// Waits until every item put was reported by `task_done`.
  coro<void> join();
  std::size_t maxsize() const noexcept { return maxsize_; }
  std::size_t unfinished() const noexcept { return unfinished_; }
  bool is_shut_down() const noexcept { return shut_down_; }

protected:
  explicit queue_core(long maxsize) : maxsize_(maxsize > 0 ? static_cast<std::size_t>(maxsize) : 0) {
    finished_.set();
  }
  void item_added() noexcept {
    ++unfinished_;
    finished_.clear();
    getters_.pop_and_wake();
  }
  void item_taken() noexcept { putters_.pop_and_wake(); }
  void item_dropped() noexcept;
  void wake_everyone() noexcept;
  std::size_t maxsize_;
  std::size_t unfinished_ = 0;
  bool shut_down_ = false;
  waiter_queue getters_;
  waiter_queue putters_;
  event finished_;
};

} // namespace detail

/// A queue of at most `maxsize` items, or of any number if that is zero or less.
///
/// **Suspends** `get` while empty, `put` while full; otherwise neither does.
/// **Cancellation** loses no item: a getter takes it, and a putter adds it, only when it runs again.
/// **Errors** queue_empty and queue_full from the `_nowait` forms; queue_shut_down after `shutdown`.
/// **Debug mode** a join that can never end.
/// **Source** docs.python.org/3/library/asyncio-queue.html
template <class T, class Store = detail::fifo_store<T>> class basic_queue : public detail::queue_core {
public:
  using value_type = T;
  explicit basic_queue(long maxsize = 0) : queue_core(maxsize) {}
  basic_queue(const basic_queue &) = delete;
  basic_queue &operator=(const basic_queue &) = delete;

  std::size_t qsize() const noexcept { return items_.size(); }
  bool empty() const noexcept { return items_.empty(); }
  bool full() const noexcept { return maxsize_ > 0 && items_.size() >= maxsize_; }

  class [[nodiscard]] get_awaiter {
  public:
    explicit get_awaiter(basic_queue &q) noexcept : queue_(&q) {}
    bool await_ready() {
      if (!queue_->empty())
        return true;
      waiting_.emplace(queue_->wait_and_get().operator co_await());
      return false;
    }
    template <class P> auto await_suspend(std::coroutine_handle<P> h) { return waiting_->await_suspend(h); }
    T await_resume() { return waiting_ ? waiting_->await_resume() : queue_->get_nowait(); }

  private:
    basic_queue *queue_;
    std::optional<detail::child_awaiter<T>> waiting_;
  };
  class [[nodiscard]] put_awaiter {
  public:
    put_awaiter(basic_queue &q, T &&item) : queue_(&q), item_(std::move(item)) {}
    bool await_ready() {
      if (!queue_->full())
        return true;
      waiting_.emplace(queue_->wait_and_put(std::move(item_)).operator co_await());
      return false;
    }
    template <class P> auto await_suspend(std::coroutine_handle<P> h) { return waiting_->await_suspend(h); }
    void await_resume() {
      if (waiting_)
        waiting_->await_resume();
      else
        queue_->put_nowait(std::move(item_));
    }

  private:
    basic_queue *queue_;
    T item_;
    std::optional<detail::child_awaiter<void>> waiting_;
  };
  class [[nodiscard]] put_request {
  public:
    put_request(basic_queue &q, T &&value) : queue(q), item(std::move(value)) {}
    put_awaiter operator co_await() && { return put_awaiter(queue, std::move(item)); }

  private:
    basic_queue &queue;
    T item;
  };

  /// Takes the next item, waiting for one if need be.
  detail::acquire_request<get_awaiter, basic_queue> get() noexcept { return {*this}; }
  /// Adds an item, waiting for room if need be.
  put_request put(T item) { return put_request(*this, std::move(item)); }

  T get_nowait() {
    used("queue.get");
    if (items_.empty()) {
      if (shut_down_)
        throw queue_shut_down();
      throw queue_empty();
    }
    T item = items_.get();
    item_taken();
    return item;
  }
  void put_nowait(T item) {
    used("queue.put");
    if (shut_down_)
      throw queue_shut_down();
    if (full())
      throw queue_full();
    items_.put(std::move(item));
    item_added();
  }
  /// Takes no more items; lets the rest be fetched, or drops it at once.
  void shutdown(bool immediate = false) {
    used("queue.shutdown");
    shut_down_ = true;
    if (immediate)
      while (!items_.empty()) {
        static_cast<void>(items_.get());
        item_dropped();
      }
    wake_everyone();
  }

private:
  coro<T> wait_and_get() {
    while (empty()) {
      if (shut_down_)
        throw queue_shut_down();
      detail::waiter w;
      getters_.push(w);
      try {
        co_await w;
      } catch (...) {
        w.unlink();
        if (!empty() && w.woken())
          getters_.pop_and_wake();
        throw;
      }
    }
    co_return get_nowait();
  }
  coro<void> wait_and_put(T item) {
    while (full()) {
      if (shut_down_)
        throw queue_shut_down();
      detail::waiter w;
      putters_.push(w);
      try {
        co_await w;
      } catch (...) {
        w.unlink();
        if (!full() && w.woken())
          putters_.pop_and_wake();
        throw;
      }
    }
    put_nowait(std::move(item));
  }
  Store items_;
};

template <class T> using queue = basic_queue<T>;
template <class T> using lifo_queue = basic_queue<T, detail::lifo_store<T>>;
/// Gives the smallest item first.
template <class T, class Less = std::less<T>> using priority_queue = basic_queue<T, detail::heap_store<T, Less>>;

} // namespace aio
