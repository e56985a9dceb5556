// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page of a rule for an editor, as a link and as the text of a hover.
#ifndef COROLINT_TOOL_EDITOR_RULEPAGES_H
#define COROLINT_TOOL_EDITOR_RULEPAGES_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace coro {

/// A `file:` link to the page of \p Rule. The page is written to the user's
/// cache, so that it fits this version and needs no network. Empty if there is
/// no such page, or if it cannot be written.
std::string pageLink(llvm::StringRef Rule);

/// The page of \p Rule up to "How it is found", and a link to the whole page.
/// Empty if there is no such page.
std::string pageText(llvm::StringRef Rule, bool Markdown);

} // namespace coro

#endif
