// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shows the reports of run logs as diagnostics of an editor.
#ifndef COROLINT_TOOL_EDITOR_RUNFINDINGS_H
#define COROLINT_TOOL_EDITOR_RUNFINDINGS_H

#include "editor/Diagnostics.h"
#include <map>
#include <set>
#include <vector>

namespace coro {

/// The findings of run logs. Each follows its line while the text is edited,
/// and is hidden as long as the line does not exist.
class RunFindings {
public:
  /// Reads \p Logs again, and returns the files whose findings may have
  /// changed. Looks for relative paths of the logs below \p Roots.
  std::set<std::string> read(const std::vector<std::string> &Logs,
                             const std::vector<std::string> &Roots,
                             const TextOf &Text);

  /// The diagnostics for \p Path, which has the text \p D.
  llvm::json::Array diagnostics(llvm::StringRef Path, const Document &D,
                                Encoding E, const TextOf &Text) const;

  /// The lines of the logs that could not be read or shown.
  const std::vector<std::string> &problems() const { return Problems; }

private:
  struct Anchored {
    Finding What;
    std::string Line; // the text of its line, without white space
  };
  std::map<std::string, std::vector<Anchored>> ByFile;
  std::vector<std::string> Problems;
};

} // namespace coro

#endif
