// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Captures the stack of another thread while that thread computes.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

#include <aio/debug/report.h>

namespace aio::debug {

/// The stack of a thread, innermost first, as `origin::places`. A signal interrupts the thread for some microseconds.
///
/// `end` is the highest address of its stack. Without frame pointers up to the loop's own, only the innermost function
/// is given. Empty if the thread does not answer, or the program uses SIGURG itself.
///
/// Only for threads that compute: a system call may fail with EINTR for it.
std::vector<place> stack_of(pid_t thread, std::uintptr_t end);

} // namespace aio::debug
