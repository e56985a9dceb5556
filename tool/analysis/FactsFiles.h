// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the user's facts files: are they well formed, and do the entities that
// they name exist?
#ifndef COROLINT_TOOL_ANALYSIS_FACTSFILES_H
#define COROLINT_TOOL_ANALYSIS_FACTSFILES_H

#include "llvm/ADT/ArrayRef.h"
#include <map>
#include <string>
#include <vector>

namespace coro {

/// Every line of the user's facts files that an analysis looked up.
struct FactsSeen {
  struct Entry {
    std::string Entity;
    bool Resolved = false;   // the entity exists in some analysed file
    bool ScopeFound = false; // at least the scope around its name exists
  };
  std::map<std::pair<std::string, unsigned>, Entry> Lines; // by file and line
};

/// Reads the facts files once, for their errors; false after a message.
bool checkFactsFiles(llvm::ArrayRef<std::string> Files,
                     std::vector<std::string> &Absolute);

/// Prints the entities of the user's facts that exist nowhere. With \p Strict,
/// each is an error; otherwise only one whose scope exists.
bool reportFacts(const FactsSeen &Seen, bool Strict);

} // namespace coro

#endif
