// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a coroutine frame was made: two addresses and a slot, stored beside the frames while an instrument asks for
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include <aio/core/entry.h>

namespace aio {

class frame_record;

namespace detail {

/// An instrument's notes on one frame. It is told when the frame is destroyed, whether or not a loop runs.
class frame_watch {
public:
  virtual void frame_gone() noexcept = 0;

protected:
  ~frame_watch() = default;
};

/// The further return addresses of a call that goes through more functions than one coroutine calling another.
struct birth_path {
  static constexpr unsigned depth = 6;
  unsigned count;
  const void *pcs[depth];
};

/// How a frame was made. It is in a table of the running loop, so that the frames themselves do not grow.
struct frame_birth {
  frame_record *frame; ///< null: this entry is free
  const void *inside;  ///< an address in the coroutine's beginning, or in the function that it was inlined into
  const void *caller;  ///< the return address to its caller; in a free entry, the next free one
  birth_path *path;    ///< the further callers, up to the step; null if there are none
  frame_watch *note;   ///< for instruments; the runtime only tells it that the frame is gone

  /// Copies the return addresses, innermost first; returns their number.
  unsigned stack(std::span<const void *> into) const noexcept;
  /// The next entry in the list of free ones.
  frame_birth *next() const noexcept { return static_cast<frame_birth *>(const_cast<void *>(caller)); }
  void set_next(frame_birth *free) noexcept { caller = free; }
};

/// The births of one loop's frames.
///
/// **Lifetime** frames may outlive the loop: the last of them destroys a table that was abandoned. **Thread safety**
/// the loop's thread adds and removes without a lock; other threads take one.
class birth_table {
public:
  birth_table() = default;
  birth_table(const birth_table &) = delete;
  birth_table &operator=(const birth_table &) = delete;
  /// Prepares this thread for recording; `frame` is the stack frame of the loop.
  void open(std::uintptr_t frame) noexcept;
  /// Leaves the table to the frames that are still alive.
  void abandon() noexcept;

  /// Records the birth of a frame that is being made; `here` is the stack frame of the coroutine's callee.
  void record(frame_record &frame, const void *caller, const void *here) noexcept;
  /// Adds a birth without an address, for a frame that has none. **Errors** std::bad_alloc.
  frame_birth &add(frame_record &frame);
  /// Calls `use(frame_record &)` for every frame of the table. Only in the loop's thread, or when the loop does not
  /// run.
  template <class F> void each(F &&use) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < blocks_.size(); ++i) // NOLINT(modernize-loop-convert): `use` may add frames
      for (frame_birth &birth : blocks_[i]->births)
        if (birth.frame)
          use(*birth.frame);
  }

  /// The bounds of stack walks: the frame of the step that runs, and that of the loop.
  std::uintptr_t step_frame = 0;
  std::uintptr_t loop_frame = 0;
  /// True if the address may belong to an object on the stack below the loop; other addresses give true only rarely.
  bool may_be_below_the_loop(const void *address) const noexcept {
    static constexpr std::uintptr_t reach = std::uintptr_t{8} << 20;
    return loop_frame - 1 - reinterpret_cast<std::uintptr_t>(address) < reach;
  }

private:
  friend void end_watched_frame(frame_record &) noexcept;
  static constexpr std::size_t block_size = 16384;
  struct block {
    birth_table *table;
    frame_birth births[(block_size - sizeof(void *)) / sizeof(frame_birth)];
  };
  static birth_table &table_of(frame_birth &birth) noexcept;
  /// The slow paths of `record`: the walk up the stack, and the allocation of memory.
  [[gnu::noinline]] void complete(frame_birth &birth, const void *here) noexcept;
  void make_room() noexcept;
  [[gnu::noinline]] void end(frame_record &frame) noexcept;
  void refill();
  void destroy() noexcept;

  frame_birth *free_ = nullptr; // used by the loop's thread while the loop runs, without the mutex
  std::recursive_mutex mutex_;  // guards the rest; recursive, because `each` may destroy a frame
  frame_birth *returned_ = nullptr;
  std::vector<block *> blocks_;
  std::size_t left_ = 0; // frames that have outlived the loop
  bool abandoned_ = false;
};

/// The table for frames that are made in this thread; null unless an instrument of the loop that runs here wants them.
#if AIO_HOOKS
[[gnu::tls_model("initial-exec")]] extern constinit thread_local birth_table *births;
#else
inline constexpr birth_table *births = nullptr;
#endif

/// Records where the frame is made. Called from the coroutine's beginning, with its return address.
void record_birth(frame_record &frame, const void *caller) noexcept;
/// The same, and passes on the addresses of the coroutine's arguments.
void record_birth(frame_record &frame, const void *caller, const void *const *arguments, std::size_t count) noexcept;

} // namespace detail
} // namespace aio
