// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as one HTML page that needs no other file, with a drawing of
// the path through the coroutine beside its source lines.
#include "Pages.h"
#include "Paths.h"
#include "writers/Writer.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace llvm;

namespace coro {
namespace {

constexpr StringRef Head = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>corolint</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #656d76; --line: #d0d7de; --back: #ffffff; --code: #f6f8fa;
  --error: #cf222e; --warning: #9a6700; --note: #0969da; --suspend: #8250df; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #8d96a0; --line: #30363d; --back: #0d1117;
  --code: #161b22; --error: #ff7b72; --warning: #d29922; --note: #79c0ff; --suspend: #d2a8ff; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 0; font-weight: 600; }
code, pre, table.code { font: 13px/20px ui-monospace, monospace; }
article { border: 1px solid var(--line); border-radius: 6px; margin: 1.5rem 0; overflow: hidden; }
header { padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
header p { margin: .2rem 0 0; color: var(--soft); }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; border: 1px solid currentColor; font-size: .8rem; }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
.flow { display: flex; background: var(--code); overflow-x: auto; }
.flow svg { flex: none; }
table.code { border-collapse: collapse; white-space: pre; tab-size: 4; }
table.code td { padding: 0 .8em 0 0; height: 20px; } table.code td.n { color: var(--soft); text-align: right; user-select: none; }
tr.hit { background: color-mix(in srgb, var(--warning) 14%, transparent); }
tr.gap td { color: var(--soft); }
ol, ul { margin: .6rem 1rem .8rem; padding-left: 1.4rem; } li { margin: .1rem 0; }
svg .path { stroke: var(--line); stroke-width: 2; fill: none; }
svg text { font: 600 10px ui-monospace, monospace; text-anchor: middle; fill: var(--back); }
svg .error { fill: var(--error); } svg .warning { fill: var(--warning); } svg .note { fill: var(--note); }
svg .suspend { fill: var(--back); stroke: var(--suspend); stroke-width: 2; }
details { padding: .2rem 1rem .6rem; } details pre { white-space: pre-wrap; }
nav a { margin-right: 1em; }
</style>
</head>
<body>
<h1>corolint</h1>
)html";

/// Whether the code of a line contains `co_await` or `co_yield`.
bool suspends(StringRef Line) {
  Line = Line.take_front(Line.find("//"));
  return Line.contains("co_await") || Line.contains("co_yield");
}

class HtmlWriter {
public:
  HtmlWriter(raw_ostream &OS, const Results &R) : OS(OS), R(R) {}

  void write() {
    OS << Head;
    std::map<std::string, size_t> Rules;
    for (const Finding &F : R.Findings)
      ++Rules[F.Rule];
    OS << "<p>" << R.Findings.size()
       << (R.Findings.size() == 1 ? " finding" : " findings");
    if (!R.Errors.empty())
      OS << "; " << R.Errors.size() << " errors: not everything was analysed";
    OS << ".</p>\n<nav>";
    for (const auto &[Rule, Count] : Rules)
      OS << "<a href=\"#" << escaped(Rule) << "\">" << escaped(Rule) << " ("
         << Count << ")</a>";
    OS << "</nav>\n";
    if (!R.Errors.empty()) {
      OS << "<ul>\n";
      for (const std::string &Error : R.Errors)
        OS << "<li class=\"error\">" << escaped(Error) << "</li>\n";
      OS << "</ul>\n";
    }
    std::set<std::string> Named;
    for (const auto &Rule : Rules) {
      OS << "<section id=\"" << escaped(Rule.first) << "\">\n";
      page(Rule.first);
      for (const Finding &F : R.Findings)
        if (F.Rule == Rule.first)
          finding(F);
      OS << "</section>\n";
    }
    OS << "</body>\n</html>\n";
  }

private:
  static std::string escaped(StringRef Text) {
    std::string Out;
    raw_string_ostream S(Out);
    printHTMLEscaped(json::fixUTF8(Text), S);
    return Out;
  }

  void page(StringRef Rule) {
    for (size_t I = 0; I < PageCount; ++I)
      if (Rule == ("coro-" + Twine(Pages[I].Id)).str())
        OS << "<details><summary>About " << escaped(Rule) << "</summary><pre>"
           << escaped(Pages[I].Text) << "</pre></details>\n";
  }

