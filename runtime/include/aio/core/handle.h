// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles of scheduled callbacks and timers, and the timer heap they live in.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <source_location>
#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

#include <aio/core/context.h>
#include <aio/core/entry.h>
#include <aio/core/frame_memory.h>
#include <aio/core/time.h>

namespace aio {

class event_loop;

namespace detail {

class loop_anchor;

/// An entry that can wait in the timer heap first.
class timer_entry : public ready_entry {
public:
  static constexpr std::uint32_t not_queued = std::numeric_limits<std::uint32_t>::max();
  using ready_entry::ready_entry;
  bool in_heap() const noexcept { return timer_slot_ != not_queued; }
  time_point when() const noexcept { return when_; }

protected:
  ~timer_entry() = default;
  time_point when_{};

private:
  friend class timer_heap;
  std::uint32_t timer_slot_ = not_queued;
};

/// A 4-ary heap ordered by deadline, then by registration. Entries have a slot in a table of places, so cancelling is
/// exact, and moving items about in the heap touches no entry: those are frames all over the memory.
class timer_heap {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  time_point next_deadline() const noexcept { return items_.front().when; }
  void push(timer_entry &entry, time_point when);
  /// Appends all that are due to the list, in order.
  void pop_due(time_point now, intrusive_list<ready_entry> &due) noexcept;
  timer_entry *pop() noexcept;
  void remove(timer_entry &entry) noexcept;

private:
  struct item {
    time_point when;
    std::uint64_t order;
    std::uint32_t slot;
    // Without branches: which of two timers is first, nobody can predict.
    bool before(const item &other) const noexcept {
      return static_cast<bool>(static_cast<int>(when < other.when) |
                               (static_cast<int>(when == other.when) & static_cast<int>(order < other.order)));
    }
  };
  void place(std::size_t index, const item &value) noexcept {
    items_[index] = value;
    places_[value.slot] = static_cast<std::uint32_t>(index);
  }
  void sift_up(std::size_t index, const item &value) noexcept;
  std::size_t hole_to_leaf(std::size_t index) noexcept;
  void erase(std::size_t index) noexcept;
  timer_entry *take_first() noexcept;
  std::uint32_t take_slot(timer_entry &entry);
  void free_slot(std::uint32_t slot) noexcept;

  std::vector<item> items_;
  std::vector<std::uint32_t> places_;  // by slot: the index in items_, or the next free slot
  std::vector<timer_entry *> entries_; // by slot
  std::uint32_t free_slots_ = timer_entry::not_queued;
  std::uint64_t next_order_ = 0;
};

/// A callback with its context; the queue that holds it owns one reference.
class handle_core : public ref_counted, public timer_entry, public frame_allocated {
public:
  handle_core(event_loop &loop, context_slot context, std::source_location site) noexcept;
  ~handle_core() override;
  using frame_allocated::operator new;
  using frame_allocated::operator delete;

  void run() override;
  void discard() noexcept override;
  /// What is called, for reports: the type of the callable.
  std::string name() const;
  void cancel() noexcept;
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  const std::source_location &site() const noexcept { return site_; }

protected:
  virtual void invoke() = 0;
  /// Destroys the callable and what it captured.
  virtual void drop_callable() noexcept = 0;
  virtual const std::type_info &callable_type() const noexcept = 0;
  /// I/O handles run again and again.
  bool persistent_ = false;

private:
  friend class aio::event_loop;
  void announce(event_loop &loop);
  void announce_end(event_loop &loop);
  ref_ptr<loop_anchor> anchor_;
  context_slot context_;
  std::source_location site_;
  std::atomic<bool> cancelled_{false};
  bool running_ = false;
};

template <class F, class... Args> class callable_handle final : public handle_core {
public:
  template <class G, class... As>
  callable_handle(event_loop &loop, context_slot context, std::source_location site, G &&function, As &&...args)
      : handle_core(loop, std::move(context), site),
        callable_(std::in_place, std::forward<G>(function), std::forward<As>(args)...) {}

protected:
  void invoke() override {
    std::apply([](auto &function, auto &...args) { static_cast<void>(std::invoke(function, args...)); }, *callable_);
  }
  void drop_callable() noexcept override { callable_.reset(); }
  const std::type_info &callable_type() const noexcept override { return typeid(F); }

private:
  std::optional<std::tuple<F, Args...>> callable_;
};

} // namespace detail

/// Refers to a scheduled callback or timer.
///
/// **Thread safety** `cancel` and `cancelled` may be called from any thread on a handle from call_soon_threadsafe.
class handle {
public:
  handle() noexcept = default;
  explicit handle(detail::ref_ptr<detail::handle_core> core) noexcept : core_(std::move(core)) {}
  /// Prevents the callback from running, if it has not started; may be called twice.
  void cancel() noexcept {
    if (core_)
      core_->cancel();
  }
  bool cancelled() const noexcept { return core_ && core_->cancelled(); }
  /// The deadline of a timer.
  time_point when() const noexcept { return core_->when(); }
  explicit operator bool() const noexcept { return static_cast<bool>(core_); }
  friend bool operator==(const handle &, const handle &) noexcept = default;

private:
  detail::ref_ptr<detail::handle_core> core_;
};
using timer_handle = handle;

} // namespace aio
