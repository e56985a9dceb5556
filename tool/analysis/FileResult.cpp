// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a result as JSON, and reads it back.
#include "analysis/FileResult.h"

using llvm::StringRef;

namespace coro {

static llvm::json::Array strings(const std::vector<std::string> &All) {
  llvm::json::Array A;
  for (const std::string &S : All)
    A.push_back(llvm::json::fixUTF8(S));
  return A;
}

std::string encode(const FileResult &F, const FactsSeen &Facts) {
  llvm::json::Object O;
  O["status"] = static_cast<int>(F.Status);
  O["errors"] = strings(F.Errors);
  O["remarks"] = strings(F.Remarks);
  O["problems"] = strings(F.Problems);
  llvm::json::Array Findings;
  for (const Finding &One : F.Findings)
    Findings.push_back(toJSON(One));
  O["findings"] = std::move(Findings);
  llvm::json::Array Silenced;
  for (const Suppression &S : F.Suppressions)
    Silenced.push_back(
        llvm::json::Object{{"file", llvm::json::fixUTF8(S.At.File)},
                           {"line", S.At.Line},
                           {"column", S.At.Column},
                           {"rule", llvm::json::fixUTF8(S.Rule)},
                           {"reason", S.Reason},
                           {"known", S.Known},
                           {"used", S.Used}});
  O["suppressions"] = std::move(Silenced);
  llvm::json::Array Seen;
  for (const auto &[Key, Entry] : Facts.Lines)
    Seen.push_back(llvm::json::Object{{"file", llvm::json::fixUTF8(Key.first)},
                                      {"line", Key.second},
                                      {"entity", Entry.Entity},
                                      {"resolved", Entry.Resolved},
                                      {"scope", Entry.ScopeFound}});
  O["facts"] = std::move(Seen);
  std::string Text;
  llvm::raw_string_ostream(Text) << llvm::json::Value(std::move(O));
  return Text;
}

bool decode(StringRef Text, FileResult &F, FactsSeen &Facts) {
  llvm::Expected<llvm::json::Value> V = llvm::json::parse(Text);
  if (!V) {
    llvm::consumeError(V.takeError());
    return false;
  }
  const llvm::json::Object *O = V->getAsObject();
  if (!O)
    return false;
  F.Status =
      static_cast<FileResult::State>(O->getInteger("status").value_or(0));
  auto Strings = [&](StringRef Name, std::vector<std::string> &Out) {
    if (const llvm::json::Array *A = O->getArray(Name))
      for (const llvm::json::Value &S : *A)
        Out.push_back(S.getAsString().value_or("").str());
  };
  Strings("errors", F.Errors);
  Strings("remarks", F.Remarks);
  Strings("problems", F.Problems);
  llvm::json::Path::Root Root;
  if (const llvm::json::Array *A = O->getArray("findings"))
    for (const llvm::json::Value &One : *A) {
      Finding Found;
      if (!fromJSON(One, Found, Root))
        return false;
      F.Findings.push_back(std::move(Found));
    }
  if (const llvm::json::Array *A = O->getArray("suppressions"))
    for (const llvm::json::Value &One : *A) {
      Suppression S;
      llvm::json::ObjectMapper Map(One, Root);
      if (!Map || !Map.map("file", S.At.File) || !Map.map("line", S.At.Line) ||
          !Map.map("column", S.At.Column) || !Map.map("rule", S.Rule) ||
          !Map.map("reason", S.Reason) || !Map.map("known", S.Known) ||
          !Map.map("used", S.Used))
        return false;
      F.Suppressions.push_back(std::move(S));
    }
  if (const llvm::json::Array *A = O->getArray("facts"))
    for (const llvm::json::Value &One : *A)
      if (const llvm::json::Object *Line = One.getAsObject()) {
        FactsSeen::Entry &E = Facts.Lines[{
            Line->getString("file").value_or("").str(),
            static_cast<unsigned>(Line->getInteger("line").value_or(0))}];
        E.Entity = Line->getString("entity").value_or("").str();
        E.Resolved |= Line->getBoolean("resolved").value_or(false);
        E.ScopeFound |= Line->getBoolean("scope").value_or(false);
      }
  return true;
}

} // namespace coro
