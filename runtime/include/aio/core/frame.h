// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The record in every coroutine frame of aio: where it was written, where it awaits, and which frame awaits it.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <type_traits>

#include <aio/core/entry.h>
#include <aio/core/frame_birth.h>
#include <aio/core/frame_memory.h>

namespace aio {

class frame_record;
class instrument_set;

namespace detail {

/// The instruments that watch frames on this thread; null unless a loop with instruments runs here.
#if AIO_HOOKS
[[gnu::tls_model("initial-exec")]] extern constinit thread_local instrument_set *frame_hooks;
#else
inline constexpr instrument_set *frame_hooks = nullptr;
#endif
/// Sets them, and the table of births that they want; `loop_frame` is the stack frame of the loop.
void watch_frames(instrument_set *hooks, std::uintptr_t loop_frame) noexcept;

/// The number of awaits of this thread until the next call of `notify_awaits_passed`. It counts in every mode: a test
/// whether an instrument wants it would cost as much.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::uint32_t awaits_left;
inline constexpr std::uint32_t awaits_at_once = 1000;
void notify_awaits_passed(frame_record &frame) noexcept;

void notify_frame_awaits(frame_record &frame) noexcept;
void notify_frame_finished(frame_record &frame, bool by_exception) noexcept;
void notify_frame_destroyed(frame_record &frame) noexcept;
void notify_frame_arguments(frame_record &frame, std::span<const void *const> addresses) noexcept;
void report_never_awaited(frame_record &frame) noexcept;
/// Called when a frame ends that was never awaited, or that has a birth.
void end_watched_frame(frame_record &frame) noexcept;
/// Throws runtime_error for an awaitable that was awaited before; `what` names it.
[[noreturn]] void refuse_second_await(const char *what);

class generator_core;

} // namespace detail

/// The part of a coroutine's promise that other code may read; its address is the frame's identity.
///
/// **Debug mode** the source of every "awaited here" and "created here".
class frame_record : public detail::frame_allocated {
public:
  /// Where the coroutine is defined; function_name() is its name.
  const std::source_location &location() const noexcept { return location_; }
  /// The last await in this frame.
  const std::source_location &await_site() const noexcept { return await_site_; }
  /// The frame that awaits this one; null for the root of a task.
  frame_record *parent() const noexcept { return parent_; }
  bool started() const noexcept { return (life_ & begun) != 0 && !disposed_; }
  bool finished() const noexcept { return finished_; }
  /// True if the coroutine was closed on purpose before it started.
  bool disposed() const noexcept { return disposed_; }
  /// True for the frame of an async generator.
  bool is_generator() const noexcept { return generator_; }
  /// Where the frame was made; null unless an instrument asked for it.
  detail::frame_birth *birth() const noexcept { return birth_; }
  /// Turns on the hooks `frame_awaits` and `frame_finished` for this frame.
  void watch(bool on) noexcept { watched_ = on; }
  bool watched() const noexcept { return AIO_HOOKS && watched_; }
  /// A flag for instruments; false in a new frame.
  bool marked() const noexcept { return marked_; }
  void set_mark(bool mark) noexcept { marked_ = mark; }

protected:
  void set_generator() noexcept { generator_ = true; }
  frame_record() noexcept = default;
  frame_record(const frame_record &) = delete;
  frame_record &operator=(const frame_record &) = delete;
  ~frame_record() {
    if (life_ != begun) [[unlikely]]
      detail::end_watched_frame(*this);
  }
  /// Called by the constructor of the promise, with the arguments of the coroutine.
  template <class... Args> void watch_birth(Args &...args) noexcept {
    if (const detail::birth_table *table = detail::births) [[unlikely]] {
      // An empty object, such as a lambda without captures, cannot dangle: it has no state.
      const std::array<const void *, sizeof...(Args)> addresses = {
          (std::is_empty_v<Args> ? nullptr : static_cast<const void *>(std::addressof(args)))...};
      bool any = false;
      for (const void *address : addresses)
        any = any || table->may_be_below_the_loop(address);
      if (any) [[unlikely]]
        detail::record_birth(*this, __builtin_return_address(0), addresses.data(), addresses.size());
      else
        detail::record_birth(*this, __builtin_return_address(0));
    }
  }
  void created_at(const std::source_location &location) noexcept { location_ = location; }
  void finished_by(bool exception) noexcept {
    finished_ = true;
    if (watched()) [[unlikely]]
      detail::notify_frame_finished(*this, exception);
  }

public:
  // What follows is called by the runtime's own awaiters only.
  void mark_started() noexcept {
    life_ |= begun;
    if (parent_ && parent_->watched()) [[unlikely]]
      detail::notify_frame_awaits(*parent_);
  }
  void mark_disposed() noexcept {
    disposed_ = !started();
    life_ |= begun;
  }
  void awaited_by(std::coroutine_handle<> continuation, frame_record *parent) noexcept {
    continuation_ = continuation;
    parent_ = parent;
  }
  std::coroutine_handle<> continuation() const noexcept { return continuation_; }
  void at(const std::source_location &site) noexcept {
    await_site_ = site;
    if (AIO_HOOKS && --detail::awaits_left == 0) [[unlikely]]
      detail::notify_awaits_passed(*this);
  }

private:
  friend void detail::end_watched_frame(frame_record &) noexcept;
  friend class detail::birth_table;
  std::coroutine_handle<> continuation_ = std::noop_coroutine();
  frame_record *parent_ = nullptr;
  std::source_location location_;
  std::source_location await_site_;
  detail::frame_birth *birth_ = nullptr;
  void set_birth(detail::frame_birth &birth) noexcept {
    birth_ = &birth;
    life_ |= born;
  }
  static constexpr std::uint8_t begun = 1; // started or disposed
  static constexpr std::uint8_t born = 2;  // has a birth
  std::uint8_t life_ = 0;
  bool finished_ = false;
  bool disposed_ = false;
  bool watched_ = false;
  bool marked_ = false;
  bool generator_ = false;
  // Pads the flags to eight bytes, so that one store writes them all. A store that also covers a part of the word
  // before them would delay the next read of that word.
  [[maybe_unused]] bool unused_[2] = {};
};

} // namespace aio
