// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as workflow commands, which GitHub shows as annotations.
// Source: docs.github.com, "Workflow commands for GitHub Actions".
#include "Paths.h"
#include "writers/Writer.h"

using namespace llvm;

namespace coro {

static std::string escaped(StringRef Text, bool Property) {
  std::string Out;
  for (char C : Text)
    if (C == '%')
      Out += "%25";
    else if (C == '\r')
      Out += "%0D";
    else if (C == '\n')
      Out += "%0A";
    else if (Property && C == ':')
      Out += "%3A";
    else if (Property && C == ',')
      Out += "%2C";
    else
      Out += C;
  return Out;
}

void writeGitHub(raw_ostream &OS, const Results &R) {
  for (const Finding &F : R.Findings) {
    OS << "::" << (F.Severity == "note" ? "notice" : F.Severity)
       << " file=" << escaped(relativeTo(R.Root, F.At.File), true)
       << ",line=" << F.At.Line;
    if (F.At.Column)
      OS << ",col=" << F.At.Column;
    std::string Text = F.Message;
    for (const Note &N : F.Notes) {
      Text += '\n';
      if (N.At.Line)
        Text += relativeTo(R.Root, N.At.File) + ":" +
                std::to_string(N.At.Line) + ": ";
      Text += N.Message;
    }
    OS << ",title=" << escaped(F.Rule, true) << "::" << escaped(Text, false)
       << '\n';
  }
}

} // namespace coro
