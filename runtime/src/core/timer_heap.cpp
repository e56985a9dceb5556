// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The heap of timers: inserting and removing one, and removing many that are due together.
#include <aio/core/timer_heap.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace aio::detail {

void timer_heap::sift_up(std::size_t index, const item &value) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 4;
    if (!value.before(items_[parent]))
      break;
    place(index, items_[parent]);
    index = parent;
  }
  place(index, value);
}

/// Moves the smaller child up into the hole, down to the leaves; returns the hole's last position.
std::size_t timer_heap::hole_to_leaf(std::size_t index) noexcept {
  const item *items = items_.data();
  const std::size_t count = items_.size();
  std::size_t first = index * 4 + 1;
  while (first + 3 < count) {
    const std::size_t left = first + (items[first + 1].before(items[first]) ? 1 : 0);
    const std::size_t right = first + 2 + (items[first + 3].before(items[first + 2]) ? 1 : 0);
    const std::size_t best = items[right].before(items[left]) ? right : left;
    place(index, items[best]);
    index = best;
    first = index * 4 + 1;
  }
  if (first < count) {
    std::size_t best = first;
    for (std::size_t child = first + 1; child < count; ++child)
      if (items[child].before(items[best]))
        best = child;
    place(index, items[best]);
    index = best;
  }
  return index;
}

void timer_heap::erase(std::size_t index) noexcept {
  const item last = items_.back();
  items_.pop_back();
  if (index == items_.size())
    return;
  // The item from the end of the heap is usually large, so it mostly stays at the leaf.
  if (index > 0 && last.before(items_[(index - 1) / 4]))
    sift_up(index, last);
  else
    sift_up(hole_to_leaf(index), last);
}

std::uint32_t timer_heap::take_slot(timer_entry &entry) {
  if (free_slots_ == timer_entry::not_queued) {
    places_.reserve(places_.size() + 1 > places_.capacity() ? places_.size() * 2 + 16 : 0);
    entries_.push_back(&entry);
    places_.push_back(0);
    return static_cast<std::uint32_t>(entries_.size() - 1);
  }
  const std::uint32_t slot = free_slots_;
  free_slots_ = places_[slot];
  entries_[slot] = &entry;
  return slot;
}

void timer_heap::free_slot(std::uint32_t slot) noexcept { places_[slot] = std::exchange(free_slots_, slot); }

void timer_heap::push(timer_entry &entry, time_point when) {
  items_.emplace_back();
  std::uint32_t slot = 0;
  try {
    slot = take_slot(entry);
  } catch (...) {
    items_.pop_back();
    throw;
  }
  entry.when_ = when;
  entry.timer_slot_ = slot;
  sift_up(items_.size() - 1, {when, next_order_++, slot});
}

/// Takes the first timer out of the heap; does not access the entry.
timer_entry *timer_heap::take_first() noexcept {
  const std::uint32_t slot = items_.front().slot;
  free_slot(slot);
  erase(0);
  return entries_[slot];
}

timer_entry *timer_heap::pop() noexcept {
  timer_entry *entry = take_first();
  entry->timer_slot_ = timer_entry::not_queued;
  return entry;
}

/// True if an eighth of all timers is due and there is room to process them together.
bool timer_heap::many_due(time_point now) noexcept {
  constexpr std::size_t few = 64;
  if (items_.size() < few)
    return false;
  // The due timers form the top of the heap: each is found from its parent.
  const std::size_t enough = items_.size() / 8;
  try {
    due_.reserve(items_.size());
    spare_.reserve(items_.size());
  } catch (...) {
    return false;
  }
  due_.clear();
  if (items_.front().when <= now)
    due_.push_back({{}, 0, 0});
  for (std::size_t i = 0; i < due_.size() && due_.size() < enough; ++i) {
    const std::size_t first = due_[i].order * 4 + 1;
    for (std::size_t child = first; child < first + 4 && child < items_.size(); ++child)
      if (items_[child].when <= now)
        due_.push_back({{}, child, 0});
  }
  return due_.size() >= enough;
}

