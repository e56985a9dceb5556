// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random programs under random schedules: every task ends, every count balances, no frame leaks; and lack of memory.
#include "support.h"

#include <aio/debug/report.h>

#include <cstdlib>
#include <new>
#include <random>

// ThreadSanitizer brings its own allocation functions, which cannot be replaced a second time.
#if defined(__SANITIZE_THREAD__)
#define FAILING_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FAILING_ALLOCATIONS 0
#endif
#endif
#ifndef FAILING_ALLOCATIONS
#define FAILING_ALLOCATIONS 1
#endif

namespace {
std::atomic<long> live_frames{0};
} // namespace

#if FAILING_ALLOCATIONS
namespace {
thread_local int fail_after_allocations = -1;
thread_local long allocations = 0;
} // namespace

// The whole test program allocates through these, so that a test can make an allocation fail. Inlined separately, new
// and delete would look mismatched to g++.
[[gnu::noinline]] void *operator new(std::size_t size) {
  if (fail_after_allocations >= 0 && fail_after_allocations-- == 0)
    throw std::bad_alloc();
  ++allocations;
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void *memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

struct counted {
  counted() { ++live_frames; }
  counted(const counted &) = delete;
  counted &operator=(const counted &) = delete;
  ~counted() { --live_frames; }
};

/// One random program: nested groups of workers that use all primitives, and are cancelled at random.
class program {
public:
  explicit program(std::uint64_t seed) : random_(seed), permits_(2), items_(2) {}

  coro<> main() {
    auto consumer = aio::create_task(consume());
    for (int i = 0; i < 3; ++i) {
      auto t = aio::create_task(worker(2));
      if (chance(3))
        aio::get_running_loop().call_later(std::chrono::milliseconds(pick(20)), [t] { t.cancel("chaos"); });
      all_.push_back(t);
    }
    co_await aio::wait(all_);
    for (const auto &t : all_) {
      EXPECT_TRUE(t.done());
      if (!t.cancelled())
        static_cast<void>(t.exception());
    }
    // Shielded work outlives its cancelled awaiter: let it end as well.
    while (aio::all_tasks().size() > 2)
      co_await aio::sleep(1ms);
    items_.shutdown();
    co_await aio::gather(aio::return_exceptions, consumer);
    EXPECT_FALSE(lock_.locked());
    EXPECT_EQ(permits_.value(), 2);
    EXPECT_EQ(inside_lock_, 0);
    EXPECT_EQ(inside_permits_, 0);
    EXPECT_EQ(waits_begun_, waits_woken_ + waits_cancelled_) << "a waiter was woken twice, or never";
    EXPECT_FALSE(changed_.locked());
    EXPECT_EQ(aio::all_tasks().size(), 1U);
    EXPECT_LE(taken_, put_);
    EXPECT_EQ(put_, taken_ + static_cast<int>(items_.qsize()));
  }

private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int n) { return pick(n) == 0; }

  coro<> consume() {
    for (;;) {
      co_await items_.get();
      ++taken_;
      items_.task_done();
      if (chance(3))
        co_await aio::sleep(std::chrono::milliseconds(pick(4)));
    }
  }
  coro<> with_lock() {
    auto guard = co_await lock_.scoped();
    EXPECT_EQ(inside_lock_++, 0);
    struct leave {
      int &n;
      ~leave() { --n; }
    } at_end{inside_lock_};
    co_await aio::sleep(std::chrono::milliseconds(pick(3)));
  }
  coro<> with_permit() {
    auto guard = co_await permits_.scoped();
    EXPECT_LE(++inside_permits_, 2);
    struct leave {
      int &n;
      ~leave() { --n; }
    } at_end{inside_permits_};
    co_await aio::sleep(std::chrono::milliseconds(pick(3)));
  }
  coro<> produce() {
    co_await items_.put(pick(100));
    ++put_;
  }
  /// Waits for a notification, or makes one.
  coro<> hear_or_tell() {
    auto guard = co_await changed_.scoped();
    if (chance(2)) {
      changed_.notify(static_cast<long>(1 + pick(3)));
      if (chance(2))
        flag_.set();
      else
        flag_.clear();
      co_return;
    }
    ++waits_begun_;
    try {
      co_await changed_.wait();
      ++waits_woken_;
    } catch (const aio::cancelled_error &) {
      ++waits_cancelled_;
      EXPECT_TRUE(changed_.locked());
      throw;
    }
  }
  coro<> see_flag() {
    ++waits_begun_;
    try {
      co_await flag_.wait();
      ++waits_woken_;
    } catch (const aio::cancelled_error &) {
      ++waits_cancelled_;
      throw;
    }
  }
  coro<> nested(int depth) {
    co_await aio::async_with(aio::task_group(), [this, depth](aio::task_group &tg) -> coro<> {
      for (int i = 0; i < 2; ++i)
        tg.create_task(worker(depth - 1));
      if (chance(4))
        throw test_error("body");
      co_return;
    });
  }
  coro<> worker(int depth) {
    const counted alive;
    const aio::debug::allow endings("swallowed-cancellation", "how a thing ends is what is looked at");
    for (int i = 0; i < 4; ++i) {
      switch (pick(10)) {
      case 0:
        co_await with_lock();
        break;
      case 1:
        co_await with_permit();
        break;
      case 2:
        co_await produce();
        break;
      case 3:
        co_await ending(aio::wait_for(with_lock(), std::chrono::milliseconds(pick(4))));
        break;
      case 4:
        if (depth > 0)
          co_await ending(nested(depth));
        break;
      case 5:
        co_await aio::shield(with_permit());
        break;
      case 6:
        co_await ending(aio::wait_for(hear_or_tell(), std::chrono::milliseconds(1 + pick(6))));
        break;
      case 7:
        co_await ending(aio::wait_for(see_flag(), std::chrono::milliseconds(1 + pick(4))));
        break;
      case 8:
        if (chance(6))
          throw test_error("worker");
        co_await aio::sleep(0s);
        break;
      default:
        co_await aio::sleep(std::chrono::milliseconds(pick(5)));
      }
    }
  }

  std::mt19937_64 random_;
  aio::lock lock_;
  aio::semaphore permits_;
  aio::queue<int> items_;
  std::vector<task<>> all_;
  aio::condition changed_;
  aio::event flag_;
  int inside_lock_ = 0;
  int inside_permits_ = 0;
  int waits_begun_ = 0;
  int waits_woken_ = 0;
  int waits_cancelled_ = 0;
  int put_ = 0;
  int taken_ = 0;
};

