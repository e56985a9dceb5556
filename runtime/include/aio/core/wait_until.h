// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wait_until: the untyped wait for several futures, on which combine/wait.h and io/connect.h are built.
#pragma once

#include <string>
#include <vector>

#include <aio/core/waiter.h>

namespace aio {

/// What ends a wait for several futures: all are done, one is, or one has failed.
enum class return_when { all_completed, first_completed, first_exception };
inline constexpr return_when ALL_COMPLETED = return_when::all_completed;
inline constexpr return_when FIRST_COMPLETED = return_when::first_completed;
inline constexpr return_when FIRST_EXCEPTION = return_when::first_exception;

namespace detail {

using future_list = std::vector<ref_ptr<future_core>>;

/// Waits until the futures are done as `when` demands, or for the length of the timeout. They are not empty.
///
/// **Suspends** at least once.
/// **Cancellation** ends the wait at once; the futures are left alone.
coro<void> wait_until(future_list futures, maybe_duration timeout, return_when when);
/// Cancels the future and waits until it is done.
coro<void> cancel_and_wait(ref_ptr<future_core> target, std::string message);

} // namespace detail
} // namespace aio
