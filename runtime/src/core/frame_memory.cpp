// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The per-thread free list behind coroutine frames: its life cycle, and the way to the heap.
#include <aio/core/frame_memory.h>

#include <new>
#include <utility>

namespace aio::detail {

namespace {

/// How many bytes of each size a thread keeps: what a million tasks need, so that the millionth costs what the first does.
[[maybe_unused]] constexpr std::size_t kept = std::size_t{512} << 20;

constinit frame_cache no_cache{};

/// Owns the thread's cache, and gives the blocks back when the thread ends; what is freed after that goes to the heap.
class cache_owner {
public:
  bool open() noexcept {
    if (cache_ || ended_)
      return false;
    cache_ = new (std::nothrow) frame_cache{};
    if (!cache_)
      return false;
    for (std::size_t c = 1; c < frame_cache::classes; ++c)
      cache_->room[c] = static_cast<std::uint32_t>(kept / (c * frame_cache::granule));
    frames = cache_;
    return true;
  }
  ~cache_owner() {
    ended_ = true;
    frames = &no_cache;
    if (!cache_)
      return;
    for (frame_cache::block *block : cache_->head)
      while (block)
        ::operator delete(std::exchange(block, block->next));
    delete cache_;
  }

private:
  frame_cache *cache_ = nullptr;
  bool ended_ = false;
};
[[maybe_unused]] thread_local cache_owner owner;

} // namespace

constinit thread_local frame_cache *frames = &no_cache;

void *allocate_frame_slowly(std::size_t size) {
#if AIO_POOL_FRAMES
  const std::size_t c = frame_cache::class_of(size);
  if (c < frame_cache::classes)
    return ::operator new(c * frame_cache::granule);
#endif
  return ::operator new(size);
}

void release_frame_slowly(void *memory, std::size_t size) noexcept {
#if AIO_POOL_FRAMES
  if (frame_cache::class_of(size) < frame_cache::classes && owner.open()) {
    release_frame(memory, size);
    return;
  }
#else
  static_cast<void>(size);
#endif
  ::operator delete(memory);
}

} // namespace aio::detail
