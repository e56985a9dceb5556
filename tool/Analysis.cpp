// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Skips, remembers, and hands the rest to workers.
#include "Analysis.h"
#include "Inputs.h"
#include "Project.h"
#include "TranslationUnit.h"
#include "Worker.h"
#include "llvm/Support/Path.h"

namespace coro {

static bool affected(const FileResult &F,
                     const std::set<std::string> &Changed) {
  for (const std::string &Input : F.Inputs)
    if (Changed.count(Input))
      return true;
  for (const std::string &Path : Changed)
    if (llvm::sys::path::filename(Path) == ".clang-tidy" &&
        isBelow(F.File, llvm::sys::path::parent_path(Path)))
      return true;
  return false;
}

RunResult analyse(const Request &R,
                  const std::function<void(const FileResult &)> &Done) {
  RunResult Run;
  size_t Count = R.Files.size();
  Run.Files.resize(Count);
  Cache Remembered(R.CacheDirectory);
  std::vector<FileInputs> Files(Count);
  if ((R.SkipUnrelated || Remembered || R.Changed) &&
      !findInputs(R, Remembered, Files)) {
    Run.Interrupted = true;
    return Run;
  }

  std::vector<size_t> Left;
  for (size_t I = 0; I < Count; ++I) {
    FileResult &Result = Run.Files[I];
    Result.File = R.Files[I];
    Result.Inputs = std::move(Files[I].Inputs);
    Result.Unaffected =
        R.Changed && Files[I].Scanned && !affected(Result, *R.Changed);
    if (Result.Unaffected || (R.SkipUnrelated && !Files[I].Related &&
                              !R.AlwaysParse.count(Result.File))) {
      Result.Status = FileResult::Skipped;
      Done(Result);
      continue;
    }
    if (!Files[I].Key.empty())
      if (auto Text = Remembered.get(Files[I].Key)) {
        FileResult Earlier;
        if (decode(*Text, Earlier, Run.Facts)) {
          Earlier.File = std::move(Result.File);
          Earlier.Inputs = std::move(Result.Inputs);
          Earlier.Remembered = true;
          Result = std::move(Earlier);
          Done(Result);
          continue;
        }
      }
    Left.push_back(I);
  }
  // The longest first, so that no worker is left alone with one at the end.
  llvm::sort(Left, [&](size_t A, size_t B) {
    return std::pair(Files[B].Size, A) < std::pair(Files[A].Size, B);
  });

  Run.Interrupted = !runWorkers(
      Left.size(), R.Jobs, R.Timeout,
      [&](size_t Index) {
        FileResult Result;
        FactsSeen Facts;
        analyseOne(R, R.Files[Left[Index]], Result, Facts);
        return encode(Result, Facts);
      },
      [&](size_t Index, const WorkerEnd &End) {
        FileResult &Result = Run.Files[Left[Index]];
        FileResult New;
        if (!End.Died.empty() || !decode(End.Output, New, Run.Facts)) {
          New = FileResult();
          New.Status = FileResult::Crashed;
          New.Errors.push_back(
              Result.File + ": error: " +
              (End.TimedOut
                   ? "not done after " + std::to_string(R.Timeout) +
                         " seconds (--timeout); the analysis was stopped"
                   : "Clang crashed on this file (" +
                         (End.Died.empty() ? "no result" : End.Died) + ")"));
        } else if (New.Status == FileResult::Analysed && New.Problems.empty() &&
                   !Files[Left[Index]].Key.empty()) {
          Remembered.put(Files[Left[Index]].Key, End.Output);
        }
        New.File = std::move(Result.File);
        New.Inputs = std::move(Result.Inputs);
        Result = std::move(New);
        Done(Result);
      });
  Remembered.prune();
  Run.CacheProblem = Remembered.problem();

  // One finding a place, whatever the number of files that include it.
  std::set<std::tuple<Place, std::string>> Seen;
  for (FileResult &F : Run.Files) {
    std::move(F.Suppressions.begin(), F.Suppressions.end(),
              std::back_inserter(Run.Suppressions));
    for (const Finding &Found : F.Findings)
      if (Seen.insert({Found.At, Found.Rule}).second)
        Run.Findings.push_back(Found);
  }
  llvm::sort(Run.Findings);
  return Run;
}

} // namespace coro
