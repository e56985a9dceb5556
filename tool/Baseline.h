// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The findings a project has agreed to live with, for now.
#ifndef COROLINT_TOOL_BASELINE_H
#define COROLINT_TOOL_BASELINE_H

#include "Finding.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <optional>
#include <set>

namespace coro {

/// Findings counted by rule, entity and code, never by line: a finding that
/// moves stays known, and a second one of its kind is new.
class Baseline {
public:
  /// Reads what `write` wrote.
  static llvm::Expected<Baseline> read(const std::string &File);

  void add(const Finding &F, llvm::StringRef Root);

  /// Takes the known ones out of \p Findings, and returns how many.
  size_t subtract(std::vector<Finding> &Findings);

  /// After `subtract`: what is known and was not found, as findings of severity
  /// "note" in the baseline file. Only entries of the \p Analysed files
  /// (nothing: all), and of files that are gone, can be told. Paths start from
  /// \p Root.
  std::vector<Finding>
  stale(const std::optional<std::set<std::string>> &Analysed,
        llvm::StringRef Root) const;

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
