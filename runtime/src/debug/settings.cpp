// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads AIO_DEBUG; stores the levels of rules, and allowances.
#include "settings.h"
#include "origin.h"
#include "watchdog.h"

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <mutex>

#include <pitfalls/Pitfall.h>

#include <aio/core/event_loop.h>

namespace aio::debug {

namespace {

constexpr std::size_t pitfall_count = std::size(::coro::pitfalls::All);

/// The level of each pitfall, in the catalogue's order; 0 stands for its default.
std::atomic<std::uint8_t> levels[pitfall_count];

std::atomic<unsigned> limit{5};
std::atomic<unsigned> patience_s{5};
std::atomic<unsigned> awaits{100'000};

/// The numeric setting with this name; null if there is none.
std::atomic<unsigned> *number_called(std::string_view key) noexcept {
  return key == "limit" ? &limit : key == "patience" ? &patience_s : key == "awaits" ? &awaits : nullptr;
}

int index_of(std::string_view rule) noexcept {
  for (std::size_t i = 0; i < pitfall_count; ++i)
    if (::coro::pitfalls::All[i]->Id == rule && (::coro::pitfalls::All[i]->By & ::coro::Run))
      return static_cast<int>(i);
  return -1;
}

std::string known_rules() {
  std::string text;
  for (const std::string_view rule : rules())
    text += (text.empty() ? "" : ", ") + std::string(rule);
  return text;
}

int require_rule(std::string_view rule) {
  if (rule.starts_with("coro-"))
    rule.remove_prefix(5);
  const int index = index_of(rule);
  if (index < 0)
    throw value_error("debug mode has no rule '" + std::string(rule) + "'; it has " + known_rules());
  return index;
}

thread_local allow *innermost_allowance = nullptr;

bool allows_slow_steps(std::string_view rule) noexcept { return rule == ::coro::pitfalls::SlowStep.Id; }

/// An allowance for places in the whole process.
struct place_allowance {
  std::string rule;
  std::string part;
  std::string reason;
};
std::mutex places_mutex;
std::vector<place_allowance> &allowed_places() {
  static auto *all =
      new std::vector<place_allowance>; // NOLINT(cppcoreguidelines-owning-memory): reports come at exit, too
  return *all;
}
std::atomic<bool> any_place{false};

/// True if the place is in a file, or a function, that ends with the part's whole words.
bool lies_in(const place &where, std::string_view part) {
  const auto ends = [&](std::string_view text) {
    return text.ends_with(part) && (text.size() == part.size() || text[text.size() - part.size() - 1] == '/' ||
                                    text[text.size() - part.size() - 1] == ':');
  };
  return ends(where.file) || ends(short_name(where.function));
}

/// Applies `allow:RULE@PLACE=REASON`; returns an error message, or "".
std::string configure_allowance(std::string_view key, std::string_view reason) {
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos || at + 1 == key.size())
    return "'" + std::string(key) + "' names no place: write allow:RULE@FILE-OR-FUNCTION=REASON";
  try {
    allow_at(key.substr(6, at - 6), std::string(key.substr(at + 1)), std::string(reason));
  } catch (const value_error &error) {
    return error.what();
  }
  return "";
}

const void *current_task_of_thread() noexcept {
  event_loop *loop = running_loop_or_null();
  return loop ? loop->current() : nullptr;
}

/// Applies one setting of AIO_DEBUG; returns an error message, or "".
std::string configure_one(std::string_view item) {
  const std::size_t equals = item.find('=');
  const std::string_view key = item.substr(0, equals);
  if (equals == std::string_view::npos)
    return key == "1" || key == "0" || key == "on"
               ? ""
               : "'" + std::string(item) + "' is not a setting: write rule=off|warn|error";
  const std::string_view value = item.substr(equals + 1);
  if (key.starts_with("allow:"))
    return configure_allowance(key, value);
  if (std::atomic<unsigned> *setting = number_called(key)) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size())
      return "'" + std::string(key) + "' wants a number, not '" + std::string(value) + "'";
    *setting = number;
    return "";
  }
  level to = level::warning;
  if (value == "off")
    to = level::off;
  else if (value == "error")
    to = level::error;
  else if (value != "warn")
    return "'" + std::string(value) + "' is no level for '" + std::string(key) + "': write off, warn or error";
  try {
    set_level(key, to);
  } catch (const value_error &error) {
    return error.what();
  }
  return "";
}

} // namespace

