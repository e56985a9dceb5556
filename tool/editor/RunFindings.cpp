// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the line of each report in a text that may have changed since the run.
#include "editor/RunFindings.h"
#include "RunLog.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

/// The number of lines that a line may have moved up or down.
static constexpr unsigned Reach = 2000;

static std::string withoutSpace(StringRef Line) {
  std::string Text;
  for (char C : Line)
    if (!clang::isWhitespace(C))
      Text += C;
  return Text;
}

/// The absolute path of a file that a log names; empty if it does not exist.
static std::string resolve(StringRef File,
                           const std::vector<std::string> &Roots) {
  SmallString<256> Path(File);
  if (sys::path::is_absolute(File)) {
    sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    return std::string(Path);
  }
  // Compilers usually run in the project or in its build directory.
  for (const std::string &Root : Roots)
    for (StringRef Below : {"", "build"}) {
      Path = Root;
      sys::path::append(Path, Below, File);
      sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
      if (sys::fs::exists(Path))
        return std::string(Path);
    }
  return {};
}

std::set<std::string> RunFindings::read(const std::vector<std::string> &Logs,
                                        const std::vector<std::string> &Roots,
                                        const TextOf &Text) {
  std::set<std::string> Touched;
  for (const auto &[File, All] : ByFile)
    Touched.insert(File);
  ByFile.clear();
  RunLogReader Reader;
  for (const std::string &Log : Logs) {
    // A missing log is no error: the program has not run yet.
    auto Buffer = MemoryBuffer::getFile(Log, /*IsText=*/true);
    if (!Buffer)
      continue;
    // The program may be in the middle of writing the last line.
    StringRef Whole = (*Buffer)->getBuffer();
    Reader.read(Log, Whole.take_front(Whole.rfind('\n') + 1));
  }
  RunLog All = Reader.take();
  Problems = std::move(All.Problems);
  for (Finding &F : All.Findings) {
    std::string Path = resolve(F.At.File, Roots);
    const Document *D = Path.empty() ? nullptr : Text(Path);
    if (!D || F.At.Line == 0 || F.At.Line > D->lines()) {
      Problems.push_back("a report is not shown, its place is not there: " +
                         F.At.File + ":" + std::to_string(F.At.Line));
      continue;
    }
    for (Note &N : F.Notes)
      if (N.At.Line != 0)
        N.At.File = resolve(N.At.File, Roots);
    std::string Line = withoutSpace(D->line(F.At.Line - 1));
    ByFile[Path].push_back({std::move(F), std::move(Line)});
    Touched.insert(std::move(Path));
  }
  // Logs may name one file by several paths.
  for (auto &[File, Found] : ByFile)
    llvm::sort(Found, [](const Anchored &A, const Anchored &B) {
      return std::tie(A.What.At.Line, A.What) <
             std::tie(B.What.At.Line, B.What);
    });
  return Touched;
}

/// The line with the text \p Wanted that is nearest to \p Line; both count from
/// 0.
static std::optional<unsigned> nearest(ArrayRef<StringRef> Lines, unsigned Line,
                                       StringRef Wanted) {
  for (unsigned Away = 0; Away <= Reach; ++Away) {
    if (Away <= Line && Line - Away < Lines.size() &&
        withoutSpace(Lines[Line - Away]) == Wanted)
      return Line - Away;
    if (Line + Away < Lines.size() &&
        withoutSpace(Lines[Line + Away]) == Wanted)
      return Line + Away;
  }
  return std::nullopt;
}

json::Array RunFindings::diagnostics(StringRef Path, const Document &D,
                                     Encoding E, const TextOf &Text) const {
  json::Array Out;
  auto It = ByFile.find(Path.str());
  if (It == ByFile.end())
    return Out;
  SmallVector<StringRef, 0> Lines;
  D.text().split(Lines, '\n');
  for (const Anchored &A : It->second)
    if (std::optional<unsigned> Line =
            nearest(Lines, A.What.At.Line - 1, A.Line))
      Out.push_back(diagnostic(A.What, D, *Line, E, Text));
  return Out;
}

} // namespace coro
