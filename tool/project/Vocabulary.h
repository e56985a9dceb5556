// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The words without which no rule has anything to say.
#ifndef COROLINT_TOOL_PROJECT_VOCABULARY_H
#define COROLINT_TOOL_PROJECT_VOCABULARY_H

#include "facts/Facts.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <bitset>

namespace coro {

/// A task is told by its structure, by an annotation or by a fact; whoever
/// handles one reads its declaration. So it spells a word of coroutines, or
/// every part of the name that a fact gives.
class Vocabulary {
public:
  /// The language's words, and the types that shipped facts call tasks.
  Vocabulary();

  /// Adds the types that \p Facts call tasks.
  void add(const FactsBase &Facts);

  /// The words of the vocabulary in \p Text. Call it when everything is added.
  llvm::BitVector wordsIn(llvm::StringRef Text) const;

  /// Whether a file whose inputs hold \p Words can concern a rule.
  bool reaches(const llvm::BitVector &Words) const;

private:
  unsigned indexOf(llvm::StringRef Word);

  static constexpr unsigned Coroutine = 0; // any word of the language
  llvm::StringMap<unsigned> Words;
  unsigned Count = 1;
  std::vector<llvm::SmallVector<unsigned, 4>> Types;
  /// First characters and lengths that words have: most identifiers end here.
  std::bitset<size_t{256} * 64> Likely;
};

} // namespace coro

#endif
