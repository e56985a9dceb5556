// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dispatch to instruments, the debug switch's environment variable, and warnings.
#include <aio/core/instrument.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace aio {

instrument::~instrument() = default;

void instrument_set::add(std::shared_ptr<instrument> item) { items_.push_back(std::move(item)); }

void instrument_set::remove(const instrument *item) noexcept {
  std::erase_if(items_, [&](const auto &held) { return held.get() == item; });
}

void instrument_set::drop_failed(const instrument *item, std::exception_ptr error) noexcept {
  try {
    warn("an instrument raised an exception and is removed: " + detail::describe(error));
  } catch (...) {
    warn("an instrument raised an exception and is removed");
  }
  remove(item);
}

namespace {
std::mutex global_mutex;
debug_instruments &maker() {
  static debug_instruments make;
  return make;
}
warning_handler &warnings() {
  static warning_handler handler;
  return handler;
}
} // namespace

void set_debug_instruments(debug_instruments make) {
  std::lock_guard lock(global_mutex);
  maker() = std::move(make);
}

warning_handler set_warning_handler(warning_handler handler) {
  std::lock_guard lock(global_mutex);
  return std::exchange(warnings(), std::move(handler));
}

void warn(const std::string &message) noexcept {
  try {
    warning_handler handler;
    {
      std::lock_guard lock(global_mutex);
      handler = warnings();
    }
    if (handler) {
      handler(message);
      return;
    }
  } catch (...) {
    // A handler that fails must not take the program down; the message goes to stderr instead.
  }
  std::fprintf(stderr, "aio: warning: %s\n", message.c_str());
}

namespace detail {

constinit thread_local instrument_set *frame_hooks = nullptr;

std::vector<std::shared_ptr<instrument>> make_debug_instruments(event_loop &loop) {
  debug_instruments make;
  {
    std::lock_guard lock(global_mutex);
    make = maker();
  }
  return make ? make(loop) : std::vector<std::shared_ptr<instrument>>{};
}

bool debug_from_environment() noexcept {
  const char *value = std::getenv("AIO_DEBUG");
  return value && *value && std::strcmp(value, "0") != 0;
}

void notify_frame_created(frame_record &frame) noexcept {
  frame_hooks->each([&](instrument &i) { i.frame_created(frame); });
}
void notify_frame_started(frame_record &frame) noexcept {
  frame_hooks->each([&](instrument &i) { i.frame_started(frame); });
}
void notify_frame_finished(frame_record &frame, bool by_exception) noexcept {
  frame_hooks->each([&](instrument &i) { i.frame_finished(frame, by_exception); });
}
void notify_frame_destroyed(frame_record &frame) noexcept {
  frame_hooks->each([&](instrument &i) { i.frame_destroyed(frame); });
}
void notify_frame_arguments(frame_record &frame, std::span<const void *const> addresses) noexcept {
  frame_hooks->each([&](instrument &i) { i.frame_arguments(frame, addresses); });
}

void report_never_awaited(const frame_record &frame) noexcept {
  try {
    warn(std::string("coroutine '") + frame.location().function_name() + "' was never awaited");
  } catch (...) {
    warn("a coroutine was never awaited");
  }
}

} // namespace detail
} // namespace aio
