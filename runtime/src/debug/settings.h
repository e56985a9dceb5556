// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The levels and limits that reports obey.
#pragma once

#include <chrono>
#include <string>

#include <aio/debug/report.h>

namespace aio::debug {

/// Reads AIO_DEBUG and AIO_DEBUG_LOG, once; says on stderr what it did not understand.
void read_environment() noexcept;
/// Reports for each rule in a minute; 0 is no limit.
unsigned report_limit() noexcept;
/// How long a task may take to obey a cancellation.
std::chrono::seconds patience() noexcept;
/// Writes a line to the run log, if there is one.
void write_run_log(const report &what) noexcept;
/// Writes all of the text to stderr.
void write_to_stderr(const std::string &text) noexcept;
/// True if a scope of this task or thread allows the rule.
bool allowed(const std::string &rule) noexcept;

} // namespace aio::debug
