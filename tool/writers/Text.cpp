// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings the way a compiler prints them, with the source line below.
#include "Writer.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include <map>

using namespace llvm;

namespace coro {
namespace {

class SourceLines {
public:
  /// The text of a line, or an empty string.
  StringRef line(const Place &At) {
    auto [It, New] = Files.try_emplace(At.File);
    if (New)
      if (auto Buffer = MemoryBuffer::getFile(At.File)) {
        It->second.Buffer = std::move(*Buffer);
        It->second.Buffer->getBuffer().split(It->second.Lines, '\n');
      }
    const auto &Lines = It->second.Lines;
    return At.Line >= 1 && At.Line <= Lines.size()
               ? Lines[At.Line - 1].rtrim('\r')
               : StringRef();
  }

private:
  struct File {
    std::unique_ptr<MemoryBuffer> Buffer;
    SmallVector<StringRef, 0> Lines;
  };
  std::map<std::string, File> Files;
};

std::string shown(StringRef File, StringRef Root) {
  if (!Root.empty() && File.starts_with(Root) && File.size() > Root.size() &&
      File[Root.size()] == '/')
    return File.drop_front(Root.size() + 1).str();
  return File.str();
}

void frame(raw_ostream &OS, SourceLines &Sources, const Place &At) {
  StringRef Line = Sources.line(At);
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

} // namespace

void writeText(raw_ostream &OS, const std::vector<Finding> &Findings,
               StringRef Root) {
  SourceLines Sources;
  auto Head = [&](const Place &At) {
    if (At.Line)
      WithColor(OS, raw_ostream::SAVEDCOLOR, /*Bold=*/true)
          << shown(At.File, Root) << ':' << At.Line
          << (At.Column ? ":" + std::to_string(At.Column) : "") << ": ";
  };
  for (const Finding &F : Findings) {
    Head(F.At);
    WithColor(OS, HighlightColor::Warning) << "warning: ";
    OS << F.Message << " [" << F.Rule << "]\n";
    frame(OS, Sources, F.At);
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
