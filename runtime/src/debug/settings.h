// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The levels and limits that reports obey.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <aio/debug/report.h>

namespace aio::debug {

/// Reads AIO_DEBUG and AIO_DEBUG_LOG, once; says on stderr what it did not understand.
void read_environment() noexcept;
/// Reports for each rule in a minute; 0 is no limit.
unsigned report_limit() noexcept;
/// How long a task may take to obey a cancellation.
std::chrono::seconds patience() noexcept;
/// How many awaits a step may pass without suspending at one.
unsigned awaits_in_a_step() noexcept;
/// Writes a line to the run log, if there is one.
void write_run_log(const report &what) noexcept;
/// Appends the text as a string of JSON; what is no UTF-8 is replaced.
void append_json(std::string &out, std::string_view text);
/// Writes all of the text to stderr.
void write_to_stderr(const std::string &text) noexcept;
/// False if the report's rule is off, or the report is allowed: then others may tell of the same cause.
bool counts(const report &what);
/// Why a scope of this task or thread, or a place of the report or its notes, is allowed to make it; empty if none is.
std::string reason_to_allow(const report &what);

} // namespace aio::debug
