// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only caller of Clang's front end with the rules: a file in, findings out.
#ifndef COROLINT_TOOL_ANALYSIS_TRANSLATIONUNIT_H
#define COROLINT_TOOL_ANALYSIS_TRANSLATIONUNIT_H

#include "analysis/FileResult.h"
#include "analysis/Request.h"
#include <functional>

namespace coro {

class Preamble;

/// Analyses \p File in this process, which a crash of Clang would take along.
/// With a \p Head, only what stands behind it is looked at: the file itself,
/// without its headers.
void analyseOne(const Request &R, const std::string &File, FileResult &Out,
                FactsSeen &Facts, Preamble *Head = nullptr);

/// Analyses \p Files, which `groupByHead` put together, in processes that fork
/// from this one. \p Done is called in them, for each file without errors; what
/// is wrong with another, `analyseOne` tells. Returns only if none was begun.
void analyseTogether(const Request &R, const std::vector<std::string> &Files,
                     const std::function<void(size_t, const FileResult &,
                                              const FactsSeen &)> &Done);

} // namespace coro

#endif
