// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Decides for each file: skip it, take its result from the cache, or give it to
// a worker.
#include "project/Analysis.h"
#include "Paths.h"
#include "analysis/SharedHead.h"
#include "analysis/TranslationUnit.h"
#include "project/Inputs.h"
#include "project/Worker.h"
#include "llvm/Support/MathExtras.h"
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

static void analyseAlone(const Request &R, const std::string &File,
                         const Say &Tell) {
  FileResult Result;
  FactsSeen Facts;
  analyseOne(R, File, Result, Facts);
  Tell(encode(Result, Facts));
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
  auto Finish = [&](size_t I, const WorkerEnd &End) {
    FileResult &Result = Run.Files[I];
    FileResult New;
    if (!End.Died.empty() || !decode(End.Output, New, Run.Facts)) {
      New.Status = FileResult::Crashed;
      New.Errors.push_back(
          Result.File + ": error: " +
          (!End.NotStarted.empty()
               ? "this file was not analysed: " + End.NotStarted
           : End.TimedOut
               ? "not done after " + std::to_string(R.Timeout) +
                     " seconds (--timeout); the analysis was stopped"
               : "Clang crashed on this file (" +
                     (End.Died.empty() ? "no result" : End.Died) + ")"));
    } else if (New.Status == FileResult::Analysed && New.Problems.empty() &&
               !Files[I].Key.empty()) {
      Remembered.put(Files[I].Key, End.Output);
    }
    New.File = std::move(Result.File);
    New.Inputs = std::move(Result.Inputs);
    Result = std::move(New);
    Done(Result);
  };
  // Files that begin with the same includes are parsed together. The groups are
  // small enough to give every worker some.
  std::vector<std::vector<size_t>> Groups = groupByHead(
      R, Left, std::min<size_t>(8, llvm::divideCeil(Left.size(), R.Jobs)));
  auto Size = [&](const std::vector<size_t> &Group) {
    uint64_t First = Files[Group.front()].Size;
    return First + (Group.size() - 1) * First / 4;
  };
  // The largest group first, so that no worker is alone with it at the end.
  llvm::sort(Groups, [&](const auto &A, const auto &B) {
    return std::pair(Size(B), A) < std::pair(Size(A), B);
  });
  std::vector<size_t> Alone;
  Run.Interrupted = !runWorkers(
      Groups.size(), R.Jobs, R.Timeout,
      [&](size_t Index, const Say &Tell) {
        const std::vector<size_t> &Group = Groups[Index];
        if (Group.size() == 1)
          return analyseAlone(R, R.Files[Group.front()], Tell);
        std::vector<std::string> Names;
        Names.reserve(Group.size());
        for (size_t I : Group)
          Names.push_back(R.Files[I]);
        analyseTogether(
            R, Names,
            [&](size_t N, const FileResult &Result, const FactsSeen &Facts) {
              std::string Text = encode(Result, Facts);
              Tell(std::to_string(N) + " " + std::to_string(Text.size()) +
                   "\n" + Text);
            });
      },
      [&](size_t Index, const WorkerEnd &End) {
        const std::vector<size_t> &Group = Groups[Index];
        if (Group.size() == 1)
          return Finish(Group.front(), End);
        std::set<size_t> Missing(Group.begin(), Group.end());
        llvm::StringRef Text = End.Output;
        size_t N = 0, Length = 0;
        while (!Text.consumeInteger(10, N) && N < Group.size() &&
               Text.consume_front(" ") && !Text.consumeInteger(10, Length) &&
               Text.consume_front("\n") && Length <= Text.size()) {
          if (Missing.erase(Group[N]))
            Finish(Group[N], {Text.take_front(Length).str(), "", "", false});
          Text = Text.drop_front(Length);
        }
        Alone.insert(Alone.end(), Missing.begin(), Missing.end());
      });
  // Files of a group that failed are analysed again alone, for their errors.
  if (!Run.Interrupted)
    Run.Interrupted = !runWorkers(
        Alone.size(), R.Jobs, R.Timeout,
        [&](size_t Index, const Say &Tell) {
          analyseAlone(R, R.Files[Alone[Index]], Tell);
        },
        [&](size_t Index, const WorkerEnd &End) { Finish(Alone[Index], End); });
  Remembered.prune();
  Run.CacheProblem = Remembered.problem();

  // A finding in a header is reported once, however many files include it.
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
