// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses one JSON object a line, and matches reports with findings by line.
#include "RunLog.h"
#include "pitfalls/Pitfall.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <map>

using namespace llvm;

namespace coro {
namespace {

/// The version of the log format that this program reads.
constexpr int64_t KnownVersion = 1;

StringRef severityOf(StringRef Rule, StringRef Level) {
  for (const Pitfall *P : pitfalls::All)
    if (StringRef(P->Rule.data(), P->Rule.size()) == Rule)
      return P->Level == Severity::Error ? "error" : "warning";
  return Level;
}

bool readPlace(json::ObjectMapper &O, Place &P) {
  return O && O.map("file", P.File) && O.map("line", P.Line) &&
         O.map("column", P.Column);
}

/// One line of a log; false if it is no report.
bool readReport(const json::Value &V, Finding &F, std::string &Task,
                json::Path P) {
  json::ObjectMapper O(V, P);
  if (!readPlace(O, F.At) || !O.map("rule", F.Rule) ||
      !O.map("level", F.Severity) || !O.map("message", F.Message) ||
      !O.map("task", Task))
    return false;
  const json::Array *Notes = V.getAsObject()->getArray("notes");
  // A `json::Path` keeps a pointer to its parent, which must therefore live.
  json::Path NotesPath = P.field("notes");
  if (!Notes) {
    NotesPath.report("expected array");
    return false;
  }
  for (size_t I = 0; I < Notes->size(); ++I) {
    Note N;
    json::ObjectMapper Inner((*Notes)[I], NotesPath.index(I));
    if (!readPlace(Inner, N.At) || !Inner.map("message", N.Message))
      return false;
    F.Notes.push_back(std::move(N));
  }
  F.Severity = severityOf(F.Rule, F.Severity).str();
  return true;
}

std::string normal(StringRef File) {
  SmallString<256> P(File);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

/// True if both name one file. A program holds relative paths if its compiler
/// was called with them.
bool sameFile(StringRef A, StringRef B) {
  if (A == B)
    return true;
  if (sys::path::is_absolute(A) == sys::path::is_absolute(B))
    return false;
  StringRef Long = sys::path::is_absolute(A) ? A : B;
  StringRef Short = sys::path::is_absolute(A) ? B : A;
  return Long.size() > Short.size() && Long.ends_with(Short) &&
         Long[Long.size() - Short.size() - 1] == '/';
}

bool sameLine(const Place &A, const Place &B) {
  return A.Line != 0 && A.Line == B.Line &&
         sameFile(normal(A.File), normal(B.File));
}

bool pointsAt(const Finding &F, const Place &At) {
  return any_of(F.Notes, [&](const Note &N) { return sameLine(N.At, At); });
}

/// How well a report matches a finding of the same rule: 2 for the same line, 1
/// for a line in a note, 0 for no match.
unsigned fit(const Finding &Static, const Finding &Run) {
  if (sameLine(Static.At, Run.At))
    return 2;
  return pointsAt(Static, Run.At) || pointsAt(Run, Static.At) ? 1 : 0;
}

} // namespace

void RunLogReader::read(StringRef Name, StringRef Text) {
  for (unsigned Line = 1; !Text.empty(); ++Line) {
    bool Whole = Text.contains('\n');
    auto [One, Rest] = Text.split('\n');
    Text = Rest;
    One = One.trim();
    if (One.empty())
      continue;
    auto Problem = [&](const Twine &Reason) {
      Problems.push_back(
          (Name + ":" + Twine(Line) + ": no report: " + Reason).str());
    };
    Expected<json::Value> Parsed = json::parse(One);
    if (!Parsed) {
      std::string Reason = toString(Parsed.takeError());
      Problem(Whole ? Twine(Reason)
                    : Twine("the log ends in the middle of a line"));
      continue;
    }
    const json::Object *Object = Parsed->getAsObject();
    std::optional<int64_t> Version =
        Object ? Object->getInteger("aio") : std::nullopt;
    if (!Version) {
      Problem("it has no field 'aio'");
      continue;
    }
    if (*Version != KnownVersion) {
      Problem("it is of version " + Twine(*Version) +
              ", and this corolint reads version " + Twine(KnownVersion));
      continue;
    }
    Finding F;
    std::string Task;
    json::Path::Root Root("report");
    if (!readReport(*Parsed, F, Task, Root)) {
      Problem(toString(Root.getError()));
      continue;
    }
    if (auto Reason = Object->getString("allowed")) {
      ++Allowed[{F.Rule, Reason->str()}];
      continue;
    }
    ++Reports;
    auto It = find_if(All, [&](const Seen &S) {
      return S.What.At == F.At && S.What.Rule == F.Rule &&
             S.What.Message == F.Message;
    });
    if (It == All.end())
      It = All.insert(All.end(), Seen{std::move(F), {}, 0});
    ++It->Times;
    if (!Task.empty() && !is_contained(It->Tasks, Task))
      It->Tasks.push_back(std::move(Task));
  }
}

RunLog RunLogReader::take() {
  RunLog Log;
  for (Seen &S : All) {
    std::string Text;
    if (S.Times > 1)
      Text = "reported " + std::to_string(S.Times) + " times";
    if (S.Tasks.size() == 1)
      Text +=
          (Text.empty() ? "in task '" : ", in task '") + S.Tasks.front() + "'";
    else if (S.Tasks.size() > 1)
      Text += ", in " + std::to_string(S.Tasks.size()) + " tasks";
    if (!Text.empty())
      S.What.Notes.push_back({Place(), Text});
    S.What.FoundBy = "run";
    Log.Findings.push_back(std::move(S.What));
  }
  llvm::sort(Log.Findings);
  Log.Allowed = std::move(Allowed);
  Log.Problems = std::move(Problems);
  Log.Reports = Reports;
  *this = RunLogReader();
  return Log;
}

Joined join(std::vector<Finding> Static, std::vector<Finding> Run) {
  Joined J;
  std::vector<bool> Confirmed(Static.size());
  for (Finding &R : Run) {
    // The best match; of several, the nearest line.
    std::optional<size_t> Best;
    auto Rank = [&](size_t I) {
      unsigned A = Static[I].At.Line, B = R.At.Line;
      return std::pair(-int(fit(Static[I], R)), A > B ? A - B : B - A);
    };
    for (size_t I = 0; I < Static.size(); ++I)
      if (Static[I].Rule == R.Rule && fit(Static[I], R) != 0 &&
          (!Best || Rank(I) < Rank(*Best)))
        Best = I;
    if (!Best) {
      J.RunOnly.push_back(std::move(R));
      continue;
    }
    Confirmed[*Best] = true;
    Finding &S = Static[*Best];
    S.FoundBy = "both";
    S.Notes.push_back({R.At, "at run time: " + R.Message});
    if (!R.Notes.empty() && R.Notes.back().At.Line == 0)
      S.Notes.push_back(R.Notes.back());
  }
  for (size_t I = 0; I < Static.size(); ++I)
    (Confirmed[I] ? J.Both : J.StaticOnly).push_back(std::move(Static[I]));
  return J;
}

} // namespace coro