/// Removes all due timers in one pass, sorts them, and rebuilds the heap from the rest.
void timer_heap::take_many(time_point now, intrusive_list<ready_entry> &due) noexcept {
  due_.clear();
  std::size_t left = 0;
  for (const item &each : items_)
    if (each.when <= now)
      due_.push_back(each);
    else
      items_[left++] = each;
  items_.resize(left);
  rebuild();
  order(due_, spare_);
  constexpr std::size_t ahead = 8;
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (i + ahead < due_.size())
      __builtin_prefetch(entries_[due_[i + ahead].slot], 1);
    timer_entry *entry = entries_[due_[i].slot];
    free_slot(due_[i].slot);
    entry->timer_slot_ = timer_entry::not_queued;
    due.push_back(*entry);
  }
}

void timer_heap::rebuild() noexcept {
  for (std::size_t i = 0; i < items_.size(); ++i)
    places_[items_[i].slot] = static_cast<std::uint32_t>(i);
  if (items_.size() < 2)
    return;
  for (std::size_t i = (items_.size() - 2) / 4 + 1; i-- > 0;) {
    const item value = items_[i];
    std::size_t hole = hole_to_leaf(i);
    // Moves it up again, but not above its starting position.
    while (hole > i && value.before(items_[(hole - 1) / 4])) {
      place(hole, items_[(hole - 1) / 4]);
      hole = (hole - 1) / 4;
    }
    place(hole, value);
  }
}

/// Radix sort by deadline: in a comparison sort, mispredicted branches take most of the time.
void timer_heap::order(std::vector<item> &items, std::vector<item> &spare) noexcept {
  constexpr unsigned digit = 11;
  const auto [least, most] =
      std::minmax_element(items.begin(), items.end(), [](const item &a, const item &b) { return a.when < b.when; });
  const time_point base = least->when;
  const auto range = static_cast<std::uint64_t>((most->when - base).count());
  const auto bits = static_cast<unsigned>(std::bit_width(range));
  if (bits > 4 * digit) {
    std::sort(items.begin(), items.end(), [](const item &a, const item &b) { return a.before(b); });
    return;
  }
  spare.resize(items.size());
  for (unsigned shift = 0; shift < bits; shift += digit) {
    const auto digit_of = [&](const item &each) {
      return (static_cast<std::uint64_t>((each.when - base).count()) >> shift) & ((1U << digit) - 1);
    };
    std::array<std::uint32_t, 1U << digit> starts{};
    for (const item &each : items)
      ++starts[digit_of(each)];
    std::uint32_t sum = 0;
    for (std::uint32_t &start : starts)
      sum += std::exchange(start, sum);
    for (const item &each : items)
      spare[starts[digit_of(each)]++] = each;
    items.swap(spare);
  }
  // Equal deadlines are adjacent now; among them the order is that of registration.
  for (auto from = items.begin(); from != items.end();) {
    auto to = from + 1;
    for (; to != items.end() && to->when == from->when; ++to) {
    }
    if (to - from > 1)
      std::sort(from, to, [](const item &a, const item &b) { return a.order < b.order; });
    from = to;
  }
}

void timer_heap::pop_due(time_point now, intrusive_list<ready_entry> &due) noexcept {
  if (many_due(now)) {
    take_many(now, due);
    return;
  }
  // The frames of sleeping tasks are not in the cache: they are prefetched while the heap looks for the next ones.
  std::array<timer_entry *, 16> found; // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::size_t count = 0;
  do {
    for (count = 0; count < found.size() && !items_.empty() && items_.front().when <= now; ++count) {
      found[count] = take_first();
      __builtin_prefetch(found[count], 1);
    }
    for (std::size_t i = 0; i < count; ++i) {
      found[i]->timer_slot_ = timer_entry::not_queued;
      due.push_back(*found[i]);
    }
  } while (count == found.size());
}

void timer_heap::remove(timer_entry &entry) noexcept {
  if (!entry.in_heap())
    return;
  const std::uint32_t slot = std::exchange(entry.timer_slot_, timer_entry::not_queued);
  const std::size_t index = places_[slot];
  free_slot(slot);
  erase(index);
}

} // namespace aio::detail
