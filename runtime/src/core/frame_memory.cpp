// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The per-thread free list behind coroutine frames.
#include <aio/core/frame_memory.h>

#include <new>

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

namespace {

[[maybe_unused]] constexpr std::size_t granule = 64;
constexpr std::size_t classes = 32;
[[maybe_unused]] constexpr unsigned keep_per_class = 4096;

struct free_block {
  free_block *next;
};
struct free_lists {
  free_block *head[classes];
  unsigned count[classes];
  bool closed;
};
constinit thread_local free_lists lists{};

/// Gives the thread's cached blocks back when the thread ends; frees after that go straight to the heap.
struct cleaner {
  bool armed = true;
  ~cleaner() {
    lists.closed = true;
    for (std::size_t c = 0; c < classes; ++c)
      while (free_block *block = lists.head[c]) {
        lists.head[c] = block->next;
        ::operator delete(block);
      }
  }
};
[[maybe_unused]] thread_local cleaner clean_up;

} // namespace

void *allocate_frame(std::size_t size) {
#if AIO_POOL_FRAMES
  const std::size_t c = (size + granule - 1) / granule;
  if (c < classes) {
    if (free_block *block = lists.head[c]) {
      lists.head[c] = block->next;
      --lists.count[c];
      return block;
    }
    return ::operator new(c * granule);
  }
#endif
  return ::operator new(size);
}

void release_frame(void *memory, std::size_t size) noexcept {
#if AIO_POOL_FRAMES
  const std::size_t c = (size + granule - 1) / granule;
  if (c < classes && !lists.closed && lists.count[c] < keep_per_class) {
    if (!lists.head[c] && !clean_up.armed)
      return;
    auto *block = static_cast<free_block *>(memory);
    block->next = lists.head[c];
    lists.head[c] = block;
    ++lists.count[c];
    return;
  }
#else
  static_cast<void>(size);
#endif
  ::operator delete(memory);
}

} // namespace aio::detail
