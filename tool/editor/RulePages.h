// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page of a rule in an editor: as a link, and as the text of a hover.
#ifndef COROLINT_TOOL_EDITOR_RULEPAGES_H
#define COROLINT_TOOL_EDITOR_RULEPAGES_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace coro {

/// A `file:` link to the page of \p Rule, written to the user's cache, so that
/// it is the page of this program and opens without a network. Empty if there
/// is no such page or it cannot be written.
std::string pageLink(llvm::StringRef Rule);

/// What the page of \p Rule says up to how it is found, and a link to the whole
/// of it. Empty if there is none.
std::string pageText(llvm::StringRef Rule, bool Markdown);

} // namespace coro

#endif
