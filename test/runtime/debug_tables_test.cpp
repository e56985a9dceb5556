// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The data structures of the detectors: the table of births, the table of held locks, hooks on demand.
#include "debug_support.h"

#include <array>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "../../runtime/src/debug/held_locks.h"
#include "../../runtime/src/debug/origin.h"
#include "../../runtime/src/debug/registry.h"

using aio::frame_record;
using aio::detail::birth_table;

namespace {

/// A frame without a coroutine.
class bare_frame : public frame_record {
public:
  bare_frame() {
    watch_birth();
    created_at(std::source_location::current());
  }
  void begins() { mark_started(); }
  void ends() { finished_by(false); }
  void give_up() { mark_disposed(); }
  ~bare_frame() {
    if (!started())
      mark_disposed();
  }
};

/// Records the frames of this thread, as a loop with instruments does.
class recorder {
public:
  recorder() {
    set_.add(std::make_shared<wants_births>());
    aio::detail::watch_frames(&set_, reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) + 4096);
  }
  ~recorder() { aio::detail::watch_frames(nullptr, 0); }
  birth_table &table() { return *set_.births(); }
  std::set<const frame_record *> frames() {
    std::set<const frame_record *> all;
    table().each([&](frame_record &frame) { all.insert(&frame); });
    return all;
  }

private:
  struct wants_births final : aio::instrument {
    aio::hook_set wants() const noexcept override { return aio::hook::frame_births; }
  };
  aio::instrument_set set_;
};

/// Counts the ends of frames.
struct watcher final : aio::detail::frame_watch {
  explicit watcher(int &count) : gone(count) {}
  void frame_gone() noexcept override { ++gone; }
  int &gone;
};

} // namespace

TEST(debug_births, lists_the_frames_that_live) {
  recorder here;
  auto one = std::make_unique<bare_frame>();
  auto two = std::make_unique<bare_frame>();
  EXPECT_NE(one->birth(), nullptr);
  EXPECT_EQ(here.frames(), (std::set<const frame_record *>{one.get(), two.get()}));
  one->begins();
  one->ends();
  one.reset();
  EXPECT_EQ(here.frames(), (std::set<const frame_record *>{two.get()}));
  two.reset(); // never begun
  EXPECT_TRUE(here.frames().empty());
}

