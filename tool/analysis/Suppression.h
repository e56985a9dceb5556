// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One rule in one NOLINT comment.
#ifndef COROLINT_TOOL_ANALYSIS_SUPPRESSION_H
#define COROLINT_TOOL_ANALYSIS_SUPPRESSION_H

#include "Finding.h"

namespace coro {

/// What an editor writes where the user is to say why. It is no reason.
inline constexpr llvm::StringLiteral MissingReason = "why?";

/// One rule or glob in one NOLINT comment.
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
