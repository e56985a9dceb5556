// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only caller of Clang's front end with the rules: a file in, findings out.
#ifndef COROLINT_TOOL_TRANSLATIONUNIT_H
#define COROLINT_TOOL_TRANSLATIONUNIT_H

#include "Analysis.h"

namespace coro {

class Preamble;

/// Analyses \p File in this process, which a crash of Clang would take along.
/// With a \p Head, only what stands behind it is looked at: the file itself,
/// without its headers.
void analyseOne(const Request &R, const std::string &File, FileResult &Out,
                FactsSeen &Facts, Preamble *Head = nullptr);

} // namespace coro

#endif
