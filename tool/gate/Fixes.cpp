// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Applies edits from the end of each file to its start, so that the offsets of
// the remaining ones stay valid.
#include "gate/Fixes.h"
#include "Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>

using namespace llvm;

namespace coro {
namespace {

/// The offset of a place in a text, or npos.
size_t offsetOf(StringRef Text, const Place &P) {
  size_t At = 0;
  for (unsigned Line = 1; Line < P.Line; ++Line) {
    At = Text.find('\n', At);
    if (At == StringRef::npos)
      return At;
    ++At;
  }
  At += P.Column - 1;
  return At <= Text.size() ? At : StringRef::npos;
}

struct Change {
  size_t Begin, End;
  std::string Text;
  auto operator<=>(const Change &) const = default;
};

} // namespace

std::vector<FixedFile> applyFixes(std::vector<Finding> &Findings, bool Unsafe) {
  struct Work {
    std::unique_ptr<MemoryBuffer> Buffer;
    std::vector<Change> Changes; // none overlaps another
  };
  std::map<std::string, Work> Files;
  erase_if(Findings, [&](const Finding &F) {
    if (F.Fixes.empty() || (F.Applicability != "safe" && !Unsafe))
      return false;
    // Applies all edits of a finding, or none of them.
    std::vector<std::pair<Work *, Change>> New;
    for (const Edit &E : F.Fixes) {
      Work &W = Files[E.Begin.File];
      if (!W.Buffer)
        if (auto Buffer = MemoryBuffer::getFile(E.Begin.File))
          W.Buffer = std::move(*Buffer);
      if (!W.Buffer)
        return false;
      StringRef Text = W.Buffer->getBuffer();
      Change C{offsetOf(Text, E.Begin), offsetOf(Text, E.End), E.Text};
      if (C.Begin == StringRef::npos || C.End == StringRef::npos ||
          C.End < C.Begin)
        return false;
      for (const Change &Other : W.Changes)
        // The result of two insertions at one place depends on their order.
        if (Other != C && C.Begin <= Other.End && Other.Begin <= C.End)
          return false;
      New.push_back({&W, std::move(C)});
    }
    for (auto &[W, C] : New)
      if (!is_contained(W->Changes, C))
        W->Changes.push_back(std::move(C));
    return true;
  });
  std::vector<FixedFile> All;
  for (auto &[Name, W] : Files) {
    if (W.Changes.empty())
      continue;
    FixedFile F{Name, W.Buffer->getBuffer().str(), W.Buffer->getBuffer().str()};
    llvm::sort(W.Changes);
    for (const Change &C : llvm::reverse(W.Changes))
      F.After.replace(C.Begin, C.End - C.Begin, C.Text);
    All.push_back(std::move(F));
  }
  return All;
}

void writeDiff(raw_ostream &OS, const FixedFile &F, StringRef Root) {
  SmallVector<StringRef, 0> Old, New;
  StringRef(F.Before).split(Old, '\n');
  StringRef(F.After).split(New, '\n');
  // A simple search is enough for the few lines that fixes change.
  std::string Path = StringRef(relativeTo(Root, F.File)).ltrim('/').str();
  OS << "--- a/" << Path << "\n+++ b/" << Path << '\n';
  size_t I = 0, J = 0;
  constexpr size_t Context = 3;
  struct Hunk {
    size_t Old, OldCount, New, NewCount;
  };
  std::vector<Hunk> Hunks;
  while (I < Old.size() || J < New.size()) {
    if (I < Old.size() && J < New.size() && Old[I] == New[J]) {
      ++I;
      ++J;
      continue;
    }
    // Finds the nearest pair of equal lines after the change.
    size_t Best = Old.size() + New.size(), A = Old.size(), B = New.size();
    for (size_t X = I; X < Old.size() && X - I < Best; ++X)
      for (size_t Y = J; Y < New.size() && (X - I) + (Y - J) < Best; ++Y)
        if (Old[X] == New[Y]) {
          Best = (X - I) + (Y - J);
          A = X;
          B = Y;
        }
    Hunks.push_back({I, A - I, J, B - J});
    I = A;
    J = B;
  }
  for (size_t First = 0; First < Hunks.size();) {
    size_t Last = First;
    while (Last + 1 < Hunks.size() &&
           Hunks[Last + 1].Old - (Hunks[Last].Old + Hunks[Last].OldCount) <=
               2 * Context)
      ++Last;
    size_t Start = std::min(Context, Hunks[First].Old);
    size_t OldBegin = Hunks[First].Old - Start;
    size_t NewBegin = Hunks[First].New - Start;
    size_t OldEnd = std::min(Hunks[Last].Old + Hunks[Last].OldCount + Context,
                             Old.size() - (Old.back().empty() ? 1 : 0));
    OldEnd = std::max(OldEnd, Hunks[Last].Old + Hunks[Last].OldCount);
    size_t NewEnd = Hunks[Last].New + Hunks[Last].NewCount + OldEnd -
                    (Hunks[Last].Old + Hunks[Last].OldCount);
    OS << "@@ -" << OldBegin + 1 << ',' << OldEnd - OldBegin << " +"
       << NewBegin + 1 << ',' << NewEnd - NewBegin << " @@\n";
    size_t At = OldBegin;
    for (size_t H = First; H <= Last; ++H) {
      for (; At < Hunks[H].Old; ++At)
        OS << ' ' << Old[At] << '\n';
      for (; At < Hunks[H].Old + Hunks[H].OldCount; ++At)
        OS << '-' << Old[At] << '\n';
      for (size_t N = Hunks[H].New; N < Hunks[H].New + Hunks[H].NewCount; ++N)
        OS << '+' << New[N] << '\n';
    }
    for (; At < OldEnd; ++At)
      OS << ' ' << Old[At] << '\n';
    First = Last + 1;
  }
}

std::error_code store(const FixedFile &F) {
  sys::fs::file_status Status;
  if (std::error_code Error = sys::fs::status(F.File, Status))
    return Error;
  Expected<sys::fs::TempFile> New =
      sys::fs::TempFile::create(F.File + ".%%%%%%%%.tmp", Status.permissions());
  if (!New)
    return errorToErrorCode(New.takeError());
  raw_fd_ostream OS(New->FD, /*shouldClose=*/false);
  OS << F.After;
  OS.flush();
  if (std::error_code Error = OS.error()) {
    OS.clear_error();
    consumeError(New->discard());
    return Error;
  }
  return errorToErrorCode(New->keep(F.File));
}

} // namespace coro
