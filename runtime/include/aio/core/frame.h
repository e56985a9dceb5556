// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every coroutine frame of aio records about itself: where it was written, where it awaits, who awaits it.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <type_traits>

#include <aio/core/entry.h>
#include <aio/core/frame_memory.h>

namespace aio {

class frame_record;
class instrument_set;

namespace detail {

/// Instruments that watch frames on this thread; null unless a watched loop runs here.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local instrument_set *frame_hooks;
/// The hooks of frames that somebody wants, as bits of `hook`; a few too many is no error.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::uint32_t frame_wants;
/// Sets both.
void watch_frames(instrument_set *hooks) noexcept;

/// Awaits of this thread until the next call of `notify_awaits_passed`. It counts in every mode: to ask whether anybody
/// wants to know costs as much.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local std::uint32_t awaits_left;
inline constexpr std::uint32_t awaits_at_once = 1000;
void notify_awaits_passed(frame_record &frame) noexcept;

void notify_frame_created(frame_record &frame) noexcept;
void notify_frame_started(frame_record &frame) noexcept;
void notify_frame_finished(frame_record &frame, bool by_exception) noexcept;
void notify_frame_destroyed(frame_record &frame) noexcept;
void notify_frame_arguments(frame_record &frame, std::span<const void *const> addresses) noexcept;
void report_never_awaited(frame_record &frame) noexcept;
/// Throws runtime_error for something that was awaited before; `what` names it.
[[noreturn]] void refuse_second_await(const char *what);

/// What a watcher attaches to a frame; hears of the frame's end even when no watched loop runs.
class frame_watch {
public:
  virtual void frame_gone() noexcept = 0;

protected:
  ~frame_watch() = default;
};

class generator_core;

} // namespace detail

/// The part of a coroutine's promise that other code may look at; its address is the frame's identity.
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
  bool started() const noexcept { return started_; }
  bool finished() const noexcept { return finished_; }
  /// True if the coroutine was given up on purpose before it started.
  bool disposed() const noexcept { return disposed_; }
  /// A slot for whoever watches; the runtime never reads it.
  detail::frame_watch *note() const noexcept { return note_; }
  void set_note(detail::frame_watch *note) noexcept { note_ = note; }
  /// A flag for whoever watches; false in a new frame.
  bool marked() const noexcept { return marked_; }
  void set_mark(bool mark) noexcept { marked_ = mark; }

protected:
  frame_record() noexcept = default;
  frame_record(const frame_record &) = delete;
  frame_record &operator=(const frame_record &) = delete;
  ~frame_record() {
    if (!started_ && !disposed_) [[unlikely]]
      detail::report_never_awaited(*this);
    if (detail::frame_wants & wants_destroyed) [[unlikely]]
      detail::notify_frame_destroyed(*this);
    if (note_) [[unlikely]]
      note_->frame_gone();
  }
  template <class... Args> void watch_arguments(Args &...args) noexcept {
    if (detail::frame_wants & wants_arguments) [[unlikely]] {
      // An empty object, such as a lambda without captures, has nothing that could be missed.
      const void *addresses[] = {std::is_empty_v<Args> ? nullptr : static_cast<const void *>(std::addressof(args))...};
      detail::notify_frame_arguments(*this, addresses);
    }
  }
  void created_at(const std::source_location &location) noexcept {
    location_ = location;
    if (detail::frame_wants & wants_created) [[unlikely]]
      detail::notify_frame_created(*this);
  }
  void finished_by(bool exception) noexcept {
    finished_ = true;
    if (detail::frame_wants & wants_finished) [[unlikely]]
      detail::notify_frame_finished(*this, exception);
  }

public:
  // The doors below are for the runtime's own awaiters.
  void mark_started() noexcept {
    started_ = true;
    if (detail::frame_wants & wants_started) [[unlikely]]
      detail::notify_frame_started(*this);
  }
  void mark_disposed() noexcept { disposed_ = true; }
  void awaited_by(std::coroutine_handle<> continuation, frame_record *parent) noexcept {
    continuation_ = continuation;
    parent_ = parent;
  }
  std::coroutine_handle<> continuation() const noexcept { return continuation_; }
  void at(const std::source_location &site) noexcept {
    await_site_ = site;
    if (--detail::awaits_left == 0) [[unlikely]]
      detail::notify_awaits_passed(*this);
  }

private:
  // Bits of `hook`, whose header needs this one; instrument.cpp compares them.
  friend void detail::watch_frames(instrument_set *) noexcept;
  static constexpr std::uint32_t wants_created = 1u << 14;
  static constexpr std::uint32_t wants_arguments = 1u << 15;
  static constexpr std::uint32_t wants_started = 1u << 16;
  static constexpr std::uint32_t wants_finished = 1u << 17;
  static constexpr std::uint32_t wants_destroyed = 1u << 18;
  std::coroutine_handle<> continuation_ = std::noop_coroutine();
  frame_record *parent_ = nullptr;
  std::source_location location_;
  std::source_location await_site_;
  detail::frame_watch *note_ = nullptr;
  bool started_ = false;
  bool finished_ = false;
  bool disposed_ = false;
  bool marked_ = false;
};

} // namespace aio
