// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One finding, as every output shows it.
#ifndef COROLINT_TOOL_FINDING_H
#define COROLINT_TOOL_FINDING_H

#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace coro {

/// A place in a file. Lines and columns count from 1, columns in bytes; line 0
/// means no place.
struct Place {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  auto operator<=>(const Place &) const = default;
};

struct Note {
  Place At;
  std::string Message;
  auto operator<=>(const Note &) const = default;
};

/// One replacement of text: from `Begin` up to, not including, `End`.
struct Edit {
  Place Begin;
  Place End;
  std::string Text;
  auto operator<=>(const Edit &) const = default;
};

/// What a rule found. Ordered by place, then by rule.
struct Finding {
  Place At;
  std::string Rule;     // "coro-unawaited-task"
  std::string Severity; // "warning" or "error", from the catalogue
  std::string Message;
  std::vector<Note> Notes;
  std::vector<Edit> Fixes;
  std::string FoundBy = "static"; // "static", "run", or "both"
  auto operator<=>(const Finding &) const = default;
};

llvm::json::Value toJSON(const Finding &F);
bool fromJSON(const llvm::json::Value &V, Finding &F, llvm::json::Path P);

} // namespace coro

#endif
