// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings about NOLINT comments themselves: those that silence nothing, name
// no rule or give no reason.
#ifndef COROLINT_TOOL_GATE_SUPPRESSIONFINDINGS_H
#define COROLINT_TOOL_GATE_SUPPRESSIONFINDINGS_H

#include "analysis/Suppression.h"

namespace coro {

/// What is wrong with suppressions, as findings of severity "note": those that
/// silence nothing in any translation unit, and those that name no rule. With
/// \p WantReasons, those without a reason too, as warnings.
std::vector<Finding> judge(std::vector<Suppression> All, bool WantReasons);

} // namespace coro

#endif
