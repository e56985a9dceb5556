// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings about NOLINT comments themselves: those that silence nothing, name
// no rule or give no reason.
#ifndef COROLINT_TOOL_GATE_SUPPRESSIONFINDINGS_H
#define COROLINT_TOOL_GATE_SUPPRESSIONFINDINGS_H

#include "analysis/Suppression.h"

namespace coro {

/// Reports suppressions that silence nothing in any translation unit and those
/// that name no rule, with severity "note". With \p WantReasons, reports those
/// without a reason as warnings.
std::vector<Finding> judge(std::vector<Suppression> All, bool WantReasons);

} // namespace coro

#endif
