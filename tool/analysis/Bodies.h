// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which function bodies the rules need to see.
#ifndef COROLINT_TOOL_ANALYSIS_BODIES_H
#define COROLINT_TOOL_ANALYSIS_BODIES_H

namespace clang {
class Decl;
class LangOptions;
class SourceManager;
} // namespace clang

namespace coro {

/// True if no rule looks into the body of \p D: most of system headers.
bool isBodyNeedless(const clang::Decl &D, const clang::SourceManager &SM);

/// For a precompiled head of a file: what it instantiates, it instantiates
/// once, and not again behind it in every run that starts there.
void instantiateInHead(clang::LangOptions &Options);

} // namespace coro

#endif
