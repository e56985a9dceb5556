// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// queue, priority_queue and lifo_queue: pass items between tasks, with back-pressure.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <aio/core/queue_watch.h>
#include <aio/sync/lock.h>

namespace aio {
namespace detail {

/// First in, first out: a ring buffer that allocates only to grow.
template <class T> class fifo_store {
public:
  fifo_store() noexcept = default;
  fifo_store(const fifo_store &) = delete;
  fifo_store &operator=(const fifo_store &) = delete;
  ~fifo_store() {
    while (count_ > 0)
      static_cast<void>(get());
    if (items_)
      std::allocator<T>().deallocate(items_, capacity_);
  }
  bool empty() const noexcept { return count_ == 0; }
  std::size_t size() const noexcept { return count_; }
  AIO_IN_THE_FRAME void put(T &&item) {
    if (count_ == capacity_) [[unlikely]]
      grow();
    std::construct_at(at(count_), std::move(item));
    ++count_;
  }
  T get() {
    T *first = at(0);
    T item = std::move(*first);
    std::destroy_at(first);
    first_ = (first_ + 1) & (capacity_ - 1);
    --count_;
    return item;
  }

private:
  T *at(std::size_t index) noexcept { return items_ + ((first_ + index) & (capacity_ - 1)); }
  [[gnu::noinline]] void grow() {
    const std::size_t capacity = capacity_ ? capacity_ * 2 : 8;
    T *items = std::allocator<T>().allocate(capacity);
    std::size_t moved = 0;
    try {
      for (; moved < count_; ++moved)
        std::construct_at(items + moved, std::move_if_noexcept(*at(moved)));
    } catch (...) {
      std::destroy_n(items, moved);
      std::allocator<T>().deallocate(items, capacity);
      throw;
    }
    for (std::size_t i = 0; i < count_; ++i)
      std::destroy_at(at(i));
    if (items_)
      std::allocator<T>().deallocate(items_, capacity_);
    items_ = items;
    capacity_ = capacity;
    first_ = 0;
  }
  T *items_ = nullptr;
  std::size_t capacity_ = 0; // a power of two
  std::size_t first_ = 0;
  std::size_t count_ = 0;
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
/// Smallest item first.
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

/// The part of a queue that does not depend on the items: the waiting tasks, and the number of unfinished items.
class queue_core : public loop_bound, public watched_queue {
public:
  /// Reports an item that was taken as done. **Errors** value_error if called more often than `put`.
  void task_done();
  /// Waits until every item put was reported by `task_done`.
  coro<void> join();
  std::size_t maxsize() const noexcept { return maxsize_; }
  bool is_shut_down() const noexcept { return shut_down_; }

protected:
  ~queue_core() = default;
  queue_core(long maxsize, count_stored *stored)
      : watched_queue(stored), maxsize_(maxsize > 0 ? static_cast<std::size_t>(maxsize) : 0) {}
  AIO_IN_THE_FRAME void item_added() noexcept {
    ++unfinished_;
    getters_.pop_and_wake();
  }
  AIO_IN_THE_FRAME void item_taken() noexcept {
    if (frame_hooks && !(watch() && watch()->counts_taken())) [[unlikely]]
      notify_queue_used(*this, queue_use::takes);
    putters_.pop_and_wake();
  }
  /// Another task was faster: puts the waiter back into line and returns true. Returns false if the wait is over for
  /// another reason.
  bool still_waits(waiter &w, waiter_queue &line) noexcept {
    if (shut_down_ || w.cancelled() || w.parked_task().must_cancel())
      return false;
    line.push(w);
    w.wait_again();
    return true;
  }
  /// Ends a wait. If it was cancelled after it was woken, the next waiter in line is woken instead.
  AIO_IN_THE_FRAME static void leave(waiter &w, waiter_queue &line, bool possible) {
    w.unlink();
    if (!w.ended_by_cancel()) [[likely]]
      return;
    if (possible && w.woken())
      line.pop_and_wake();
    throw w.cancellation();
  }
  [[noreturn]] void throw_nothing() const;
  [[noreturn]] void throw_no_room() const;
  void item_dropped() noexcept;
  void wake_everyone() noexcept;
  std::size_t maxsize_;
  bool shut_down_ = false;
  waiter_queue putters_;
  event finished_; // used only while a task joins
};

} // namespace detail

/// A queue of at most `maxsize` items, or of any number if that is zero or less.
///
/// **Suspends** `get` while empty, `put` while full; otherwise neither does.
/// **Cancellation** loses no item: a getter takes it, and a putter adds it, only in the step after the wait.
/// **Errors** queue_empty and queue_full from the `_nowait` forms; queue_shut_down after `shutdown`.
/// **Debug mode** a join that can never end.
/// **Source** docs.python.org/3/library/asyncio-queue.html
template <class T, class Store = detail::fifo_store<T>> class basic_queue : public detail::queue_core {
public:
  using value_type = T;
  explicit basic_queue(long maxsize = 0)
      : queue_core(maxsize,
                   [](const watched_queue &q) noexcept { return static_cast<const basic_queue &>(q).qsize(); }) {}
  basic_queue(const basic_queue &) = delete;
  basic_queue &operator=(const basic_queue &) = delete;

  std::size_t qsize() const noexcept { return items_.size(); }
  bool empty() const noexcept { return items_.empty(); }
  bool full() const noexcept { return maxsize_ > 0 && items_.size() >= maxsize_; }

  class [[nodiscard]] get_awaiter final : detail::step_gate {
  public:
    explicit get_awaiter(basic_queue &q) noexcept : queue_(&q) {}
    bool await_ready() {
      if (!queue_->empty() || queue_->shut_down_)
        return true;
      detail::require_task();
      queue_->used("queue.get");
      queue_->bind("queue");
      return false;
    }
    template <class P> void await_suspend(std::coroutine_handle<P> h) {
      detail::waiter &waiter = waiter_.make();
      queue_->getters_.push(waiter);
      waiter.park(h, h.promise());
      waiter.parked_task().set_gate(*this);
    }
    AIO_IN_THE_FRAME T await_resume() {
      if (waiter_)
        queue_->leave(*waiter_, queue_->getters_, !queue_->empty());
      return queue_->take();
    }

  private:
    bool go_on() override { return !queue_->empty() || !queue_->still_waits(*waiter_, queue_->getters_); }
    basic_queue *queue_;
    detail::waiter_room<> waiter_;
  };
  class [[nodiscard]] put_awaiter final : detail::step_gate {
  public:
    put_awaiter(basic_queue &q, T &&item) : queue_(&q), item_(std::move(item)) {}
    bool await_ready() {
      if (!queue_->full() || queue_->shut_down_)
        return true;
      detail::require_task();
      queue_->used("queue.put");
      queue_->bind("queue");
      return false;
    }
    template <class P> void await_suspend(std::coroutine_handle<P> h) {
      detail::waiter &waiter = waiter_.make();
      queue_->putters_.push(waiter);
      waiter.park(h, h.promise());
      waiter.parked_task().set_gate(*this);
    }
    AIO_IN_THE_FRAME void await_resume() {
      if (waiter_)
        queue_->leave(*waiter_, queue_->putters_, !queue_->full());
      queue_->add(std::move(item_));
    }

  private:
    bool go_on() override { return !queue_->full() || !queue_->still_waits(*waiter_, queue_->putters_); }
    basic_queue *queue_;
    T item_;
    detail::waiter_room<> waiter_;
  };
  class [[nodiscard]] put_request {
  public:
    put_request(basic_queue &q, T &&value) : queue(q), item(std::move(value)) {}
    put_awaiter operator co_await() && { return put_awaiter(queue, std::move(item)); }

  private:
    basic_queue &queue;
    T item;
  };

  /// Takes the next item; waits for one if the queue is empty.
  detail::acquire_request<get_awaiter, basic_queue> get() noexcept { return {*this}; }
  /// Adds an item; waits for room if the queue is full.
  put_request put(T item) { return put_request(*this, std::move(item)); }

  T get_nowait() { return take(); }
  void put_nowait(T item) { add(std::move(item)); }
  /// Accepts no more items. The stored ones can still be taken, or are dropped at once if `immediate` is true.
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
  AIO_IN_THE_FRAME T take() {
    used("queue.get");
    if (items_.empty()) [[unlikely]]
      throw_nothing();
    T item = items_.get();
    item_taken();
    return item;
  }
  AIO_IN_THE_FRAME void add(T &&item) {
    used("queue.put");
    if (shut_down_ || full()) [[unlikely]]
      throw_no_room();
    items_.put(std::move(item));
    item_added();
  }
  Store items_;
};

template <class T> using queue = basic_queue<T>;
template <class T> using lifo_queue = basic_queue<T, detail::lifo_store<T>>;
/// Returns the smallest item first.
template <class T, class Less = std::less<T>> using priority_queue = basic_queue<T, detail::heap_store<T, Less>>;

} // namespace aio
