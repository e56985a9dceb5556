// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of frame births: short walks up the stack, and a free list.
#include <aio/core/frame_birth.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include <pthread.h>

#include <aio/core/event_loop.h>

#if defined(__clang__) || defined(__GNUC__)
#define AIO_NO_SANITIZE __attribute__((no_sanitize("address", "thread", "undefined")))
#endif

namespace aio::detail {

#if AIO_HOOKS
constinit thread_local birth_table *births = nullptr;
#endif

namespace {

/// One frame of a stack with frame pointers: the caller's frame, and the return address.
struct stack_frame {
  const stack_frame *caller;
  const void *pc;
};

} // namespace

unsigned frame_birth::stack(std::span<const void *> into) const noexcept {
  unsigned count = 0;
  const auto put = [&](const void *pc) {
    if (pc && count < into.size())
      into[count++] = pc;
  };
  put(inside);
  put(caller);
  if (path)
    for (unsigned i = 0; i < path->count; ++i)
      put(path->pcs[i]);
  return count;
}

birth_table &birth_table::table_of(frame_birth &birth) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(&birth) & ~(block_size - 1);
  return *reinterpret_cast<block *>(address)->table;
}

[[gnu::always_inline]] AIO_NO_SANITIZE inline void birth_table::record(frame_record &frame, const void *caller,
                                                                       const void *callee) noexcept {
  frame_birth *birth = free_;
  if (!birth) [[unlikely]] {
    // No memory: this frame gets no birth.
    make_room();
    return;
  }
  free_ = birth->next();
  birth->frame = &frame;
  frame.set_birth(*birth);
  const auto *here = static_cast<const stack_frame *>(callee);
  birth->inside = here->pc;
  birth->caller = caller;
  // Nearly always a coroutine that the step has resumed calls a coroutine. Then the frames above this one are those of
  // the call, the caller and the step, or fewer where calls are inlined. Without frame pointers the value may be
  // anything, so it is followed only upwards.
  const auto below = reinterpret_cast<std::uintptr_t>(here);
  const std::uintptr_t room = step_frame - below;
  const stack_frame *at = here->caller;
  for (int i = 0; i < 3 && free_; ++i, at = at->caller) {
    const std::uintptr_t up = reinterpret_cast<std::uintptr_t>(at) - below;
    if (up == room) [[likely]]
      return;
    if (up > room)
      break;
  }
  complete(*birth, here);
}

[[gnu::noinline]] AIO_NO_SANITIZE void record_birth(frame_record &frame, const void *caller) noexcept {
  births->record(frame, caller, __builtin_frame_address(0));
}
[[gnu::noinline, gnu::cold]] AIO_NO_SANITIZE void
record_birth(frame_record &frame, const void *caller, const void *const *arguments, std::size_t count) noexcept {
  births->record(frame, caller, __builtin_frame_address(0));
  notify_frame_arguments(frame, {arguments, count});
}

AIO_NO_SANITIZE void birth_table::complete(frame_birth &birth, const void *here) noexcept {
  birth_path rest;
  rest.count = 0;
  // Callers lie above, and the loop above them; any other value is not a frame.
  auto below = reinterpret_cast<std::uintptr_t>(here);
  for (const stack_frame *at = static_cast<const stack_frame *>(here)->caller; rest.count < birth_path::depth;
       at = at->caller) {
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    if (address <= below || address >= loop_frame || address == step_frame || address % sizeof(void *) != 0 || !at->pc)
      break;
    if (at->pc != birth.caller)
      rest.pcs[rest.count++] = at->pc;
    below = address;
  }
  if (rest.count != 0)
    birth.path = static_cast<birth_path *>(std::malloc(sizeof(birth_path)));
  if (birth.path)
    *birth.path = rest;
  if (!free_)
    make_room();
}

void birth_table::open(std::uintptr_t frame) noexcept {
  step_frame = loop_frame = frame;
  if (!free_)
    make_room();
}

void birth_table::make_room() noexcept {
  const allow_blocking guard;
  const std::lock_guard lock(mutex_);
  try {
    if (!returned_)
      refill();
  } catch (...) {
    return;
  }
  free_ = std::exchange(returned_, nullptr);
}

void end_watched_frame(frame_record &frame) noexcept {
  if (!(frame.life_ & frame_record::begun)) [[unlikely]]
    report_never_awaited(frame);
  if (!AIO_HOOKS || !frame.birth_)
    return;
  frame_birth &birth = *frame.birth_;
  birth_table &table = birth_table::table_of(birth);
  if (birth.note || birth.path || &table != births || !frame.finished()) [[unlikely]] {
    table.end(frame);
    return;
  }
  birth.frame = nullptr;
  birth.set_next(table.free_);
  table.free_ = &birth;
}

void birth_table::end(frame_record &frame) noexcept {
  if (frame.started() && !frame.finished()) [[unlikely]]
    notify_frame_destroyed(frame);
  frame_birth &birth = *frame.birth_;
  if (birth.note)
    std::exchange(birth.note, nullptr)->frame_gone();
  std::free(std::exchange(birth.path, nullptr));
  if (this == births) {
    birth.frame = nullptr;
    birth.set_next(free_);
    free_ = &birth;
    return;
  }
  const allow_blocking guard;
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    birth.frame = nullptr;
    birth.set_next(returned_);
    returned_ = &birth;
    last = abandoned_ && --left_ == 0;
  }
  if (last)
    destroy();
}

void birth_table::refill() {
  void *memory = nullptr;
  if (::posix_memalign(&memory, block_size, block_size) != 0)
    throw std::bad_alloc();
  static_assert(sizeof(block) <= block_size);
  auto *fresh = new (memory) block{};
  try {
    blocks_.push_back(fresh);
  } catch (...) {
    std::free(memory);
    throw;
  }
  fresh->table = this;
  for (std::size_t i = std::size(fresh->births); i-- > 0;) {
    fresh->births[i].set_next(returned_);
    returned_ = &fresh->births[i];
  }
}

frame_birth &birth_table::add(frame_record &frame) {
  const allow_blocking guard;
  const std::lock_guard lock(mutex_);
  if (!returned_)
    refill();
  frame_birth *birth = returned_;
  returned_ = birth->next();
  birth->frame = &frame;
  birth->inside = birth->caller = nullptr;
  frame.set_birth(*birth);
  return *birth;
}

void birth_table::destroy() noexcept {
  for (block *each : blocks_)
    std::free(each);
  delete this;
}

void birth_table::abandon() noexcept {
  const allow_blocking guard;
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    for (block *each : blocks_)
      left_ += static_cast<std::size_t>(std::count_if(std::begin(each->births), std::end(each->births),
                                                      [](const frame_birth &b) { return b.frame; }));
    last = left_ == 0;
  }
  if (last)
    destroy();
}

} // namespace aio::detail
