// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only caller of Clang's front end with the rules: a file in, findings out.
#ifndef COROLINT_TOOL_TRANSLATIONUNIT_H
#define COROLINT_TOOL_TRANSLATIONUNIT_H

#include "Analysis.h"

namespace coro {

/// Analyses \p File in this process, which a crash of Clang would take along.
void analyseOne(const Request &R, const std::string &File, FileResult &Out,
                FactsSeen &Facts);

} // namespace coro

#endif
