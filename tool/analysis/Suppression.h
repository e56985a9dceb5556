// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A suppression: one rule that a NOLINT comment names.
#ifndef COROLINT_TOOL_ANALYSIS_SUPPRESSION_H
#define COROLINT_TOOL_ANALYSIS_SUPPRESSION_H

#include "Finding.h"

namespace coro {

/// The text that an editor inserts in place of a reason. It does not count as a
/// reason.
inline constexpr llvm::StringLiteral MissingReason = "why?";

/// One rule, or one glob over rules, in one NOLINT comment.
struct Suppression {
  Place At;
  std::string Rule;    // as written: "coro-sync-wait", "coro-*"
  bool Reason = false; // ": why" follows
  bool Known = true;   // there is such a rule
  bool Used = false;   // it silences a finding
  auto operator<=>(const Suppression &) const = default;
};

} // namespace coro

#endif
