// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory for coroutine frames and task states: a per-thread free list over the global heap.
#pragma once

#include <cstddef>

namespace aio::detail {

/// Returns memory for a frame.
///
/// **Errors** std::bad_alloc, thrown from the call of the coroutine.
void *allocate_frame(std::size_t size);
void release_frame(void *memory, std::size_t size) noexcept;

/// Gives a class the frame allocator.
struct frame_allocated {
  static void *operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void *memory, std::size_t size) noexcept { release_frame(memory, size); }
};

} // namespace aio::detail
