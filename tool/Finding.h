// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A finding: the one thing that every analysis produces and every output shows.
#ifndef COROLINT_TOOL_FINDING_H
#define COROLINT_TOOL_FINDING_H

#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace coro {

/// A place in a file. Lines and columns count from 1, columns in bytes. Line 0
/// means that there is no place.
struct Place {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  auto operator<=>(const Place &) const = default;
};

struct Note {
  Place At;
  std::string Message;
  bool Step = false; // it lies in the function that the finding is in
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

/// A name that stays when the finding moves to another line: 16 hexadecimal
/// digits of a hash over rule, entity and code. Two findings may share it.
std::string fingerprint(const Finding &F);

/// A different name for each of \p Findings: the fingerprint, a colon, and a
/// number that counts the findings with this fingerprint, from 1.
std::vector<std::string>
uniqueFingerprints(const std::vector<Finding> &Findings);

/// What the fixes of \p F do, in clangd's words: "insert 'co_await '".
std::string fixTitle(const Finding &F);

llvm::json::Value toJSON(const Finding &F);
bool fromJSON(const llvm::json::Value &V, Finding &F, llvm::json::Path P);

} // namespace coro

#endif
