// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads facts files for their errors, and reports entities that exist nowhere.
#include "analysis/FactsFiles.h"
#include "Console.h"
#include "Paths.h"
#include "facts/Facts.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace coro {

bool checkFactsFiles(ArrayRef<std::string> Files,
                     std::vector<std::string> &Absolute) {
  bool Fine = true;
  for (const std::string &File : Files) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
    if (!Buffer) {
      complain() << "cannot read facts file '" << File
                 << "': " << Buffer.getError().message() << '\n';
      Fine = false;
      continue;
    }
    FactsBase Base;
    for (const FactsError &E : Base.parse(File, (*Buffer)->getBuffer(), true)) {
      errs() << E.File << ':' << E.Line << ": error: " << E.Reason << '\n';
      Fine = false;
    }
    Absolute.push_back(absolutePath(File));
  }
  return Fine;
}

bool reportFacts(const FactsSeen &Seen, bool Strict) {
  bool Fine = true;
  for (const auto &[Where, Entry] : Seen.Lines) {
    if (Entry.Resolved)
      continue;
    bool Wrong = Strict || Entry.ScopeFound;
    errs() << Where.first << ':' << Where.second << ": "
           << (Wrong ? "error: " : "warning: ") << "'" << Entry.Entity
           << "' does not exist in the analysed files"
           << (Entry.ScopeFound ? ": nothing of that name in its scope" : "")
           << '\n';
    Fine &= !Wrong;
  }
  return Fine;
}

} // namespace coro
