// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which function bodies the rules need to see.
#ifndef COROLINT_TOOL_BODIES_H
#define COROLINT_TOOL_BODIES_H

namespace clang {
class Decl;
class SourceManager;
} // namespace clang

namespace coro {

/// True if no rule looks into the body of \p D: most of system headers.
bool isBodyNeedless(const clang::Decl &D, const clang::SourceManager &SM);

} // namespace coro

#endif
