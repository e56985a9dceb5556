// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory for coroutine frames and task states: a per-thread free list over the global heap.
#pragma once

#include <cstddef>
#include <cstdint>

// Under a sanitizer every allocation goes to its own allocator.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AIO_POOL_FRAMES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define AIO_POOL_FRAMES 0
#endif
#endif
#ifndef AIO_POOL_FRAMES
#define AIO_POOL_FRAMES 1
#endif

namespace aio::detail {

/// A thread's free blocks by size, and how many more bytes it may keep.
struct frame_cache {
  /// Blocks have the sizes of glibc's heap, 24, 40, 56, …, so that no memory is lost between them.
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t extra = 8;
  static constexpr std::size_t classes = 128;
  struct block {
    block *next;
  };
  block *head[classes];
  std::size_t room;
  static constexpr std::size_t class_of(std::size_t size) noexcept { return (size + granule - 1 - extra) / granule; }
  static constexpr std::size_t size_of(std::size_t c) noexcept { return c * granule + extra; }
};
/// Never null: before its first release, and after the thread's end, a thread has a cache that stays empty.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local frame_cache *frames;

void *allocate_frame_slowly(std::size_t size);
void release_frame_slowly(void *memory, std::size_t size) noexcept;
/// Returns a part of the kept memory to the heap, if there is much: little enough to be done whenever a loop waits.
void trim_frames() noexcept;

/// Returns memory for a frame.
///
/// **Errors** std::bad_alloc, thrown from the call of the coroutine.
inline void *allocate_frame(std::size_t size) {
#if AIO_POOL_FRAMES
  const std::size_t c = frame_cache::class_of(size);
  if (c < frame_cache::classes) [[likely]] {
    frame_cache &cache = *frames;
    if (frame_cache::block *block = cache.head[c]) [[likely]] {
      cache.head[c] = block->next;
      cache.room += frame_cache::size_of(c);
      // Prefetches the block after this one: blocks come back in the order in which frames end, all over the memory.
      __builtin_prefetch(block->next, 1);
      return block;
    }
  }
#endif
  return allocate_frame_slowly(size);
}
inline void release_frame(void *memory, std::size_t size) noexcept {
#if AIO_POOL_FRAMES
  const std::size_t c = frame_cache::class_of(size);
  if (c < frame_cache::classes) [[likely]] {
    frame_cache &cache = *frames;
    if (cache.room >= frame_cache::size_of(c)) [[likely]] {
      cache.room -= frame_cache::size_of(c);
      auto *block = static_cast<frame_cache::block *>(memory);
      block->next = cache.head[c];
      cache.head[c] = block;
      return;
    }
  }
#endif
  release_frame_slowly(memory, size);
}

/// Gives a class the frame allocator.
struct frame_allocated {
  static void *operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void *memory, std::size_t size) noexcept { release_frame(memory, size); }
};

} // namespace aio::detail
