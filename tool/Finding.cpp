// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fingerprints, and the JSON form of findings that `--format=json` and the
// workers use.
#include "Finding.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <map>

using namespace llvm;

namespace coro {

std::string fingerprint(const Finding &F) {
  std::string Text = F.Rule + '\n' + F.Entity + '\n' + F.Code;
  // A finding outside of functions and without source text.
  if (F.Entity.empty() && F.Code.empty())
    Text += sys::path::filename(F.At.File).str() + '\n' + F.Message;
  return utohexstr(xxh3_64bits(Text), /*LowerCase=*/true, /*Width=*/16);
}

std::vector<std::string>
uniqueFingerprints(const std::vector<Finding> &Findings) {
  std::map<std::string, unsigned> Seen;
  std::vector<std::string> All;
  for (const Finding &F : Findings) {
    std::string One = fingerprint(F);
    One += ':' + std::to_string(++Seen[One]);
    All.push_back(std::move(One));
  }
  return All;
}

std::string fixTitle(const Finding &F) {
  if (F.Fixes.size() != 1)
    return "fix " + F.Rule;
  const Edit &E = F.Fixes.front();
  if (E.Begin == E.End)
    return "insert '" + E.Text + "'";
  return E.Text.empty() ? "remove" : "change to '" + E.Text + "'";
}

static void put(json::Object &O, const Place &P) {
  O["file"] = json::fixUTF8(P.File);
  O["line"] = P.Line;
  O["column"] = P.Column;
}

static bool get(json::ObjectMapper &O, Place &P) {
  return O && O.map("file", P.File) && O.map("line", P.Line) &&
         O.map("column", P.Column);
}

static json::Value toJSON(const Note &N) {
  json::Object O;
  put(O, N.At);
  O["message"] = json::fixUTF8(N.Message);
  if (N.Step)
    O["step"] = true;
  return O;
}

static bool fromJSON(const json::Value &V, Note &N, json::Path P) {
  json::ObjectMapper O(V, P);
  return get(O, N.At) && O.map("message", N.Message) &&
         O.mapOptional("step", N.Step);
}

static json::Value toJSON(const Edit &E) {
  json::Object O;
  put(O, E.Begin);
  O["endLine"] = E.End.Line;
  O["endColumn"] = E.End.Column;
  O["text"] = json::fixUTF8(E.Text);
  return O;
}

static bool fromJSON(const json::Value &V, Edit &E, json::Path P) {
  json::ObjectMapper O(V, P);
  if (!get(O, E.Begin) || !O.map("endLine", E.End.Line) ||
      !O.map("endColumn", E.End.Column) || !O.map("text", E.Text))
    return false;
  E.End.File = E.Begin.File;
  return true;
}

template <class T> static json::Array array(const std::vector<T> &Items) {
  json::Array A;
  for (const T &I : Items)
    A.push_back(toJSON(I));
  return A;
}

template <class T>
static bool items(const json::Value &V, StringRef Name, std::vector<T> &Out,
                  json::Path P) {
  const json::Object *O = V.getAsObject();
  const json::Array *A = O ? O->getArray(Name) : nullptr;
  if (!A)
    return false;
  for (const json::Value &Item : *A) {
    T One;
    if (!fromJSON(Item, One, P))
      return false;
    Out.push_back(std::move(One));
  }
  return true;
}

json::Value toJSON(const Finding &F) {
  json::Object O;
  O["rule"] = F.Rule;
  put(O, F.At);
  O["severity"] = F.Severity;
  O["message"] = json::fixUTF8(F.Message);
  O["notes"] = array(F.Notes);
  O["fixes"] = array(F.Fixes);
  if (!F.Applicability.empty())
    O["applicability"] = F.Applicability;
  O["foundBy"] = F.FoundBy;
  O["entity"] = json::fixUTF8(F.Entity);
  O["code"] = json::fixUTF8(F.Code);
  O["fingerprint"] = fingerprint(F);
  return O;
}

bool fromJSON(const json::Value &V, Finding &F, json::Path P) {
  json::ObjectMapper O(V, P);
  return get(O, F.At) && O.map("rule", F.Rule) &&
         O.map("severity", F.Severity) && O.map("message", F.Message) &&
         O.mapOptional("applicability", F.Applicability) &&
         O.mapOptional("foundBy", F.FoundBy) &&
         O.mapOptional("entity", F.Entity) && O.mapOptional("code", F.Code) &&
         items(V, "notes", F.Notes, P) && items(V, "fixes", F.Fixes, P);
}

} // namespace coro
