// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as one JSON array.
#include "Paths.h"
#include "writers/Writer.h"

namespace coro {

static void move(Place &At, llvm::StringRef Root) {
  At.File = relativeTo(Root, At.File);
}

/// An error of the compiler, under the rule name that clang-tidy uses.
static Finding failure(llvm::StringRef Error) {
  Finding F;
  F.Rule = FailureRule;
  F.Severity = "error";
  auto [Where, Message] = Error.split(": error: ");
  F.Message = Message.str();
  F.At.File = Where.str();
  // "FILE:LINE:COLUMN", or only "FILE".
  auto [Head, Column] = Where.rsplit(':');
  auto [File, Line] = Head.rsplit(':');
  Place At;
  if (!Line.getAsInteger(10, At.Line) && !Column.getAsInteger(10, At.Column)) {
    At.File = File.str();
    F.At = At;
  }
  return F;
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
    for (llvm::StringRef Error : R.Errors)
      J.value(toJSON(failure(Error)));
  });
  J.flush();
  OS << '\n';
}

} // namespace coro
