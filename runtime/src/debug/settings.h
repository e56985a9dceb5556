// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The settings of debug mode: levels, limits and allowances.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <aio/debug/report.h>

namespace aio::debug {

/// Reads AIO_DEBUG and AIO_DEBUG_LOG, once; prints the settings that it did not understand to stderr.
void read_environment() noexcept;
/// The maximum number of reports of a rule in a minute; 0 is no limit.
unsigned report_limit() noexcept;
/// How long a task may take to obey a cancellation.
std::chrono::seconds patience() noexcept;
/// How many awaits a step may pass without suspending.
unsigned awaits_in_a_step() noexcept;
/// Writes a line to the run log, if there is one.
void write_run_log(const report &what) noexcept;
/// Appends the text as a JSON string; invalid UTF-8 is replaced.
void append_json(std::string &out, std::string_view text);
/// Writes all of the text to stderr.
void write_to_stderr(const std::string &text) noexcept;
/// False if the report's rule is off or the report is allowed; another rule may then report the same cause.
bool counts(const report &what);
/// The reason of the allowance, by scope or by place, that covers the report; empty if there is none.
std::string reason_to_allow(const report &what);

} // namespace aio::debug