int schedules() {
  const char *text = std::getenv("AIO_STRESS");
  return text ? std::atoi(text) : 10000;
}

} // namespace

TEST(stress, invariants_hold_under_random_schedules) {
  const int count = schedules();
  for (int seed = 1; seed <= count; ++seed) {
    program p(static_cast<std::uint64_t>(seed));
    auto main = [&]() -> coro<> { co_await p.main(); };
    try {
      aio::run(main(), {.debug = {}, .loop_factory = [seed]() -> std::unique_ptr<aio::event_loop> {
                          auto loop = std::make_unique<aio::testing::virtual_loop>(
                              aio::testing::options{.seed = static_cast<std::uint64_t>(seed)});
                          loop->set_exception_handler([](aio::event_loop &, const aio::exception_context &) {});
                          return loop;
                        }});
    } catch (...) {
      ADD_FAILURE() << "seed " << seed << ": " << text_of(std::current_exception());
    }
    ASSERT_EQ(live_frames, 0) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(stress, the_same_seed_gives_the_same_schedule) {
  const auto trace = [](std::uint64_t seed) {
    log_t log;
    auto main = [&]() -> coro<> {
      auto body = [&](int i) -> coro<> {
        for (int k = 0; k < 3; ++k) {
          log.push_back(std::to_string(i));
          co_await aio::sleep(0s);
        }
      };
      std::vector<task<>> all;
      for (int i = 0; i < 5; ++i)
        all.push_back(aio::create_task(body(i)));
      co_await aio::gather(all);
    };
    aio::testing::run(main(), {.seed = seed});
    return log;
  };
  EXPECT_EQ(trace(7), trace(7));
  EXPECT_NE(trace(7), trace(8));
}

#if FAILING_ALLOCATIONS && AIO_POOL_FRAMES
namespace {
coro<int> small(int n) { co_return n; }
coro<> sleep_a_little() { co_await aio::sleep(1ms); }
coro<> bounce(aio::queue<int> &in, aio::queue<int> &out, int times) {
  for (int i = 0; i < times; ++i)
    co_await out.put(co_await in.get());
}
/// The operations that a program makes all the time.
coro<> hot_path(int times) {
  aio::queue<int> there(1), back(1);
  aio::lock l;
  aio::semaphore s(1);
  auto other = aio::create_task(bounce(there, back, times));
  for (int i = 0; i < times; ++i) {
    static_cast<void>(co_await small(i));
    co_await aio::yield_now();
    co_await aio::sleep(1ms);
    co_await there.put(i);
    static_cast<void>(co_await back.get());
    {
      auto guard = co_await l.scoped();
      auto permit = co_await s.scoped();
    }
    auto t = aio::create_task(sleep_a_little());
    co_await t;
  }
  co_await other;
}
} // namespace

TEST(memory, the_hot_path_allocates_nothing_once_frames_are_there) {
  if (aio::detail::debug_from_environment())
    GTEST_SKIP() << "debug mode keeps notes";
  const auto allocations_of = [](int times) {
    long made = 0;
    on_loop([&]() -> coro<> {
      co_await hot_path(3);
      const long before = allocations;
      co_await hot_path(times);
      made = allocations - before;
    });
    return made;
  };
  // In an empty context, because a task's copy of a context with variables is an allocation. What the queues of one
  // call allocate does not grow with the number of items.
  const aio::context empty;
  aio::context(empty).run(allocations_of, 10); // the first loop of a thread fills its stores
  EXPECT_EQ(aio::context(empty).run(allocations_of, 10), aio::context(empty).run(allocations_of, 1000));
}
#endif

#if FAILING_ALLOCATIONS
namespace {
struct big {
  char bytes[4096];
};
coro<int> large(big b) {
  co_await aio::sleep(0s);
  co_return b.bytes[0];
}
} // namespace

TEST(memory, running_out_surfaces_at_the_call) {
  on_loop([]() -> coro<> {
    int caught = 0;
    bool awaited = false;
    try {
      fail_after_allocations = 0;
      auto c = large(big{});
      fail_after_allocations = -1;
      co_await std::move(c);
      awaited = true;
    } catch (const std::bad_alloc &) {
      ++caught;
    }
    fail_after_allocations = -1;
    EXPECT_EQ(caught, 1);
    EXPECT_FALSE(awaited);
    EXPECT_EQ(co_await large(big{}), 0);
  });
}

TEST(memory, running_out_anywhere_in_spawning_leaves_the_loop_sound) {
  for (int n = 0; n < 12; ++n) {
    on_loop([n]() -> coro<> {
      // With a variable set, a new task copies the context, which is one more allocation that can fail.
      aio::context_var<int> var("v");
      const auto scope = var.scoped(1);
      try {
        fail_after_allocations = n;
        auto t = aio::create_task(large(big{}));
        fail_after_allocations = -1;
        co_await t;
      } catch (const std::bad_alloc &) {
      }
      fail_after_allocations = -1;
      auto t = aio::create_task(large(big{}));
      EXPECT_EQ(co_await t, 0);
    });
  }
}
#endif
