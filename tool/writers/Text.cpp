// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings like a compiler does, with the source line below each.
#include "Paths.h"
#include "writers/Writer.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

namespace coro {
namespace {

void frame(raw_ostream &OS, SourceLines &Sources, const Place &At) {
  StringRef Line = Sources.line(At.File, At.Line);
  if (Line.empty())
    return;
  std::string Number = std::to_string(At.Line);
  std::string Margin(std::max<size_t>(5, Number.size()), ' ');
  OS << Margin.substr(Number.size()) << Number << " | ";
  std::string Caret;
  unsigned Column = 0;
  for (char C : Line) {
    ++Column;
    OS << (C == '\t' ? ' ' : C);
    if (Column < At.Column && (static_cast<unsigned char>(C) & 0xC0) != 0x80)
      Caret += ' ';
  }
  OS << '\n';
  if (At.Column == 0)
    return;
  OS << Margin << " | " << Caret;
  WithColor(OS, raw_ostream::GREEN, /*Bold=*/true) << '^';
  OS << '\n';
}

/// The path of the installed page of a rule, or an empty string.
std::string pageFile(StringRef Rule) {
  static const std::string Self = sys::fs::getMainExecutable(nullptr, nullptr);
  if (!Rule.consume_front("coro-"))
    return {};
  SmallString<256> Path(sys::path::parent_path(Self));
  sys::path::append(Path, "..", "share", "doc", "corolint");
  sys::path::append(Path, "pitfalls", Rule + ".md");
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return sys::fs::exists(Path) ? std::string(Path) : std::string();
}

/// The name of the rule, which in a terminal is a link to its page.
std::string linked(const raw_ostream &OS, const std::string &Rule) {
  std::string Page = OS.is_displayed() ? pageFile(Rule) : std::string();
  if (Page.empty())
    return Rule;
  return "\033]8;;file://" + Page + "\033\\" + Rule + "\033]8;;\033\\";
}

} // namespace

void writeText(raw_ostream &OS, const Results &R) {
  SourceLines Sources;
  auto Head = [&](const Place &At) {
    if (At.Line)
      WithColor(OS, raw_ostream::SAVEDCOLOR, /*Bold=*/true)
          << relativeTo(R.Root, At.File) << ':' << At.Line
          << (At.Column ? ":" + std::to_string(At.Column) : "") << ": ";
  };
  for (const Finding &F : R.Findings) {
    Head(F.At);
    if (F.Severity == "note")
      WithColor(OS, HighlightColor::Remark) << "remark: ";
    else
      WithColor(OS, HighlightColor::Warning) << "warning: ";
    OS << F.Message << " [" << linked(OS, F.Rule) << "]\n";
    frame(OS, Sources, F.At);
    // A fix that hangs on a note has been told there.
    if (F.Applicability == "safe") {
      Head(F.Fixes.front().Begin);
      WithColor(OS, HighlightColor::Note)
          << "note: " << fixTitle(F) << " (--fix)\n";
    }
    for (const Note &N : F.Notes) {
      Head(N.At);
      WithColor(OS, HighlightColor::Note) << "note: ";
      OS << N.Message << '\n';
      if (N.At.Line && N.At != F.At)
        frame(OS, Sources, N.At);
    }
  }
}

} // namespace coro
