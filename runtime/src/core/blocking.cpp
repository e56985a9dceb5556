// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The counters that tell debug mode where blocking is expected.
#include <aio/core/blocking.h>

namespace aio::detail {

constinit thread_local bool in_pass = false;
constinit thread_local int blocking_by_design = 0;
std::atomic<int> own_threads{0};

} // namespace aio::detail
