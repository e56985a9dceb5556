// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The findings a project has agreed to live with, for now.
#ifndef COROLINT_TOOL_GATE_BASELINE_H
#define COROLINT_TOOL_GATE_BASELINE_H

#include "Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace coro {

/// Findings counted by rule, entity and code, never by line: a finding that
/// moves stays known, and a second one of its kind is new.
class Baseline {
public:
  /// Reads what `write` wrote.
  static llvm::Expected<Baseline> read(const std::string &File);

  void add(const Finding &F, llvm::StringRef Root);

  /// Whether the run has looked for findings of a rule in a file, whose path is
  /// as in the baseline.
  using LookedAt = llvm::function_ref<bool(const std::string &File,
                                           const std::string &Rule)>;

  /// Takes the known ones out of \p Findings, and returns how many. An entry of
  /// a file that was not looked at stands for that file only.
  size_t subtract(std::vector<Finding> &Findings, LookedAt Looked);

  /// Knows at least as many of each kind as \p Other.
  void include(const Baseline &Other);

  /// Takes over the entries of \p Old that the run did not look for.
  void keep(const Baseline &Old, LookedAt Looked);

  /// After `subtract`: what was looked for and not found, as findings of
  /// severity "note" in the baseline file.
  std::vector<Finding> stale(LookedAt Looked) const;

  void write(llvm::raw_ostream &OS) const;

private:
  struct Key {
    std::string File; // for the reader: not compared by `subtract`
    std::string Rule;
    std::string Entity;
    std::string Code;
    auto operator<=>(const Key &) const = default;
  };
  struct Entry {
    unsigned Count = 0;
    unsigned Found = 0;
    unsigned Line = 0; // in the baseline file
  };
  std::map<Key, Entry> Entries;
  std::string Source;
};

} // namespace coro

#endif
