// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The per-thread free list of coroutine frames: its life cycle, and its exchange with the heap.
#include <aio/core/frame_memory.h>

#include <new>
#include <utility>

namespace aio::detail {

namespace {

/// How many bytes a thread keeps while its loop is busy: enough for a million tasks, so that the last task is created
/// as fast as the first.
[[maybe_unused]] constexpr std::size_t kept = std::size_t{1} << 30;
/// How many bytes it keeps in the long run, and how many it returns at a time: that takes 0.2 ms.
[[maybe_unused]] constexpr std::size_t kept_at_rest = std::size_t{64} << 20;
[[maybe_unused]] constexpr std::size_t given_back = std::size_t{1} << 20;

constinit frame_cache no_cache{};

/// Owns the thread's cache, and returns the blocks when the thread ends; later releases go to the heap.
class cache_owner {
public:
  bool open() noexcept {
    if (cache_ || ended_)
      return false;
    cache_ = new (std::nothrow) frame_cache{};
    if (!cache_)
      return false;
    cache_->room = kept;
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
    return ::operator new(frame_cache::size_of(c));
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

void trim_frames() noexcept {
#if AIO_POOL_FRAMES
  frame_cache &cache = *frames;
  if (&cache == &no_cache || kept - cache.room <= kept_at_rest) [[likely]]
    return;
  std::size_t left = given_back;
  for (std::size_t c = frame_cache::classes - 1; c > 0; --c)
    while (frame_cache::block *block = cache.head[c]) {
      if (left < frame_cache::size_of(c))
        return;
      left -= frame_cache::size_of(c);
      cache.room += frame_cache::size_of(c);
      cache.head[c] = block->next;
      ::operator delete(block);
    }
#endif
}

} // namespace aio::detail
