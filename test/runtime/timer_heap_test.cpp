// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The timers of a loop against a plain sort: few due, many due together, equal deadlines, cancelled ones.
#include "support.h"

#include <algorithm>
#include <memory>
#include <random>

#include <aio/core/timer_heap.h>

namespace {

class numbered final : public aio::detail::timer_entry {
public:
  explicit numbered(int number) noexcept : timer_entry(kind::handle), number_(number) {}
  void run() override {}
  void discard() noexcept override {}
  int number() const noexcept { return number_; }

private:
  int number_;
};

aio::time_point at(std::int64_t t) { return aio::time_point(aio::duration(t)); }

/// A heap, and a sorted list of what it should hold.
class both {
public:
  explicit both(unsigned seed) : random_(seed) {}
  std::int64_t draw(std::int64_t below) { return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_); }
  void push(std::int64_t when) {
    entries_.push_back(std::make_unique<numbered>(static_cast<int>(entries_.size())));
    heap_.push(*entries_.back(), at(when));
    expected_.emplace_back(when, entries_.back()->number());
  }
  void cancel_one() {
    if (expected_.empty())
      return;
    const auto gone = expected_.begin() + draw(static_cast<std::int64_t>(expected_.size()));
    numbered &entry = *entries_[static_cast<std::size_t>(gone->second)];
    EXPECT_TRUE(entry.in_heap());
    heap_.remove(entry);
    EXPECT_FALSE(entry.in_heap());
    heap_.remove(entry);
    expected_.erase(gone);
  }
  void pop_due(std::int64_t now) {
    aio::detail::intrusive_list<aio::detail::ready_entry> due;
    heap_.pop_due(at(now), due);
    std::vector<int> popped;
    while (auto *entry = due.pop_front()) {
      EXPECT_FALSE(static_cast<numbered *>(entry)->in_heap());
      popped.push_back(static_cast<numbered *>(entry)->number());
    }
    std::sort(expected_.begin(), expected_.end());
    const auto end = std::find_if(expected_.begin(), expected_.end(), [&](auto &each) { return each.first > now; });
    std::vector<int> wanted;
    for (auto each = expected_.begin(); each != end; ++each)
      wanted.push_back(each->second);
    expected_.erase(expected_.begin(), end);
    ASSERT_EQ(popped, wanted);
    ASSERT_EQ(heap_.size(), expected_.size());
    if (!expected_.empty()) {
      ASSERT_EQ(heap_.next_deadline(), at(expected_.front().first));
    }
  }

private:
  std::mt19937 random_;
  std::vector<std::unique_ptr<numbered>> entries_;
  std::vector<std::pair<std::int64_t, int>> expected_; // deadline and number: numbers grow with registration
  aio::detail::timer_heap heap_;
};

} // namespace

// The ranges of the deadlines: all equal, one digit of the sort, three, five (more than the sort uses).
TEST(timer_heap, gives_what_is_due_in_order) {
  for (const std::int64_t range :
       {std::int64_t{1}, std::int64_t{5}, std::int64_t{1} << 10, std::int64_t{1} << 30, std::int64_t{1} << 50}) {
    both sides(static_cast<unsigned>(range % 1000));
    for (int round = 0; round < 30; ++round) {
      for (std::int64_t left = sides.draw(300); left > 0; --left)
        sides.push(sides.draw(range));
      for (std::int64_t left = sides.draw(50); left > 0; --left)
        sides.cancel_one();
      // At times nearly none are due, at times an eighth, at times all.
      ASSERT_NO_FATAL_FAILURE(sides.pop_due(round % 5 == 4 ? range : sides.draw(range) / (1 + sides.draw(40))));
    }
  }
}
