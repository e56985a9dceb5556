// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// held_locks: the locks of a loop that are held, by which task, and since which line.
#pragma once

#include <cstdint>
#include <vector>

#include <aio/core/task.h>

#include "origin.h"

namespace aio::debug {

/// A lock that a task holds.
struct held_lock {
  const void *lock = nullptr; ///< its address; null: no entry
  const detail::task_core *task = nullptr;
  std::uint64_t number = 0; ///< the task's number; a later task at the same address has another
  origin from{};
};

/// The held locks by address: an open hash table, without an allocation for each lock, because locks come and go at
/// every await.
class held_locks {
public:
  bool empty() const noexcept { return count_ == 0; }
  /// Adds a lock; replaces an older entry. **Errors** std::bad_alloc.
  held_lock &enter(const void *lock) {
    if ((count_ + 1) * 2 > table_.size())
      grow();
    held_lock &entry = slot_of(lock);
    count_ += entry.lock ? 0 : 1;
    entry.lock = lock;
    return entry;
  }
  const held_lock *find(const void *lock) noexcept {
    return count_ != 0 && slot_of(lock).lock ? &slot_of(lock) : nullptr;
  }
  void leave(const void *lock) noexcept {
    if (count_ == 0 || !slot_of(lock).lock)
      return;
    --count_;
    // Moves up the entries behind the gap that it had displaced.
    std::size_t gap = static_cast<std::size_t>(&slot_of(lock) - table_.data());
    for (std::size_t i = next(gap); table_[i].lock; i = next(i))
      if (const std::size_t home = place_of(table_[i].lock);
          (i > gap) ? (home <= gap || home > i) : (home <= gap && home > i)) {
        table_[gap] = table_[i];
        gap = i;
      }
    table_[gap].lock = nullptr;
  }
  template <class F> void each(F &&use) {
    for (std::size_t i = 0; i < table_.size(); ++i)
      if (table_[i].lock)
        use(table_[i]);
  }

private:
  std::size_t next(std::size_t i) const noexcept { return (i + 1) & (table_.size() - 1); }
  std::size_t place_of(const void *lock) const noexcept {
    return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(lock) * 0x9E3779B97F4A7C15u) >> 32) &
           (table_.size() - 1);
  }
  /// The entry of the lock, or the free place where it belongs.
  held_lock &slot_of(const void *lock) noexcept {
    std::size_t i = place_of(lock);
    while (table_[i].lock && table_[i].lock != lock)
      i = next(i);
    return table_[i];
  }
  void grow() {
    std::vector<held_lock> old(table_.empty() ? 8 : table_.size() * 2);
    old.swap(table_);
    for (const held_lock &entry : old)
      if (entry.lock)
        slot_of(entry.lock) = entry;
  }

  std::vector<held_lock> table_; // its size is a power of two; at most half of it is used
  std::size_t count_ = 0;
};

} // namespace aio::debug
