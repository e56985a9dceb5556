// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the examples share: a clock that jumps, so that running them takes no time. A real program calls aio::run.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <aio/aio.h>
#include <aio/testing.h>

using namespace std::chrono_literals;

namespace example {
template <class T> T run(aio::coro<T> main) { return aio::testing::run(std::move(main)); }
} // namespace example
