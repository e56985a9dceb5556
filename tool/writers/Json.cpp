// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings as one JSON array.
#include "Writer.h"

namespace coro {

static void move(Place &At, llvm::StringRef Root) {
  At.File = relativeTo(Root, At.File);
}

void writeJson(llvm::raw_ostream &OS, const Results &R) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.array([&] {
    for (Finding F : R.Findings) {
      move(F.At, R.Root);
      for (Note &N : F.Notes)
        move(N.At, R.Root);
      for (Edit &E : F.Fixes) {
        move(E.Begin, R.Root);
        move(E.End, R.Root);
      }
      J.value(toJSON(F));
    }
  });
  J.flush();
  OS << '\n';
}

} // namespace coro
