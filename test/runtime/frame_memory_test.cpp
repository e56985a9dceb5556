// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory that a thread keeps for frames: all of it while it is busy, a limited part when its loop waits.
#include "support.h"

#include <thread>

#if AIO_POOL_FRAMES
namespace {

constexpr std::size_t size = 2000;
constexpr std::size_t bound = std::size_t{64} << 20;

/// The bytes that the thread has got on its lists.
std::size_t kept() {
  std::size_t bytes = 0;
  const aio::detail::frame_cache &cache = *aio::detail::frames;
  for (std::size_t c = 0; c < aio::detail::frame_cache::classes; ++c)
    for (const auto *block = cache.head[c]; block; block = block->next)
      bytes += aio::detail::frame_cache::size_of(c);
  return bytes;
}

void fill(std::size_t bytes) {
  std::vector<void *> blocks;
  for (std::size_t got = 0; got < bytes; got += size)
    blocks.push_back(aio::detail::allocate_frame(size));
  for (void *block : blocks)
    aio::detail::release_frame(block, size);
}

} // namespace

TEST(frame_memory, a_waiting_loop_gives_back_what_is_much) {
  std::thread([] {
    fill(bound + (std::size_t{8} << 20));
    const std::size_t busy = kept();
    EXPECT_GE(busy, bound + (std::size_t{8} << 20));
    aio::event_loop loop;
    loop.call_soon([] {});
    loop.run_once();
    EXPECT_GE(kept(), busy) << "it had something to run";
    for (int passes = 0; passes < 500 && kept() > bound; ++passes) {
      loop.call_later(std::chrono::milliseconds(1), [] {});
      loop.run_once();
    }
    EXPECT_LE(kept(), bound);
    EXPECT_GE(kept(), bound - (std::size_t{2} << 20)) << "what a loop needs stays";
  }).join();
}

TEST(frame_memory, blocks_are_large_enough_and_come_back) {
  for (const std::size_t bytes : {1UL, 8UL, 9UL, 24UL, 25UL, 40UL, 88UL, 2040UL, 2041UL, 5000UL}) {
    void *block = aio::detail::allocate_frame(bytes);
    std::fill_n(static_cast<char *>(block), bytes, 'x');
    aio::detail::release_frame(block, bytes);
    if (aio::detail::frame_cache::class_of(bytes) < aio::detail::frame_cache::classes) {
      EXPECT_GE(aio::detail::frame_cache::size_of(aio::detail::frame_cache::class_of(bytes)), bytes);
      EXPECT_EQ(aio::detail::allocate_frame(bytes), block);
      aio::detail::release_frame(block, bytes);
    }
  }
}
#endif
