// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The action that silences a rule at one line.
#ifndef COROLINT_TOOL_EDITOR_SUPPRESS_H
#define COROLINT_TOOL_EDITOR_SUPPRESS_H

#include "editor/Document.h"

namespace coro {

/// One change of a text.
struct TextEdit {
  Range Where;
  std::string New;
};

/// What makes a NOLINT comment silence \p Rule at \p Line, counted from 0: a
/// comment above it, where the user is to write why, or the rule's name in the
/// one that is there. Nothing where a comment would become part of a macro.
std::optional<TextEdit> suppression(const Document &D, unsigned Line,
                                    llvm::StringRef Rule, Encoding E);

} // namespace coro

#endif
