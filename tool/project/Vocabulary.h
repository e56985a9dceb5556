// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The words that a file must contain, or include, for any rule to apply to it.
#ifndef COROLINT_TOOL_PROJECT_VOCABULARY_H
#define COROLINT_TOOL_PROJECT_VOCABULARY_H

#include "facts/Facts.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <bitset>

namespace coro {

/// A rule needs a task type, which it knows by its structure, an annotation or
/// a fact. So some input of the file spells a word that belongs to coroutines,
/// or every part of a type name from a fact.
class Vocabulary {
public:
  /// Knows the words of the language, and the task types of the shipped facts.
  Vocabulary();

  /// Adds the task types of \p Facts.
  void add(const FactsBase &Facts);

  /// The words of the vocabulary that \p Text contains. Call it after all facts
  /// were added.
  llvm::BitVector wordsIn(llvm::StringRef Text) const;

  /// Whether any rule can apply to a file whose inputs contain \p Words.
  bool reaches(const llvm::BitVector &Words) const;

private:
  unsigned indexOf(llvm::StringRef Word);

  static constexpr unsigned Coroutine = 0; // any word of the language
  llvm::StringMap<unsigned> Words;
  unsigned Count = 1;
  std::vector<llvm::SmallVector<unsigned, 4>> Types;
  /// A filter by first character and length, which rejects most identifiers.
  std::bitset<size_t{256} * 64> Likely;
};

} // namespace coro

#endif
