// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What run logs report, as an editor's diagnostics at the lines they are about.
#ifndef COROLINT_TOOL_EDITOR_RUNFINDINGS_H
#define COROLINT_TOOL_EDITOR_RUNFINDINGS_H

#include "editor/Diagnostics.h"
#include <map>
#include <set>
#include <vector>

namespace coro {

/// Findings of run logs. A finding stays with its line while the text around it
/// is edited, and is not shown while its line is not there.
class RunFindings {
public:
  /// Reads \p Logs anew; answers the files whose findings may differ now.
  /// Relative names of files in them are looked for below \p Roots.
  std::set<std::string> read(const std::vector<std::string> &Logs,
                             const std::vector<std::string> &Roots,
                             const TextOf &Text);

  /// Diagnostics for \p Path, whose text is \p D.
  llvm::json::Array diagnostics(llvm::StringRef Path, const Document &D,
                                Encoding E, const TextOf &Text) const;

  /// What was wrong with the logs when they were read.
  const std::vector<std::string> &problems() const { return Problems; }

private:
  struct Anchored {
    Finding What;
    std::string Line; // the text it was reported for, without white space
  };
  std::map<std::string, std::vector<Anchored>> ByFile;
  std::vector<std::string> Problems;
};

} // namespace coro

#endif
