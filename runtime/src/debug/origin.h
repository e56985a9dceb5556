// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where something was made: a short call stack, taken cheaply and named only when a report needs it.
#pragma once

#include <cstdint>
#include <vector>

#include <aio/core/frame_birth.h>
#include <aio/core/handle.h>
#include <aio/debug/report.h>

namespace aio::debug {

/// The return addresses above the place of capture, innermost first.
class origin {
public:
  static constexpr unsigned depth = 8;
  origin() = default;
  /// Of a frame.
  explicit origin(const detail::frame_birth &birth) noexcept;
  /// Walks the frame pointers of this thread's stack, up to the loop; some nanoseconds.
  [[gnu::noinline]] void capture() noexcept;
  bool empty() const noexcept { return count_ == 0; }
  /// The stack as lines of source code, innermost first, inlined calls included; the runtime's own frames are left out.
  std::vector<place> places() const;
  /// True if something is known of it, be it the program's or the runtime's: it is not in a program without symbols.
  bool has_names() const;
  /// The same, without the coroutine function that was being called: first comes the call.
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
  /// The line of the call; not known without debug information.
  place where() const;
  static place of(const running_callback &callback);

private:
  origin from_;
};

/// The highest address of this thread's stack.
std::uintptr_t stack_end() noexcept;

/// The stack of this thread by its unwind tables: some microseconds, and right through code without frame pointers.
class full_stack {
public:
  static constexpr int depth = 48;
  /// Allocates nothing, except the first time in a process.
  void capture() noexcept;
  /// True if the stack goes through a signal handler, which may have interrupted malloc.
  bool in_signal_handler() const noexcept;
  /// As `origin::places`.
  std::vector<place> places() const;

private:
  void *pcs_[depth] = {};
  int count_ = 0;
};

/// The places of this thread's full stack.
std::vector<place> places_here();

/// The user's lines of a stack of return addresses, innermost first, up to the loop.
std::vector<place> places_of(const void *const *pcs, unsigned count);

/// The lines of source code at an address: the innermost inlined call first.
std::vector<place> places_at(const void *pc);

/// "ns::fetch" of "aio::coro<int> ns::fetch(int)".
std::string short_name(std::string_view pretty);

} // namespace aio::debug
