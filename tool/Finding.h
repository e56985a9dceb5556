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
  bool Step = false; // in the function the finding is in: one step of its path
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
  std::string Severity; // "error", "warning", from the catalogue, or "note"
  std::string Message;
  std::vector<Note> Notes;
  std::vector<Edit> Fixes;
  std::string Applicability;      // of the fixes: "safe", "unsafe", or empty
  std::string FoundBy = "static"; // "static", "run", or "both"
  std::string Entity;             // the function it is in, or empty
  std::string Code;               // its line without white space, or empty
  auto operator<=>(const Finding &) const = default;
};

/// Names the finding whatever line it moves to: 16 hexadecimal digits made of
/// rule, entity and code. Two findings may have the same.
std::string fingerprint(const Finding &F);

/// A name for each of \p Findings that no other has: the fingerprint, and
/// behind a colon which one of its name it is, from 1.
std::vector<std::string>
uniqueFingerprints(const std::vector<Finding> &Findings);

/// What the fixes of \p F do, as clangd words it: "insert 'co_await '".
std::string fixTitle(const Finding &F);

llvm::json::Value toJSON(const Finding &F);
bool fromJSON(const llvm::json::Value &V, Finding &F, llvm::json::Path P);

} // namespace coro

#endif