std::vector<std::string_view> rules() {
  std::vector<std::string_view> all;
  for (const ::coro::Pitfall *pitfall : ::coro::pitfalls::All)
    if (pitfall->By & ::coro::Run)
      all.push_back(pitfall->Id);
  return all;
}

void set_level(std::string_view rule, level to) {
  levels[static_cast<std::size_t>(require_rule(rule))] = static_cast<std::uint8_t>(static_cast<unsigned>(to) + 1);
}

level level_of(std::string_view rule) {
  const std::uint8_t stored = levels[static_cast<std::size_t>(require_rule(rule))];
  return stored == 0 ? level::warning : static_cast<level>(stored - 1);
}

std::vector<std::string> configure(std::string_view settings) {
  std::vector<std::string> wrong;
  while (!settings.empty()) {
    const std::size_t comma = settings.find(',');
    const std::string_view item = settings.substr(0, comma);
    settings.remove_prefix(comma == std::string_view::npos ? settings.size() : comma + 1);
    if (item.empty())
      continue;
    if (std::string message = configure_one(item); !message.empty())
      wrong.push_back(std::move(message));
  }
  return wrong;
}

void read_environment() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    try {
      if (const char *settings = std::getenv("AIO_DEBUG"))
        for (const std::string &message : configure(settings))
          write_to_stderr("aio: AIO_DEBUG: " + message + "\n");
      if (const char *path = std::getenv("AIO_DEBUG_LOG"); path && *path && !log_to(path))
        write_to_stderr("aio: AIO_DEBUG_LOG: cannot open '" + std::string(path) + "'\n");
    } catch (...) {
      write_to_stderr("aio: the debug settings could not be read\n");
    }
  });
}

std::chrono::seconds patience() noexcept { return std::chrono::seconds(patience_s.load(std::memory_order_relaxed)); }

unsigned awaits_in_a_step() noexcept { return awaits.load(std::memory_order_relaxed); }

unsigned report_limit() noexcept { return limit.load(std::memory_order_relaxed); }

allow::allow(std::string_view rule, std::string reason)
    : rule_(::coro::pitfalls::All[require_rule(rule)]->Id), reason_(std::move(reason)), task_(current_task_of_thread()),
      outer_(innermost_allowance) {
  if (reason_.empty())
    throw value_error("an allowance of '" + rule_ + "' wants a reason");
  innermost_allowance = this;
  if (allows_slow_steps(rule_))
    slow_step_allowances.fetch_add(1, std::memory_order_relaxed);
}

allow::~allow() {
  if (allows_slow_steps(rule_)) {
    slow_step_allowances.fetch_sub(1, std::memory_order_relaxed);
    // The step may continue, but the time that it has taken so far was allowed.
    if (watched_loop *loop = watched_loop::here; loop && task_ == current_task_of_thread())
      if (std::string took = loop->forgive(); !took.empty())
        try {
          report what{rule_, std::move(took), place(loop->step_at())};
          what.allowed = reason_;
          emit(std::move(what));
        } catch (...) {
          // No memory for the reason.
        }
  }
  // Scopes of different tasks may end in any order.
  allow **link = &innermost_allowance;
  while (*link && *link != this)
    link = &(*link)->outer_;
  if (*link)
    *link = outer_;
}

void allow_at(std::string_view rule, std::string part, const std::string &reason) {
  const std::string id(::coro::pitfalls::All[require_rule(rule)]->Id);
  if (reason.empty() || part.empty())
    throw value_error("an allowance of '" + id + "' wants a place and a reason");
  const std::lock_guard lock(places_mutex);
  allowed_places().push_back({id, std::move(part), reason});
  any_place = true;
}

bool counts(const report &what) { return level_of(what.rule) != level::off && reason_to_allow(what).empty(); }

std::string reason_to_allow(const report &what) {
  const void *task = current_task_of_thread();
  for (const allow *scope = innermost_allowance; scope; scope = scope->outer_)
    if (scope->rule_ == what.rule && (!scope->task_ || scope->task_ == task))
      return scope->reason_;
  if (!any_place)
    return {};
  const std::lock_guard lock(places_mutex);
  for (const place_allowance &each : allowed_places()) {
    if (each.rule != what.rule)
      continue;
    if (lies_in(what.where, each.part))
      return each.reason;
    for (const note &n : what.notes)
      if (lies_in(n.where, each.part))
        return each.reason;
  }
  return {};
}

} // namespace aio::debug
