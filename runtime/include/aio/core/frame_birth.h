// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a coroutine frame was made: two addresses and a slot, kept beside the frames while an instrument asks for them.
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

/// What a watcher attaches to a frame; hears of the frame's end even when no watched loop runs.
class frame_watch {
public:
  virtual void frame_gone() noexcept = 0;

protected:
  ~frame_watch() = default;
};

/// The rest of a call that goes through more functions than a coroutine calling a coroutine.
struct birth_path {
  static constexpr unsigned depth = 6;
  unsigned count;
  const void *pcs[depth];
};

/// How a frame came about. In a table of the loop that ran, so that frames themselves are no larger for it.
struct frame_birth {
  frame_record *frame; ///< null: free
  const void *inside;  ///< in the coroutine's own beginning, or in the function that this was inlined into
  const void *caller;  ///< where that was called from; of a free one, the next that is free
  birth_path *path;    ///< and so on outwards, up to the step; null if there is no more
  frame_watch *note;   ///< a slot for whoever watches; the runtime only says when the frame is gone

  /// Copies the return addresses, innermost first; returns how many.
  unsigned stack(std::span<const void *> into) const noexcept;
  /// The list of those that are free.
  frame_birth *next() const noexcept { return static_cast<frame_birth *>(const_cast<void *>(caller)); }
  void set_next(frame_birth *free) noexcept { caller = free; }
};

/// The births of one loop's frames.
///
/// **Lifetime** frames may outlive the loop: the last of them takes an abandoned table with it.
/// **Thread safety** the thread in which the loop runs adds and removes for nearly nothing; others take a lock.
class birth_table {
public:
  birth_table() = default;
  birth_table(const birth_table &) = delete;
  birth_table &operator=(const birth_table &) = delete;
  /// Gets ready to record, in this thread; `frame` is the stack frame of the loop.
  void open(std::uintptr_t frame) noexcept;
  /// Gives it up to the frames that are still there.
  void abandon() noexcept;

  /// Makes a birth for a frame that is being made; `here` is the stack frame of the coroutine's callee.
  void record(frame_record &frame, const void *caller, const void *here) noexcept;
  /// Makes a birth that knows no place, for a frame that has none. **Errors** std::bad_alloc.
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
  /// True if the address may be of an object on the stack below the loop; seldom so for what is not.
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
  /// The walk up the stack from the frame of `record_birth`, and the search for memory, where its short ways do not do.
  [[gnu::noinline]] void complete(frame_birth &birth, const void *here) noexcept;
  void make_room() noexcept;
  [[gnu::noinline]] void end(frame_record &frame) noexcept;
  void refill();
  void destroy() noexcept;

  frame_birth *free_ = nullptr; // of the loop's thread, while the loop runs
  std::recursive_mutex mutex_;  // guards the rest; `each` may end in the death of a frame
  frame_birth *returned_ = nullptr;
  std::vector<block *> blocks_;
  std::size_t left_ = 0; // frames that outlive the loop
  bool abandoned_ = false;
};

/// The table for frames that are made in this thread; null unless an instrument wants them, and its loop runs here.
#if AIO_HOOKS
[[gnu::tls_model("initial-exec")]] extern constinit thread_local birth_table *births;
#else
inline constexpr birth_table *births = nullptr;
#endif

/// Notes from where the frame is made: to be called from the coroutine's own beginning, with its return address.
void record_birth(frame_record &frame, const void *caller) noexcept;
/// The same, and tells of what the coroutine was called with.
void record_birth(frame_record &frame, const void *caller, const void *const *arguments, std::size_t count) noexcept;

} // namespace detail
} // namespace aio
