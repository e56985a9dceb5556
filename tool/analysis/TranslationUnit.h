// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Analyses one source file: runs Clang with the rules, and returns findings.
#ifndef COROLINT_TOOL_ANALYSIS_TRANSLATIONUNIT_H
#define COROLINT_TOOL_ANALYSIS_TRANSLATIONUNIT_H

#include "analysis/FileResult.h"
#include "analysis/Request.h"
#include <functional>

namespace coro {

class Preamble;

/// Analyses \p File in this process. A crash of Clang ends the process. With a
/// \p Head, only the file itself is analysed, without its headers.
void analyseOne(const Request &R, const std::string &File, FileResult &Out,
                FactsSeen &Facts, Preamble *Head = nullptr);

/// Analyses the \p Files of one group of `groupByHead`, each in a process that
/// is forked from this one. The child calls \p Done if its file has no errors;
/// a file that has some is left for `analyseOne`. Returns only if the head has
/// an error, so that no file was begun.
void analyseTogether(const Request &R, const std::vector<std::string> &Files,
                     const std::function<void(size_t, const FileResult &,
                                              const FactsSeen &)> &Done);

} // namespace coro

#endif