TEST(debug_births, are_used_again) {
  recorder here;
  std::set<const aio::detail::frame_birth *> seen;
  for (int i = 0; i < 10'000; ++i) {
    bare_frame frame;
    seen.insert(frame.birth());
    frame.begins();
    frame.ends();
  }
  EXPECT_EQ(seen.size(), 1U);
  // More frames than one block of the table holds.
  std::vector<std::unique_ptr<bare_frame>> many;
  for (int i = 0; i < 5'000; ++i)
    many.push_back(std::make_unique<bare_frame>());
  EXPECT_EQ(here.frames().size(), 5'000U);
}

TEST(debug_births, no_frame_is_recorded_without_a_recorder) {
  bare_frame frame;
  EXPECT_EQ(frame.birth(), nullptr);
}

TEST(debug_births, a_note_hears_of_the_end_wherever_it_comes) {
  int gone = 0;
  watcher first(gone), second(gone), third(gone);
  auto outlives = std::make_unique<bare_frame>();
  EXPECT_EQ(outlives->birth(), nullptr);
  {
    recorder here;
    auto frame = std::make_unique<bare_frame>();
    frame->birth()->note = &first;
    frame->begins();
    frame->ends();
    frame.reset();
    EXPECT_EQ(gone, 1);
    // In another thread.
    frame = std::make_unique<bare_frame>();
    frame->birth()->note = &second;
    std::thread([&] { frame.reset(); }).join();
    EXPECT_EQ(gone, 2);
    // An entry that the other thread has freed is used again.
    EXPECT_TRUE(here.frames().empty());
    outlives = std::make_unique<bare_frame>();
    outlives->birth()->note = &third;
  }
  // The table is abandoned, and destroyed with the frame.
  outlives.reset();
  EXPECT_EQ(gone, 3);
}

TEST(debug_births, added_by_hand_knows_no_place) {
  auto frame = std::make_unique<bare_frame>();
  recorder here;
  const aio::detail::frame_birth &birth = here.table().add(*frame);
  std::array<const void *, 8> stack{};
  EXPECT_EQ(birth.stack(stack), 0U);
  EXPECT_EQ(here.frames(), (std::set<const frame_record *>{frame.get()}));
  frame.reset();
  EXPECT_TRUE(here.frames().empty());
}

TEST(debug_births, knows_where_a_frame_was_made) {
  in_debug([]() -> coro<> {
    // One call more than a birth stores.
    struct nested {
      [[gnu::noinline]] static coro<> make(int depth) {
        if (depth == 0)
          return sleeper(0);
        auto made = make(depth - 1);
        asm volatile("" ::: "memory"); // no tail call
        return made;
      }
    };
    for (const int depth : {0, 1, 5, 40}) {
      auto made = nested::make(depth);
      std::array<const void *, 32> stack{};
      const aio::detail::frame_birth *birth = nullptr;
      aio::detail::births->each([&](frame_record &frame) {
        if (!frame.started())
          birth = frame.birth();
      });
      EXPECT_NE(birth, nullptr);
      if (birth) {
        const unsigned count = birth->stack(stack);
        EXPECT_GE(count, 2U);
        EXPECT_LE(count, 2 + aio::detail::birth_path::depth);
      }
      co_await std::move(made);
    }
  });
}

TEST(debug_held_locks, as_a_map_has_it) {
  aio::debug::held_locks table;
  std::map<const void *, std::uint64_t> model;
  std::mt19937 random(7); // NOLINT: the same at every run
  std::array<char, 64> locks{};
  for (std::uint64_t turn = 1; turn <= 20'000; ++turn) {
    const void *lock = &locks[random() % locks.size()];
    if (random() % 2 != 0) {
      table.enter(lock).number = turn;
      model[lock] = turn;
    } else {
      table.leave(lock);
      model.erase(lock);
    }
    EXPECT_EQ(table.empty(), model.empty());
    if (turn % 64 != 0)
      continue;
    std::map<const void *, std::uint64_t> seen;
    table.each([&](const aio::debug::held_lock &held) { seen[held.lock] = held.number; });
    EXPECT_EQ(seen, model);
    for (const char &each : locks) {
      const aio::debug::held_lock *found = table.find(&each);
      ASSERT_EQ(found != nullptr, model.contains(&each));
      if (found) {
        EXPECT_EQ(found->number, model[&each]);
      }
    }
  }
}

namespace {
/// Counts its calls.
struct counts final : aio::instrument {
  counts(aio::hook_set want, aio::hook_set demand) : wanted(want), demanded(demand) {}
  aio::hook_set wants() const noexcept override { return wanted; }
  aio::hook_set on_demand() const noexcept override { return demanded; }
  void step_begins(aio::detail::task_core &) override { ++begins; }
  void step_ends(aio::detail::task_core &) override {
    ++ends;
    if (again && --again)
      aio::get_running_loop().instruments().arm(aio::hook::step_ends);
  }
  aio::hook_set wanted, demanded;
  int begins = 0, ends = 0, again = 0;
};
constexpr aio::hook_set both = aio::hook::step_begins | aio::hook::step_ends;
constexpr aio::hook_set only_ends = aio::hook::step_ends;
} // namespace

TEST(debug_on_demand, is_called_when_armed_and_once) {
  auto always = std::make_shared<counts>(both, aio::hook_set());
  auto asked = std::make_shared<counts>(both, both);
  without_debug([&]() -> coro<> {
    auto &loop = aio::get_running_loop();
    loop.add_instrument(asked);
    co_await ticks(5);
    EXPECT_EQ(asked->begins + asked->ends, 0);
    loop.instruments().arm(aio::hook::step_ends);
    co_await ticks(5);
    EXPECT_EQ(asked->begins, 0);
    EXPECT_EQ(asked->ends, 1);
    // A hook may arm its own next call.
    asked->again = 3;
    loop.instruments().arm(aio::hook::step_ends);
    co_await ticks(5);
    EXPECT_EQ(asked->ends, 4);
    // From another thread.
    std::thread([&] { loop.instruments().arm(aio::hook::step_begins); }).join();
    co_await ticks(5);
    EXPECT_EQ(asked->begins, 1);
    // If one instrument wants every call, all instruments that want the hook get every call.
    loop.add_instrument(always);
    const int before = asked->ends;
    co_await ticks(5);
    EXPECT_GE(always->ends, 5);
    EXPECT_EQ(asked->ends - before, always->ends);
    // After that one is removed, the others are called on demand again.
    loop.remove_instrument(always.get());
    const int after = asked->ends;
    co_await ticks(5);
    EXPECT_LE(asked->ends - after, 1); // it was armed when the last call came
  });
}

TEST(debug_on_demand, what_is_armed_for_nobody_is_forgotten) {
  aio::instrument_set set;
  set.arm(aio::hook::step_ends);
  auto asked = std::make_shared<counts>(only_ends, only_ends);
  int calls = 0;
  set.each(aio::hook::step_ends, [&](aio::instrument &) { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(set.armed(aio::hook::step_ends));
  set.add(asked);
  EXPECT_FALSE(set.armed(aio::hook::step_ends));
  auto always = std::make_shared<counts>(only_ends, aio::hook_set());
  set.add(always);
  EXPECT_TRUE(set.armed(aio::hook::step_ends));
  set.each(aio::hook::step_ends, [&](aio::instrument &) { ++calls; });
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(set.armed(aio::hook::step_ends));
  set.remove(always.get());
  EXPECT_FALSE(set.armed(aio::hook::step_ends));
}

TEST(hook_set, holds_every_hook_apart) {
  static_assert(std::is_same_v<std::underlying_type_t<aio::hook>, std::uint8_t>);
  aio::hook_set grown;
  for (std::size_t i = 0; i < aio::hook_count; ++i) {
    const auto each = static_cast<aio::hook>(i);
    EXPECT_FALSE(grown.contains(each));
    grown = grown | each;
    EXPECT_TRUE(grown.contains(each));
    EXPECT_EQ((grown - each) | each, grown);
  }
  EXPECT_EQ(grown, aio::hook_set::all() | aio::hook::steps_shown);
  EXPECT_EQ(grown & aio::hook::scope_left, aio::hook_set(aio::hook::scope_left));
  EXPECT_FALSE(aio::hook_set::all().contains(aio::hook::steps_shown));
}

TEST(hook_set, the_last_hooks_are_called_like_the_first) {
  aio::instrument_set set;
  set.add(std::make_shared<counts>(aio::hook::loop_started | aio::hook::scope_left, aio::hook_set()));
  for (std::size_t i = 0; i < aio::hook_count; ++i) {
    const auto each = static_cast<aio::hook>(i);
    const bool wanted = each == aio::hook::loop_started || each == aio::hook::scope_left;
    int calls = 0;
    set.each(each, [&](aio::instrument &) { ++calls; });
    EXPECT_EQ(calls, wanted ? 1 : 0);
    EXPECT_EQ(set.armed(each), wanted);
  }
}

TEST(hook_set, an_instrument_that_wants_everything_does_not_show_steps) {
  aio::instrument_set set;
  set.add(std::make_shared<aio::instrument>());
  EXPECT_EQ(set.armed(), aio::hook_set::all());
}
