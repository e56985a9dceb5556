// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports: level, allowance, repetition, limit, and delivery to the handler.
#include <aio/debug/report.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include <unistd.h>

#include <aio/core/event_loop.h>

#include "origin.h"
#include "settings.h"
#include "watchdog.h"

namespace aio::debug {

/// The reports that a collector receives instead of the handler.
struct collector::state {
  mutable std::mutex mutex;
  std::vector<report> reports;
  std::function<void(const std::string &)> fail; // if set, gets the text of each report instead
};

namespace {

/// The earlier reports of a rule.
struct history {
  std::set<std::tuple<std::string, unsigned, std::string>> places;
  std::chrono::steady_clock::time_point minute{};
  unsigned in_minute = 0;
  unsigned long dropped = 0;
};

/// Never destroyed, because reports are made until the end of the process.
struct state_of_process {
  std::mutex mutex;
  report_handler handler;
  std::map<std::string, history, std::less<>> seen;
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, history>> allowed; // by rule and reason
  std::vector<std::weak_ptr<void>> collectors;                                            // of collector::state
  bool at_exit = false;
};
state_of_process &process() {
  static auto *state = new state_of_process; // NOLINT(cppcoreguidelines-owning-memory): see above
  return *state;
}

std::atomic<bool> failed{false};
std::atomic<unsigned> nested{0};
thread_local bool emitting = false;

/// Prints how many reports were suppressed; decides the exit status.
void at_exit(int status) {
  std::string text;
  {
    state_of_process &p = process();
    const std::lock_guard lock(p.mutex);
    for (const auto &[rule, h] : p.seen)
      if (h.dropped)
        text += "aio: " + std::to_string(h.dropped) + " more reports of coro-" + rule +
                " were left out (AIO_DEBUG=1,limit=0 shows all)\n";
  }
  if (const unsigned count = nested.load())
    text += "aio: " + std::to_string(count) + " reports came while another was being made, and were only counted\n";
  if (!text.empty())
    write_to_stderr(text);
  // The program's own failure is more important than the reports.
  if (status == 0 && failed.load()) {
    std::fflush(nullptr);
    ::_exit(66);
  }
}

/// Applies repetition and limit; returns true if the report is to be delivered.
bool admit(state_of_process &p, const report &what) {
  if (!p.at_exit) {
    p.at_exit = true;
#if defined(__GLIBC__)
    ::on_exit([](int status, void *) { at_exit(status); }, nullptr);
#else
    std::atexit([] { at_exit(0); });
#endif
  }
  history &h = p.seen[what.rule];
  const std::string entity = what.where.known() ? std::string() : what.message;
  if (!h.places.emplace(what.where.file, what.where.line, entity).second)
    return false;
  const unsigned limit = report_limit();
  if (limit == 0)
    return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - h.minute >= std::chrono::minutes(1)) {
    h.minute = now;
    h.in_minute = 0;
  }
  if (++h.in_minute <= limit)
    return true;
  ++h.dropped;
  // A report that was not shown is not a repetition next time.
  h.places.erase({what.where.file, what.where.line, entity});
  return false;
}

/// Counts an allowed report; returns true for the first one at its place.
bool count_allowed(const report &what) {
  state_of_process &p = process();
  const std::lock_guard lock(p.mutex);
  auto &[count, places] = p.allowed[{what.rule, what.allowed}];
  ++count;
  return places.places.emplace(what.where.file, what.where.line, what.where.known() ? std::string() : what.message)
      .second;
}

std::string text_of_place(const place &where) {
  if (!where.known())
    return where.function.empty() ? "aio" : "in " + short_name(where.function);
  std::string text = where.file + ":" + std::to_string(where.line);
  if (where.column != 0)
    text += ":" + std::to_string(where.column);
  return text;
}

} // namespace

place::place(const std::source_location &location)
    : file(location.file_name()), line(location.line()), column(location.column()), function(location.function_name()) {
}

std::string report::text() const {
  std::string out =
      text_of_place(where) + (level == level::error ? ": error: " : ": warning: ") + message + " [coro-" + rule + "]\n";
  for (const note &n : notes)
    out += text_of_place(n.where) + ": note: " + n.message + "\n";
  return out;
}

void emit(report what) noexcept {
  // The report comes from a signal handler that interrupted this function, or from the report handler: it is only
  // counted.
  if (emitting) {
    nested.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const detail::allow_blocking guard;
  const time_out from_the_watchdog;
  struct flag {
    flag() { emitting = true; }
    ~flag() { emitting = false; }
  } busy;
  try {
    read_environment();
    what.level = level_of(what.rule);
    if (what.level == level::off)
      return;
    if (what.allowed.empty())
      what.allowed = reason_to_allow(what);
    if (!what.allowed.empty()) {
      if (count_allowed(what))
        write_run_log(what);
      return;
    }
    report_handler handler;
    std::shared_ptr<collector::state> sink;
    {
      state_of_process &p = process();
      const std::lock_guard lock(p.mutex);
      while (!p.collectors.empty() && !sink) {
        sink = std::static_pointer_cast<collector::state>(p.collectors.back().lock());
        if (!sink)
          p.collectors.pop_back();
      }
      if (!sink && !admit(p, what))
        return;
      handler = p.handler;
    }
    if (sink && sink->fail) {
      sink->fail(what.text());
      return;
    }
    if (sink) {
      const std::lock_guard lock(sink->mutex);
      sink->reports.push_back(std::move(what));
      return;
    }
    if (what.level == level::error)
      failed = true;
    write_run_log(what);
    if (handler)
      handler(what);
    else
      write_to_stderr(what.text());
  } catch (...) {
    write_to_stderr("aio: a report could not be made\n");
  }
}

std::vector<allowed_reports> allowances() {
  state_of_process &p = process();
  const std::lock_guard lock(p.mutex);
  std::vector<allowed_reports> all;
  all.reserve(p.allowed.size());
  for (const auto &[key, value] : p.allowed)
    all.push_back({key.first, key.second, value.first});
  return all;
}

report_handler set_report_handler(report_handler handler) {
  state_of_process &p = process();
  const std::lock_guard lock(p.mutex);
  return std::exchange(p.handler, std::move(handler));
}

collector::collector() : state_(std::make_shared<state>()) {
  state_of_process &p = process();
  const std::lock_guard lock(p.mutex);
  p.collectors.emplace_back(state_);
}

collector::~collector() = default;

std::vector<report> collector::reports() const {
  const std::lock_guard lock(state_->mutex);
  return state_->reports;
}

std::vector<report> collector::take() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->reports, {});
}

std::size_t collector::count(std::string_view rule) const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(
      std::count_if(state_->reports.begin(), state_->reports.end(), [&](const report &r) { return r.rule == rule; }));
}

std::string expect_report(std::string_view rule, std::size_t times, const std::function<void()> &body) {
  collector collect;
  body();
  const std::vector<report> all = collect.take();
  const auto right =
      static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const report &r) { return r.rule == rule; }));
  if (right == times && all.size() == times)
    return "";
  std::string text = "expected " + std::to_string(times) + " reports of coro-" + std::string(rule) +
                     ", and no others; got " + std::to_string(all.size()) + "\n";
  for (const report &r : all)
    text += r.text();
  return text;
}

std::shared_ptr<void> fail_on_report(std::function<void(const std::string &)> fail) {
  auto collect = std::make_shared<collector>();
  collect->state_->fail = std::move(fail);
  return collect;
}

} // namespace aio::debug
