// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls instruments, reads AIO_DEBUG, and prints warnings.
#include <aio/core/instrument.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace aio {

instrument::~instrument() = default;

void instrument_set::add(std::shared_ptr<instrument> item) {
  const hook_set wants = item->wants() & hook_set::all();
  for (std::size_t i = 0; i < hook_count; ++i)
    if (wants.contains(static_cast<hook>(i)))
      wanted_[i].push_back(item.get());
  items_.push_back(std::move(item));
  count_wants();
  if (wants.contains(hook::frame_births) && !births_)
    births_ = new detail::birth_table; // NOLINT(cppcoreguidelines-owning-memory): the last frame in it deletes it
}

instrument_set::~instrument_set() {
  if (births_)
    births_->abandon();
}

void instrument_set::count_wants() noexcept {
  hook_set always;
  for (const auto &item : items_)
    always = always | ((item->wants() & hook_set::all()) - item->on_demand());
  disarm(always_ - always);
  always_ = always;
  arm(always);
}

void instrument_set::remove(const instrument *item) noexcept {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const auto &held) { return held.get() == item; });
  if (found == items_.end())
    return;
  for (auto &list : wanted_)
    std::replace(list.begin(), list.end(), const_cast<instrument *>(item), static_cast<instrument *>(nullptr));
  // Its own hook may remove it, so it lives until the outermost call returns.
  retired_.push_back(std::move(*found));
  items_.erase(found);
  count_wants();
  removed_ = true;
  if (depth_ == 0)
    sweep();
}

void instrument_set::sweep() noexcept {
  for (auto &list : wanted_)
    std::erase(list, nullptr);
  removed_ = false;
  const auto gone = std::exchange(retired_, {});
}

void instrument_set::drop_failed(const instrument *item, const std::exception_ptr &error) noexcept {
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
    // A handler that fails must not end the program; the message goes to stderr instead.
  }
  std::fprintf(stderr, "aio: warning: %s\n", message.c_str());
}

namespace detail {

#if AIO_HOOKS
constinit thread_local instrument_set *frame_hooks = nullptr;
#endif
constinit thread_local std::uint32_t awaits_left = awaits_at_once;

void watch_frames(instrument_set *hooks, std::uintptr_t loop_frame) noexcept {
#if AIO_HOOKS
  frame_hooks = hooks;
  births = hooks ? hooks->births() : nullptr;
  if (births)
    births->open(loop_frame);
#else
  static_cast<void>(hooks);
  static_cast<void>(loop_frame);
#endif
}

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

void notify_frame_awaits(frame_record &frame) noexcept {
  if (frame_hooks)
    frame_hooks->each(hook::frame_awaits, [&](instrument &i) { i.frame_awaits(frame); });
}
void notify_frame_finished(frame_record &frame, bool by_exception) noexcept {
  if (frame_hooks)
    frame_hooks->each(hook::frame_finished, [&](instrument &i) { i.frame_finished(frame, by_exception); });
}
void notify_frame_destroyed(frame_record &frame) noexcept {
  if (frame_hooks)
    frame_hooks->each(hook::frame_destroyed, [&](instrument &i) { i.frame_destroyed(frame); });
}
void notify_frame_arguments(frame_record &frame, std::span<const void *const> addresses) noexcept {
  frame_hooks->each(hook::frame_arguments, [&](instrument &i) { i.frame_arguments(frame, addresses); });
}

void notify_awaits_passed(frame_record &frame) noexcept {
  awaits_left = awaits_at_once;
  if (frame_hooks)
    frame_hooks->each(hook::awaits_passed, [&](instrument &i) { i.awaits_passed(frame, awaits_at_once); });
}
void notify_scope_entered(const void *scope, const char *kind, task_core &task) noexcept {
  frame_hooks->each(hook::scope_entered, [&](instrument &i) { i.scope_entered(scope, kind, task); });
}
void notify_scope_left(const void *scope, const char *kind, task_core &task) noexcept {
  frame_hooks->each(hook::scope_left, [&](instrument &i) { i.scope_left(scope, kind, task); });
}
void notify_queue_used(watched_queue &queue, queue_use use) noexcept {
  frame_hooks->each(hook::queue_used, [&](instrument &i) { i.queue_used(queue, use); });
}

void refuse_second_await(const char *what) {
  if (frame_hooks)
    frame_hooks->each(hook::awaited_again, [&](instrument &i) { i.awaited_again(what); });
  throw runtime_error(std::string("cannot reuse already awaited ") + what);
}

void report_never_awaited(frame_record &frame) noexcept {
  bool told = false;
  if (frame_hooks)
    frame_hooks->each(hook::never_awaited, [&](instrument &i) { told = i.never_awaited(frame) || told; });
  if (told)
    return;
  try {
    warn(std::string("coroutine '") + frame.location().function_name() + "' was never awaited");
  } catch (...) {
    warn("a coroutine was never awaited");
  }
}

} // namespace detail
} // namespace aio
