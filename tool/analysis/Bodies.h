// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which function bodies Clang may skip, because no rule looks into them.
#ifndef COROLINT_TOOL_ANALYSIS_BODIES_H
#define COROLINT_TOOL_ANALYSIS_BODIES_H

namespace clang {
class Decl;
class LangOptions;
class SourceManager;
} // namespace clang

namespace coro {

/// True if no rule looks into the body of \p D. This holds for most functions
/// of system headers.
bool isBodyNeedless(const clang::Decl &D, const clang::SourceManager &SM);

/// Makes a precompiled preamble keep the templates that it instantiates, so
/// that the runs that use it do not instantiate them again.
void instantiateInHead(clang::LangOptions &Options);

} // namespace coro

#endif
