// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings in reviewdog's diagnostic format.
// Source: reviewdog's proto/rdf/reviewdog.proto.
#include "Paths.h"
#include "writers/Writer.h"

using namespace llvm;

namespace coro {

static void put(json::OStream &J, const Place &Begin, const Place &End) {
  J.attributeObject("range", [&] {
    for (auto [Name, At] : {std::pair("start", &Begin), {"end", &End}}) {
      if (!At->Line)
        continue;
      J.attributeObject(Name, [&] {
        J.attribute("line", At->Line);
        if (At->Column)
          J.attribute("column", At->Column);
      });
    }
  });
}

void writeRdjson(raw_ostream &OS, const Results &R) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attributeObject("source", [&] { J.attribute("name", "corolint"); });
    J.attributeArray("diagnostics", [&] {
      for (const Finding &F : R.Findings)
        J.object([&] {
          J.attribute("message", json::fixUTF8(F.Message));
          J.attributeObject("location", [&] {
            J.attribute("path", json::fixUTF8(relativeTo(R.Root, F.At.File)));
            put(J, F.At, Place());
          });
          J.attribute("severity", F.Severity == "error"  ? "ERROR"
                                  : F.Severity == "note" ? "INFO"
                                                         : "WARNING");
          J.attributeObject("code", [&] { J.attribute("value", F.Rule); });
          // A suggestion can only change the file of the finding.
          J.attributeArray("suggestions", [&] {
            for (const Edit &E : F.Fixes)
              if (E.Begin.File == F.At.File)
                J.object([&] {
                  put(J, E.Begin, E.End);
                  J.attribute("text", json::fixUTF8(E.Text));
                });
          });
          J.attributeArray("relatedLocations", [&] {
            for (const Note &N : F.Notes)
              if (N.At.Line)
                J.object([&] {
                  J.attribute("message", json::fixUTF8(N.Message));
                  J.attributeObject("location", [&] {
                    J.attribute("path",
                                json::fixUTF8(relativeTo(R.Root, N.At.File)));
                    put(J, N.At, Place());
                  });
                });
          });
        });
    });
  });
  J.flush();
  OS << '\n';
}

} // namespace coro
