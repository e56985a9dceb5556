// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns a finding into a diagnostic of the language server protocol.
#ifndef COROLINT_TOOL_EDITOR_DIAGNOSTICS_H
#define COROLINT_TOOL_EDITOR_DIAGNOSTICS_H

#include "Finding.h"
#include "editor/Document.h"
#include <functional>

namespace coro {

/// Returns the text of a file, from the editor or from the disk, or null.
using TextOf = std::function<const Document *(llvm::StringRef Path)>;

/// The diagnostic for \p F at \p Line of \p D, counted from 0. A note in a file
/// that \p Text knows becomes a related location, any other a line of the
/// message.
llvm::json::Object diagnostic(const Finding &F, const Document &D,
                              unsigned Line, Encoding E, const TextOf &Text);

} // namespace coro

#endif
