// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A finding as the protocol shows it.
#ifndef COROLINT_TOOL_EDITOR_DIAGNOSTICS_H
#define COROLINT_TOOL_EDITOR_DIAGNOSTICS_H

#include "Finding.h"
#include "editor/Document.h"
#include <functional>

namespace coro {

/// The text of a file: the editor's, or the disk's; null if there is none.
using TextOf = std::function<const Document *(llvm::StringRef Path)>;

/// \p F at \p Line of \p D, counted from 0. Notes in a file that \p Text knows
/// are related places; the others become lines of the message.
llvm::json::Object diagnostic(const Finding &F, const Document &D,
                              unsigned Line, Encoding E, const TextOf &Text);

} // namespace coro

#endif
