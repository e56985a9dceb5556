// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counts files and findings, and estimates the remaining time.
#include "gate/Progress.h"
#include "Console.h"
#include "Paths.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace coro {

Progress::Progress(size_t Total, bool Quiet)
    : Total(Total),
      Shown(Total > 1 && sys::Process::StandardErrIsDisplayed() && !Quiet) {}

void Progress::add(const FileResult &F) {
  ++Done;
  Findings += F.Findings.size();
  if (F.Status != FileResult::Skipped && !F.Remembered)
    ++Parsed;
  if (!Shown)
    return;
  clear();
  errs() << '[' << Done << '/' << Total << "] " << plural(Findings, "finding");
  auto Now = std::chrono::steady_clock::now();
  if (Parsed > 1) {
    auto Left = std::chrono::duration_cast<std::chrono::seconds>(
                    (Now - Start) * (Total - Done) / Parsed)
                    .count();
    errs() << ", about " << Left / 60 << ':' << (Left % 60 < 10 ? "0" : "")
           << Left % 60 << " left";
  }
  errs().flush();
}

void Progress::clear() const {
  if (Shown)
    errs() << "\r\033[K";
}

void sayWhat(const FileResult &F, StringRef Root) {
  errs() << "corolint: " << relativeTo(Root, F.File) << ": ";
  if (F.Status == FileResult::Skipped)
    errs() << (F.Unaffected
                   ? "skipped: reads nothing that changed"
                   : "skipped: none of the " + plural(F.Inputs.size(), "file") +
                         " it reads names a coroutine or a known task")
           << '\n';
  else
    errs() << (F.Remembered ? "remembered" : "parsed") << '\n';
}

} // namespace coro
