// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as GitLab's Code Quality report.
// Source: docs.gitlab.com/ci/testing/code_quality, "Code Quality report
// format".
#include "Paths.h"
#include "writers/Writer.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace coro {

void writeGitLab(raw_ostream &OS, const Results &R) {
  json::OStream J(OS, /*IndentSize=*/2);
  // GitLab shows only one entry for each fingerprint.
  std::vector<std::string> Names = uniqueFingerprints(R.Findings);
  J.array([&] {
    for (size_t I = 0; I < R.Findings.size(); ++I) {
      const Finding &F = R.Findings[I];
      J.object([&] {
        J.attribute("description", json::fixUTF8(F.Message));
        J.attribute("check_name", F.Rule);
        J.attribute("fingerprint", Names[I]);
        J.attribute("severity", StringSwitch<StringRef>(F.Severity)
                                    .Case("error", "critical")
                                    .Case("warning", "major")
                                    .Default("info"));
        J.attributeObject("location", [&] {
          J.attribute("path", json::fixUTF8(relativeTo(R.Root, F.At.File)));
          J.attributeObject("lines", [&] { J.attribute("begin", F.At.Line); });
        });
      });
    }
  });
  J.flush();
  OS << '\n';
}

} // namespace coro
