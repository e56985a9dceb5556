// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of debug mode share: loops in debug mode, and the report that a program makes.
#pragma once

#include "support.h"

#include <aio/debug/report.h>

/// Runs a coroutine on a virtual loop in debug mode.
template <class F> void in_debug(F body) {
  aio::run(body(), {.debug = true, .loop_factory = aio::testing::virtual_time()});
}
/// The same without debug mode, even if AIO_DEBUG is set.
template <class F> void without_debug(F body) {
  aio::run(body(), {.debug = false, .loop_factory = aio::testing::virtual_time()});
}

/// The only report that the body makes; fails the test if there are others.
inline aio::debug::report the_report(const std::function<void()> &body) {
  aio::debug::collector collect;
  body();
  auto all = collect.take();
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? aio::debug::report{} : all.front();
}
inline bool has_note(const aio::debug::report &r, const std::string &text) {
  for (const auto &n : r.notes)
    if (n.message.find(text) != std::string::npos)
      return true;
  return false;
}
/// The body must make `count` reports of a rule, and no other.
inline void expect_reports(const std::string &rule, std::size_t count, const std::function<void()> &body,
                           const std::source_location &where = std::source_location::current()) {
  expect_text("", aio::debug::expect_report(rule, count, body), where);
}
