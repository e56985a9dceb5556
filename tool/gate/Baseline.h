// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A baseline: the known findings of a project, which do not fail the gate.
#ifndef COROLINT_TOOL_GATE_BASELINE_H
#define COROLINT_TOOL_GATE_BASELINE_H

#include "Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace coro {

/// Counts findings by rule, entity and code, and not by line. A finding that
/// moves to another line stays known, and a second one in its function is new.
class Baseline {
public:
  /// Reads a file that `write` wrote.
  static llvm::Expected<Baseline> read(const std::string &File);

  void add(const Finding &F, llvm::StringRef Root);

  /// Whether the run looked for findings of this rule in this file. The path is
  /// as in the baseline.
  using LookedAt = llvm::function_ref<bool(const std::string &File,
                                           const std::string &Rule)>;

  /// Removes the known ones from \p Findings, and returns their number. An
  /// entry may match a finding in another file, since code moves between files,
  /// but only if the run looked at the file of the entry.
  size_t subtract(std::vector<Finding> &Findings, LookedAt Looked);

  /// Raises each count to the one in \p Other.
  void include(const Baseline &Other);

  /// Adds those entries of \p Old that the run did not look for.
  void keep(const Baseline &Old, LookedAt Looked);

  /// After `subtract`: the entries that the run looked for and did not find, as
  /// findings of severity "note" at their line of the baseline file.
  std::vector<Finding> stale(LookedAt Looked) const;

  void write(llvm::raw_ostream &OS) const;

private:
  struct Key {
    std::string File; // not compared by `subtract`
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
