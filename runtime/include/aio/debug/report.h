// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reports of debug mode: their content, and how a program or a test receives, allows and expects them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace aio::debug {

/// A line of source code; column 0 if unknown; line 0 if the place is unknown.
struct place {
  std::string file{};
  unsigned line = 0;
  unsigned column = 0;
  std::string function{};

  place() = default;
  place(std::string file_name, unsigned at_line, unsigned at_column, std::string in_function)
      : file(std::move(file_name)), line(at_line), column(at_column), function(std::move(in_function)) {}
  explicit place(const std::source_location &location);
  bool known() const noexcept { return line != 0; }
};

/// An explanation in a report: where something was created, awaited, cancelled.
struct note {
  place where;
  std::string message;
};

enum class level : std::uint8_t { off, warning, error };

/// One pitfall that occurred in the running program.
struct report {
  std::string rule;    ///< the pitfall's id, without the `coro-` prefix
  std::string message; ///< what went wrong: lower case, no full stop
  place where;
  std::vector<note> notes{};
  std::string task{}; ///< the name of the task concerned; empty if there is none
  debug::level level = debug::level::warning;
  std::string allowed{}; ///< if not empty, the reason for which the report is only logged

  /// The format of the checker: `file:line:col: warning: message [coro-rule]`, then the notes.
  std::string text() const;
  /// One line of JSON, without a newline.
  std::string json() const;
};

/// Delivers a report: to the handler or stderr, to the run log, and to collectors.
///
/// Before that the rule's level, allowances, repetition (one report for each rule and place) and the rate limit are
/// applied.
///
/// **Thread safety** any thread; never throws and never waits for itself: a report made while another is being made, by
/// a signal handler or by the report handler, is counted instead of printed.
void emit(report what) noexcept;

using report_handler = std::function<void(const report &)>;
/// Replaces the process-wide handler and returns the one before; an empty one writes to stderr.
///
/// **Thread safety** any thread.
report_handler set_report_handler(report_handler handler);

/// Sets the level of a rule. With `error`, a process that would end with status 0 ends with 66.
///
/// **Errors** value_error for a rule that debug mode does not have.
/// **Thread safety** any thread.
void set_level(std::string_view rule, level to);
level level_of(std::string_view rule);

/// Reads settings in the format of the environment variable AIO_DEBUG, separated by commas: `1`, `rule=off|warn|error`,
/// `allow:RULE@PLACE=REASON` as `allow_at`, `limit=N` (reports for each rule and minute; 0 is no limit), `patience=N`
/// (seconds until a cancellation counts as ignored, and a join as stuck), `awaits=N` (awaits that a step may pass
/// without suspending). Returns a message for each setting that it did not understand.
std::vector<std::string> configure(std::string_view settings);

/// Also sends every report as a line of JSON to the file; an empty path ends that. Returns false if the file cannot be
/// opened.
///
/// Every line is written at once, at the file's end. A full disk or a closed pipe loses lines and does not disturb the
/// program.
/// **Source** the same as the environment variable AIO_DEBUG_LOG.
bool log_to(const std::string &path);

/// Allows a rule in the current task (outside of tasks: the current thread) while it lives. The reports that it
/// suppresses are counted, and go with its reason to the run log.
///
/// **Errors** value_error for an unknown rule or an empty reason.
/// **Thread safety** belongs to the thread that made it.
class [[nodiscard]] allow {
public:
  allow(std::string_view rule, std::string reason);
  allow(const allow &) = delete;
  allow &operator=(const allow &) = delete;
  ~allow();

private:
  friend std::string reason_to_allow(const report &what);
  std::string rule_;
  std::string reason_;
  const void *task_;
  allow *outer_;
};

/// Allows a rule, for the whole process, where the report or one of its notes is in a file or function whose name is
/// `part` or ends with `/part` or `::part`.
///
/// **Errors** value_error for an unknown rule, an empty part or an empty reason.
/// **Thread safety** any thread.
void allow_at(std::string_view rule, std::string part, const std::string &reason);

/// The number of reports that an allowance has suppressed.
struct allowed_reports {
  std::string rule;
  std::string reason;
  std::size_t count = 0;
};
/// The number of suppressed reports of each rule, by reason; sorted.
///
/// **Thread safety** any thread.
std::vector<allowed_reports> allowances();

/// Collects the reports made while it lives, in place of the handler. No repetition or rate limit applies.
///
/// **Thread safety** collects from every thread; only the newest collector receives reports.
class collector {
public:
  collector();
  collector(const collector &) = delete;
  collector &operator=(const collector &) = delete;
  ~collector();
  /// Returns the reports collected so far, and forgets them.
  std::vector<report> take();
  std::vector<report> reports() const;
  std::size_t count(std::string_view rule) const;

private:
  friend void emit(report what) noexcept;
  friend std::shared_ptr<void> fail_on_report(std::function<void(const std::string &)> fail);
  struct state;
  std::shared_ptr<state> state_;
};

/// Runs `body` and returns "" if it made exactly `times` reports of the rule and no others; otherwise the reports that
/// it made.
///
/// Fits every test framework: `EXPECT_EQ(aio::debug::expect_report("unawaited-task", 1, [] { … }), "")`.
std::string expect_report(std::string_view rule, std::size_t times, const std::function<void()> &body);

/// Fails a test for every report: calls `fail(text)` for each, in place of printing it, while the result lives.
///
/// GoogleTest: `auto guard = aio::debug::fail_on_report([](const std::string &t) { ADD_FAILURE() << t; });`
/// Catch2: `… { FAIL_CHECK(t); }`.
[[nodiscard]] std::shared_ptr<void> fail_on_report(std::function<void(const std::string &)> fail);

/// The ids of the rules that debug mode has, sorted.
std::vector<std::string_view> rules();

} // namespace aio::debug
