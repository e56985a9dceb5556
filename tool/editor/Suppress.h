// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code action that silences a rule at one line.
#ifndef COROLINT_TOOL_EDITOR_SUPPRESS_H
#define COROLINT_TOOL_EDITOR_SUPPRESS_H

#include "editor/Document.h"

namespace coro {

/// One change of a text.
struct TextEdit {
  Range Where;
  std::string New;
};

/// The edit that silences \p Rule at \p Line, counted from 0: a NOLINTNEXTLINE
/// comment above the line, in which the user writes a reason, or one more name
/// in a comment that exists. Nothing if the comment would become part of a
/// macro.
std::optional<TextEdit> suppression(const Document &D, unsigned Line,
                                    llvm::StringRef Rule, Encoding E);

} // namespace coro

#endif