  void finding(const Finding &F) {
    OS << "<article>\n<header><h2>" << escaped(F.Message) << "</h2><p><code>"
       << escaped(relativeTo(R.Root, F.At.File)) << ':' << F.At.Line
       << "</code>";
    if (!F.Entity.empty())
      OS << " in <code>" << escaped(F.Entity) << "</code>";
    OS << " <span class=\"badge " << F.Severity << "\">" << F.Severity
       << "</span> <code>" << escaped(F.Rule) << "</code></p></header>\n";
    flow(F);
    bool List = false;
    for (const Note &N : F.Notes) {
      if (N.Step)
        continue;
      OS << (std::exchange(List, true) ? "<li>" : "<ul><li>")
         << escaped(N.Message);
      if (N.At.Line)
        OS << " (<code>" << escaped(relativeTo(R.Root, N.At.File)) << ':'
           << N.At.Line << "</code>)";
      OS << "</li>\n";
    }
    if (List)
      OS << "</ul>\n";
    OS << "</article>\n";
  }

  /// Writes the lines from the first step to the last, with the path beside
  /// them.
  void flow(const Finding &F) {
    auto Steps = pathOf(F);
    unsigned First = Steps.front().first.Line, Last = Steps.back().first.Line;
    First = First > 2 ? First - 2 : 1;
    Last = std::min(Last + 2, Sources.count(F.At.File));
    if (Last < First)
      return;
    // Leaves out long parts without a step or a suspension.
    std::vector<unsigned> Rows; // 0: a gap
    for (unsigned Line = First; Line <= Last; ++Line) {
      bool Near = any_of(Steps, [&](const auto &S) {
        return S.first.Line + 2 >= Line && Line + 2 >= S.first.Line;
      });
      if (Near || Last - First < 40 || suspends(Sources.line(F.At.File, Line)))
        Rows.push_back(Line);
      else if (Rows.empty() || Rows.back() != 0)
        Rows.push_back(0);
    }
    auto Row = [&](unsigned Line) { return find(Rows, Line) - Rows.begin(); };
    OS << "<div class=\"flow\"><svg width=\"40\" height=\"" << Rows.size() * 20
       << "\" role=\"img\" aria-label=\"path\"><path class=\"path\" d=\"M20 "
       << Row(Steps.front().first.Line) * 20 + 10 << " V"
       << Row(Steps.back().first.Line) * 20 + 10 << "\"/>";
    for (size_t I = 0; I < Rows.size(); ++I)
      if (Rows[I] > Steps.front().first.Line &&
          Rows[I] < Steps.back().first.Line &&
          suspends(Sources.line(F.At.File, Rows[I])))
        OS << "<circle class=\"suspend\" cx=\"20\" cy=\"" << I * 20 + 10
           << "\" r=\"5\"><title>may suspend here</title></circle>";
    std::map<unsigned, std::string> Numbers;
    for (size_t I = 0; I < Steps.size(); ++I) {
      std::string &N = Numbers[Steps[I].first.Line];
      N += (N.empty() ? "" : ",") + std::to_string(I + 1);
    }
    for (const auto &[Line, Number] : Numbers)
      OS << "<g><circle class=\"" << (Line == F.At.Line ? F.Severity : "note")
         << "\" cx=\"20\" cy=\"" << Row(Line) * 20 + 10
         << "\" r=\"9\"/><text x=\"20\" y=\"" << Row(Line) * 20 + 14 << "\">"
         << Number << "</text></g>";
    OS << "</svg><table class=\"code\">\n";
    for (unsigned Line : Rows)
      if (Line)
        OS << "<tr" << (Line == F.At.Line ? " class=\"hit\"" : "")
           << "><td class=\"n\">" << Line << "</td><td>"
           << escaped(Sources.line(F.At.File, Line)) << "</td></tr>\n";
      else
        OS << "<tr class=\"gap\"><td class=\"n\"></td><td>&hellip;</td></tr>\n";
    OS << "</table></div>\n<ol>";
    for (const auto &Step : Steps)
      OS << "<li>" << escaped(Step.second) << "</li>\n";
    OS << "</ol>\n";
  }

  raw_ostream &OS;
  const Results &R;
  SourceLines Sources;
};

} // namespace

void writeHtml(raw_ostream &OS, const Results &R) { HtmlWriter(OS, R).write(); }

} // namespace coro
