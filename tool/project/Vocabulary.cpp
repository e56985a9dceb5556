// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits text into identifiers, even in comments and strings: this may parse a
// file too many, but never one too few.
#include "project/Vocabulary.h"
#include "clang/Basic/CharInfo.h"

using llvm::StringRef;

namespace coro {

static size_t slot(StringRef Word) {
  return static_cast<unsigned char>(Word.front()) * size_t{64} +
         std::min<size_t>(Word.size(), 63);
}

Vocabulary::Vocabulary() {
  for (StringRef Word :
       {"co_await", "co_return", "co_yield", "coroutine_handle",
        "coroutine_traits", "coro_return_type", "promise_type", "await_ready",
        "await_suspend"}) {
    Words[Word] = Coroutine;
    Likely.set(slot(Word));
  }
  add(FactsBase::shipped());
}

unsigned Vocabulary::indexOf(StringRef Word) {
  auto [It, New] = Words.try_emplace(Word, Count);
  if (New)
    ++Count;
  Likely.set(slot(Word));
  return It->second;
}

void Vocabulary::add(const FactsBase &Facts) {
  for (const Fact &F : Facts.facts()) {
    if (F.R != Role::Task && F.R != Role::Lazy && F.R != Role::Eager)
      continue;
    llvm::SmallVector<StringRef, 4> Parts;
    StringRef(F.Entity).split(Parts, "::", -1, /*KeepEmpty=*/false);
    llvm::SmallVector<unsigned, 4> Type;
    for (StringRef Part : Parts)
      if (clang::isValidAsciiIdentifier(Part))
        Type.push_back(indexOf(Part));
    if (!Type.empty())
      Types.push_back(std::move(Type));
  }
}

llvm::BitVector Vocabulary::wordsIn(StringRef Text) const {
  llvm::BitVector Found(Count);
  // An annotation: `[[clang::annotate("coro:lazy")]]`.
  if (Text.contains("coro:"))
    Found.set(Coroutine);
  const char *At = Text.begin();
  while (At != Text.end()) {
    if (!clang::isAsciiIdentifierContinue(static_cast<unsigned char>(*At))) {
      ++At;
      continue;
    }
    const char *Begin = At;
    while (At != Text.end() &&
           clang::isAsciiIdentifierContinue(static_cast<unsigned char>(*At)))
      ++At;
    StringRef Word(Begin, static_cast<size_t>(At - Begin));
    if (!Likely.test(slot(Word)))
      continue;
    if (auto It = Words.find(Word); It != Words.end())
      Found.set(It->second);
  }
  return Found;
}

bool Vocabulary::reaches(const llvm::BitVector &Found) const {
  if (Found.test(Coroutine))
    return true;
  return llvm::any_of(Types, [&](const auto &Type) {
    return llvm::all_of(Type, [&](unsigned Word) { return Found.test(Word); });
  });
}

} // namespace coro
