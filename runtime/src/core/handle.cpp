// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles and the timer heap.
#include <aio/core/handle.h>

#include <array>

#include <aio/core/event_loop.h>
#include <aio/core/future.h>

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

/// Lets the first of the children move up, down to the last generation; returns the place that is left empty.
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
  // What comes from the end belongs near it: most often it stays where the hole ends up.
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

/// Takes the first out of the heap, without a look at it.
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

void timer_heap::pop_due(time_point now, intrusive_list<ready_entry> &due) noexcept {
  // A frame that slept is not in the cache: it is fetched while the heap looks for the next ones.
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

handle_core::handle_core(event_loop &loop, context_slot context, std::source_location site) noexcept
    : timer_entry(kind::handle), anchor_(&loop.anchor()), context_(std::move(context)), site_(site) {}

handle_core::~handle_core() = default;

namespace {
constexpr std::uint64_t at_callback_begin = instrument_set::steps_shown | static_cast<std::uint32_t>(hook::callback_begins);
constexpr std::uint64_t at_callback_end = static_cast<std::uint32_t>(hook::callback_ends);
} // namespace

void handle_core::announce(event_loop &loop) {
  if (step_board *board = loop.steps_shown_at())
    board->step_begins({});
  if (loop.instruments().armed(hook::callback_begins)) [[unlikely]]
    loop.instruments().each(hook::callback_begins, [&](instrument &i) { i.callback_begins(loop, *this); });
}

void handle_core::announce_end(event_loop &loop) {
  loop.instruments().each(hook::callback_ends, [&](instrument &i) { i.callback_ends(loop, *this); });
}

void handle_core::run() {
  struct owner {
    const handle_core *core;
    ~owner() {
      if (core)
        core->release();
    }
  } queue_reference{persistent_ ? nullptr : this};
  const ref_ptr<handle_core> keep(this);
  if (cancelled())
    return;
  event_loop &loop = *anchor_->loop();
  slot_switch in_context(context_);
  running_ = true;
  if (loop.armed() & at_callback_begin) [[unlikely]]
    announce(loop);
  struct end {
    handle_core &core;
    event_loop &loop;
    ~end() {
      core.running_ = false;
      if (loop.armed() & at_callback_end) [[unlikely]]
        core.announce_end(loop);
      if (!core.persistent_ || core.cancelled())
        core.drop_callable();
    }
  } finish{*this, loop};
  try {
    invoke();
  } catch (const system_exit &) {
    throw;
  } catch (const keyboard_interrupt &) {
    throw;
  } catch (...) {
    loop.call_exception_handler({"Exception in callback", std::current_exception(), {}, "callback", site_});
  }
}

std::string handle_core::name() const { return type_name(callable_type()); }

void handle_core::discard() noexcept {
  drop_callable();
  if (!persistent_)
    release();
}

void handle_core::cancel() noexcept {
  if (cancelled_.exchange(true, std::memory_order_acq_rel))
    return;
  if (!anchor_->on_owner_thread())
    return;
  if (in_heap()) {
    anchor_->loop()->remove_timer(*this);
    release();
  }
  if (!running_ && !linked())
    drop_callable();
}

} // namespace aio::detail
