// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The timers of a loop, ordered by deadline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <aio/core/entry.h>
#include <aio/core/time.h>

namespace aio::detail {

/// An entry that can first wait in the timer heap.
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

/// A 4-ary heap ordered by deadline, then by registration. An entry knows its slot in a table of positions, so
/// cancelling finds it directly, and moving items in the heap does not touch the entries, which are frames all over the
/// memory.
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
    // Without branches: the processor cannot predict which of two timers is first.
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
  bool many_due(time_point now) noexcept;
  void take_many(time_point now, intrusive_list<ready_entry> &due) noexcept;
  void order(std::vector<item> &items, std::vector<item> &spare) noexcept;
  void rebuild() noexcept;
  std::uint32_t take_slot(timer_entry &entry);
  void free_slot(std::uint32_t slot) noexcept;

  std::vector<item> items_;
  std::vector<std::uint32_t> places_;  // by slot: the index in items_, or the next free slot
  std::vector<timer_entry *> entries_; // by slot
  std::vector<item> due_;
  std::vector<item> spare_;
  std::uint32_t free_slots_ = timer_entry::not_queued;
  std::uint64_t next_order_ = 0;
};

} // namespace aio::detail
