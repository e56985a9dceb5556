// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// origin: a short call stack, captured cheaply and resolved to source lines only when a report needs it.
#pragma once

#include <cstdint>
#include <vector>

#include <aio/core/frame_birth.h>
#include <aio/core/handle.h>
#include <aio/debug/report.h>

namespace aio::debug {

/// The return addresses above the capture, innermost first.
class origin {
public:
  static constexpr unsigned depth = 8;
  origin() = default;
  /// The stack that was recorded for a frame.
  explicit origin(const detail::frame_birth &birth) noexcept;
  /// Walks the frame pointers of this thread's stack, up to the loop; takes some nanoseconds.
  [[gnu::noinline]] void capture() noexcept;
  bool empty() const noexcept { return count_ == 0; }
  /// The stack as source lines, innermost first, with inlined calls and without the runtime's own frames.
  std::vector<place> places() const;
  /// True if any address has a name; false in a program without symbols.
  bool has_names() const;
  /// The same, without the coroutine function that was called: the line of the call is first.
  std::vector<place> call_places(const std::source_location &callee) const;

private:
  const void *pcs_[depth];
  std::uint8_t count_ = 0;
};

/// Where a callback was scheduled.
class callback_origin final : public detail::handle_origin, public detail::frame_allocated {
public:
  static std::unique_ptr<detail::handle_origin> note();
  std::string text() const override;
  /// The line of the call; unknown without debug information.
  place where() const;
  static place of(const running_callback &callback);

private:
  origin from_;
};

/// The highest address of this thread's stack.
std::uintptr_t stack_end() noexcept;

/// The stack of this thread from its unwind tables: takes some microseconds, and works through code without frame
/// pointers.
class full_stack {
public:
  static constexpr int depth = 48;
  /// Does not allocate, except the first time in a process.
  void capture() noexcept;
  /// True if a signal handler is on the stack: it may have interrupted malloc.
  bool in_signal_handler() const noexcept;
  /// The same as `origin::places`.
  std::vector<place> places() const;

private:
  void *pcs_[depth] = {};
  int count_ = 0;
};

/// The places of this thread's full stack.
std::vector<place> places_here();

/// The source lines of the user's code on a stack of return addresses, innermost first, up to the loop.
std::vector<place> places_of(const void *const *pcs, unsigned count);

/// The lines of source code at an address: the innermost inlined call first.
std::vector<place> places_at(const void *pc);

/// Returns "ns::fetch" for "aio::coro<int> ns::fetch(int)".
std::string short_name(std::string_view pretty);

} // namespace aio::debug
