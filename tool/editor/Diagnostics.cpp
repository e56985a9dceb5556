// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extends the place of each finding to the range of the word that it names.
#include "editor/Diagnostics.h"
#include "editor/RulePages.h"

using namespace llvm;

namespace coro {

json::Object diagnostic(const Finding &F, const Document &D, unsigned Line,
                        Encoding E, const TextOf &Text) {
  json::Array Related;
  std::string Message = F.Message;
  for (const Note &N : F.Notes) {
    const Document *Other =
        N.At.Line == 0 || N.At.File.empty() ? nullptr : Text(N.At.File);
    if (!Other) {
      Message += "\n" + N.Message;
      continue;
    }
    Related.push_back(json::Object{
        {"location",
         json::Object{
             {"uri", uriOf(N.At.File)},
             {"range", toJSON(Other->word(N.At.Line - 1, N.At.Column, E))}}},
        {"message", N.Message}});
  }
  json::Object Diagnostic{
      {"range", toJSON(D.word(Line, F.At.Column, E))},
      {"severity", F.Severity == "error" ? 1 : 2},
      {"source", F.FoundBy == "run" ? "coro (run)" : "corolint"},
      {"code", F.Rule},
      {"message", Message}};
  if (std::string Link = pageLink(F.Rule); !Link.empty())
    Diagnostic["codeDescription"] = json::Object{{"href", Link}};
  if (!Related.empty())
    Diagnostic["relatedInformation"] = std::move(Related);
  return Diagnostic;
}

} // namespace coro
