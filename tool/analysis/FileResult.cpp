// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a result as JSON, and reads it back.
#include "analysis/FileResult.h"

using llvm::StringRef;

namespace coro {

/// In the order of `FileResult::State`.
static constexpr StringRef StatusNames[] = {"analysed", "broken", "crashed",
                                            "skipped"};

static llvm::json::Array strings(const std::vector<std::string> &All) {
  llvm::json::Array A;
  for (const std::string &S : All)
    A.push_back(llvm::json::fixUTF8(S));
  return A;
}

std::string encode(const FileResult &F, const FactsSeen &Facts) {
  llvm::json::Object O;
  O["status"] = StatusNames[F.Status];
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
    Seen.push_back(
        llvm::json::Object{{"file", llvm::json::fixUTF8(Key.first)},
                           {"line", Key.second},
                           {"entity", llvm::json::fixUTF8(Entry.Entity)},
                           {"resolved", Entry.Resolved},
                           {"scope", Entry.ScopeFound}});
  O["facts"] = std::move(Seen);
  std::string Text;
  llvm::raw_string_ostream(Text) << llvm::json::Value(std::move(O));
  return Text;
}

static bool decodeStrings(const llvm::json::Object &O, StringRef Name,
                          std::vector<std::string> &Out) {
  const llvm::json::Array *All = O.getArray(Name);
  if (!All)
    return false;
  for (const llvm::json::Value &One : *All) {
    std::optional<StringRef> Text = One.getAsString();
    if (!Text)
      return false;
    Out.push_back(Text->str());
  }
  return true;
}

static bool fromJSON(const llvm::json::Value &V, Suppression &S,
                     llvm::json::Path P) {
  llvm::json::ObjectMapper Map(V, P);
  return Map && Map.map("file", S.At.File) && Map.map("line", S.At.Line) &&
         Map.map("column", S.At.Column) && Map.map("rule", S.Rule) &&
         Map.map("reason", S.Reason) && Map.map("known", S.Known) &&
         Map.map("used", S.Used);
}

namespace {
struct FactLine {
  std::string File;
  unsigned Line = 0;
  FactsSeen::Entry Entry;
};
} // namespace

static bool fromJSON(const llvm::json::Value &V, FactLine &L,
                     llvm::json::Path P) {
  llvm::json::ObjectMapper Map(V, P);
  return Map && Map.map("file", L.File) && Map.map("line", L.Line) &&
         Map.map("entity", L.Entry.Entity) &&
         Map.map("resolved", L.Entry.Resolved) &&
         Map.map("scope", L.Entry.ScopeFound);
}

template <class T>
static bool decodeAll(const llvm::json::Object &O, StringRef Name,
                      std::vector<T> &Out) {
  const llvm::json::Array *All = O.getArray(Name);
  if (!All)
    return false;
  llvm::json::Path::Root Root;
  for (const llvm::json::Value &One : *All)
    if (!fromJSON(One, Out.emplace_back(), Root))
      return false;
  return true;
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
  const auto *Name =
      llvm::find(StatusNames, O->getString("status").value_or(""));
  if (Name == std::end(StatusNames))
    return false;
  FileResult Result;
  std::vector<FactLine> Lines;
  if (!decodeStrings(*O, "errors", Result.Errors) ||
      !decodeStrings(*O, "remarks", Result.Remarks) ||
      !decodeStrings(*O, "problems", Result.Problems) ||
      !decodeAll(*O, "findings", Result.Findings) ||
      !decodeAll(*O, "suppressions", Result.Suppressions) ||
      !decodeAll(*O, "facts", Lines))
    return false;
  Result.Status = static_cast<FileResult::State>(Name - StatusNames);
  F = std::move(Result);
  for (const FactLine &L : Lines) {
    FactsSeen::Entry &E = Facts.Lines[{L.File, L.Line}];
    E.Entity = L.Entry.Entity;
    E.Resolved |= L.Entry.Resolved;
    E.ScopeFound |= L.Entry.ScopeFound;
  }
  return true;
}

} // namespace coro
