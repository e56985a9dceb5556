// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint check: analyses sources, and puts the findings through the gate.
#include "Check.h"
#include "Console.h"
#include "Paths.h"
#include "analysis/Configuration.h"
#include "analysis/FactsFiles.h"
#include "analysis/RuleNames.h"
#include "commands/Command.h"
#include "commands/GateOptions.h"
#include "gate/Depfile.h"
#include "gate/Fixes.h"
#include "gate/Progress.h"
#include "gate/Revision.h"
#include "gate/SuppressionFindings.h"
#include "project/Analysis.h"
#include "project/Cache.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"

using namespace llvm;

namespace coro {

cl::SubCommand &checkCommand() {
  static cl::SubCommand Command("check", "lint files (the default)");
  return Command;
}

namespace {

#define CHECK_ONLY                                                             \
  cl::sub(cl::SubCommand::getTopLevel()), cl::sub(checkCommand()),             \
      cl::cat(category())

cl::list<std::string> Sources(cl::Positional, cl::desc("[paths...]"),
                              CHECK_ONLY);
cl::opt<std::string> BuildDir("p",
                              cl::desc("Directory with compile_commands.json"),
                              cl::value_desc("BUILD_DIR"), CHECK_ONLY);
cl::list<std::string> FactsFiles("facts",
                                 cl::desc("Facts about a library of yours"),
                                 cl::value_desc("FILE"), CHECK_ONLY);
cl::opt<std::string>
    Rules("rules", cl::desc("Rules to run: names or globs, comma separated"),
          cl::value_desc("LIST"), CHECK_ONLY);
cl::opt<unsigned> Jobs("j", cl::desc("Files to analyse at a time"),
                       cl::value_desc("N"), cl::init(0), cl::Prefix,
                       CHECK_ONLY);
cl::opt<unsigned>
    Timeout("timeout",
            cl::desc("Seconds after which a file is given up (600; 0: never)"),
            cl::value_desc("SECONDS"), cl::init(600), CHECK_ONLY);
cl::opt<std::string> CacheDir("cache-dir",
                              cl::desc("Where results are remembered"),
                              cl::value_desc("DIR"), CHECK_ONLY);
cl::opt<bool> NoCache("no-cache", cl::desc("Remember nothing"), CHECK_ONLY);
enum class Parse { All, Named, Related };
cl::opt<Parse> ParseMode(
    "parse", cl::desc("Which files are parsed"),
    cl::values(clEnumValN(Parse::All, "all", "All"),
               clEnumValN(Parse::Named, "named",
                          "Those that reach a coroutine header, and those "
                          "named by path (default)"),
               clEnumValN(Parse::Related, "related",
                          "Those that reach a coroutine header")),
    cl::init(Parse::Named), CHECK_ONLY);
cl::opt<bool> Verbose("verbose", cl::desc("Say what is done with each file"),
                      CHECK_ONLY);
cl::opt<std::string> Shard("shard",
                           cl::desc("Take the I-th of N parts of the files"),
                           cl::value_desc("I/N"), CHECK_ONLY);
cl::opt<std::string>
    DiffBase("diff-base",
             cl::desc("Report what is new since this Git revision"),
             cl::value_desc("REV"), CHECK_ONLY);
cl::opt<bool>
    RequireReasons("require-reasons",
                   cl::desc("Report NOLINT comments that give no reason"),
                   CHECK_ONLY);
enum class Fix { No, Safe, Unsafe };
cl::opt<Fix>
    FixMode("fix", cl::desc("Apply fixes"), cl::ValueOptional,
            cl::values(clEnumValN(Fix::Safe, "", "Those that are safe"),
                       clEnumValN(Fix::Safe, "safe", "Those that are safe"),
                       clEnumValN(Fix::Unsafe, "unsafe",
                                  "Also those that change what is done")),
            cl::init(Fix::No), CHECK_ONLY);
cl::opt<bool> Diff("diff",
                   cl::desc("Show what --fix would do, and change nothing"),
                   CHECK_ONLY);
cl::opt<std::string>
    Depfile("depfile",
            cl::desc("Write what was read, for Make and Ninja; its target is "
                     "the first --output"),
            cl::value_desc("FILE"), CHECK_ONLY);

/// The number of jobs: one for each processor, if there is memory for them.
unsigned jobs() {
  if (Jobs)
    return Jobs;
  unsigned N = std::max(1U, hardware_concurrency().compute_thread_count());
  if (auto Buffer = MemoryBuffer::getFileAsStream("/proc/meminfo")) {
    auto [Before, Behind] = (*Buffer)->getBuffer().split("MemAvailable:");
    uint64_t KiB = 0;
    if (!Behind.ltrim().consumeInteger(10, KiB) && KiB) {
      // A file with Boost.Asio takes about 400 MB.
      constexpr uint64_t Worker = uint64_t{512} * 1024;
      N = static_cast<unsigned>(std::clamp<uint64_t>(KiB / Worker, 1, N));
    }
  }
  return N;
}

/// Keeps only the files of this shard; false after a message.
bool takeShard(std::vector<std::string> &Files) {
  if (Shard.empty())
    return true;
  auto [I, N] = StringRef(Shard).split('/');
  unsigned Index = 0, Count = 0;
  if (I.getAsInteger(10, Index) || N.getAsInteger(10, Count) || Index < 1 ||
      Index > Count) {
    complain() << "'--shard=" << Shard << "': write I/N, with I from 1 to N\n";
    return false;
  }
  std::vector<std::string> Mine;
  for (size_t F = Index - 1; F < Files.size(); F += Count)
    Mine.push_back(std::move(Files[F]));
  Files = std::move(Mine);
  return true;
}

/// Shows or applies fixes. Removes the findings from \p Findings whose fixes
/// were applied.
int fix(std::vector<Finding> &Findings, const GateOptions &O,
        std::vector<std::string> &Also) {
  std::vector<Finding> Left = Findings;
  std::vector<FixedFile> Fixed = applyFixes(Left, FixMode == Fix::Unsafe);
  if (Diff) {
    for (const FixedFile &F : Fixed)
      writeDiff(outs(), F, O.Root);
    int Written = finishOutput();
    return Written == Clean && !Fixed.empty() ? int(HasFindings) : Written;
  }
  for (const FixedFile &F : Fixed)
    if (std::error_code Error = store(F)) {
      complain() << "cannot write '" << F.File << "': " << Error.message()
                 << '\n';
      return NotWritten;
    }
  size_t Count = Findings.size() - Left.size();
  Findings = std::move(Left);
  Also.push_back(std::to_string(Count) + " fixed");
  return Clean;
}

/// Analyses the affected files as they were in the earlier revision, and puts
/// their findings into \p Input. False if a signal stopped it.
bool analyseBefore(Request R, const Revision &Rev, const RunResult &Now,
                   StringRef Root, GateInput &Input) {
  R.Files.clear();
  for (const FileResult &F : Now.Files)
    if (F.Status != FileResult::Skipped && !Rev.Added.count(F.File))
      R.Files.push_back(F.File);
  R.Sources = Rev.Before;
  R.CacheDirectory.clear();
  R.SkipUnrelated = false;
  R.Changed = nullptr;
  RunResult Before = analyse(R, [](const FileResult &) {});
  Input.Before.emplace();
  for (const Finding &F : Before.Findings)
    Input.Before->add(F, Root);
  for (const Finding &F : judge(std::move(Before.Suppressions), RequireReasons))
    Input.Before->add(F, Root);
  size_t Broken = count_if(Before.Files, [](const FileResult &F) {
    return F.Status == FileResult::Broken || F.Status == FileResult::Crashed;
  });
  if (Broken)
    Input.Also.push_back(plural(Broken, "file") +
                         " could not be analysed as of " + DiffBase +
                         ", so all they have is new");
  return !Before.Interrupted;
}

} // namespace

int check(const CompilerFlags &Flags) {
  Request R;
  GateOptions O;
  std::vector<std::string> Wanted(Sources.begin(), Sources.end());
  if (!gateOptions(O) || !findRules(Rules, R.Rules) ||
      !checkFactsFiles(
          std::vector<std::string>(FactsFiles.begin(), FactsFiles.end()),
          R.FactsFiles))
    return BadUsage;
  if (Flags.Given && Wanted.empty()) {
    complain() << "no file named before '--'\n";
    return BadUsage;
  }
  if (O.UpdateBaseline && !DiffBase.empty()) {
    complain()
        << "'--update-baseline' writes all there is, '--diff-base' looks "
           "at what is new: use one of them\n";
    return BadUsage;
  }
  if (Diff && (O.FormatGiven || O.UpdateBaseline)) {
    complain() << "'--diff' shows fixes, and nothing else\n";
    return BadUsage;
  }
  auto Commands = findCommands(BuildDir, Flags, Wanted);
  if (!Commands)
    return BadUsage;
  R.Commands = Commands.get();
  R.Files = findFiles(*Commands, Wanted);
  if (R.Files.empty())
    return BadUsage;
  if (O.Root.empty())
    O.Root = findRoot(R.Files);
  if (!takeShard(R.Files))
    return BadUsage;
  R.Jobs = jobs();
  R.Timeout = Timeout;
  R.SkipUnrelated = ParseMode != Parse::All;
  if (ParseMode == Parse::Named)
    for (const std::string &Path : Wanted)
      R.AlwaysParse.insert(absolutePath(Path));
  if (!NoCache)
    R.CacheDirectory =
        CacheDir.empty() ? defaultCacheDirectory() : absolutePath(CacheDir);

  bool Configured = true;
  std::set<std::string> Seen;
  for (const std::string &File : R.Files)
    for (const std::string &Problem : configurationErrors(File, Seen)) {
      complain() << Problem << '\n';
      Configured = false;
    }
  if (!Configured)
    return BadUsage;
  std::optional<Revision> Rev;
  if (!DiffBase.empty()) {
    Expected<Revision> Compared = compareWith(DiffBase, O.Root);
    if (!Compared) {
      complain() << "'--diff-base=" << DiffBase
                 << "': " << toString(Compared.takeError()) << '\n';
      return BadUsage;
    }
    Rev = std::move(*Compared);
    R.Changed = &Rev->Changed;
  }

  std::set<std::string> Said;
  bool Problems = false;
  unsigned NotDone = 0, Unrelated = 0, Unaffected = 0;
  GateInput Input;
  Input.Analysed.emplace();
  Input.Rules = R.Rules;
  std::optional<Progress> Bar(std::in_place, R.Files.size(), Verbose);
  RunResult Run = analyse(R, [&](const FileResult &F) {
    Bar->clear();
    for (const std::string &Remark : F.Remarks)
      if (Said.insert(Remark).second)
        errs() << "corolint: " << Remark << '\n';
    for (const std::string &Problem : F.Problems) {
      Problems = true;
      if (Said.insert(Problem).second)
        complain() << Problem << '\n';
    }
    for (const std::string &Error : F.Errors)
      if (Said.insert(Error).second)
        errs() << Error << '\n';
    if (F.Status == FileResult::Skipped)
      ++(F.Unaffected ? Unaffected : Unrelated);
    else if (F.Status != FileResult::Analysed)
      ++NotDone;
    if (!F.Unaffected &&
        (F.Status == FileResult::Analysed || F.Status == FileResult::Skipped)) {
      Input.Analysed->insert(F.File);
      // Findings in the headers of an analysed file are complete, too.
      Input.Analysed->insert(F.Inputs.begin(), F.Inputs.end());
    }
    if (Verbose)
      sayWhat(F, O.Root);
    Bar->add(F);
  });
  Bar.reset();
  if (Run.Interrupted) {
    complain() << "interrupted; nothing is written\n";
    return Interrupted;
  }
  if (!Run.CacheProblem.empty())
    errs() << "corolint: " << Run.CacheProblem << '\n';

  for (const FileResult &F : Run.Files)
    for (const std::string &Error : F.Errors)
      if (!is_contained(Input.Errors, Error))
        Input.Errors.push_back(Error);
  Input.Findings = std::move(Run.Findings);
  for (Finding &F : judge(std::move(Run.Suppressions), RequireReasons))
    Input.Findings.push_back(std::move(F));
  llvm::sort(Input.Findings);
  if (Rev && !analyseBefore(R, *Rev, Run, O.Root, Input)) {
    complain() << "interrupted; nothing is written\n";
    return Interrupted;
  }
  Input.In = " in " + plural(R.Files.size(), "file");
  if (NotDone)
    Input.Also.push_back(std::to_string(NotDone) + " could not be analysed");
  if (Unrelated)
    Input.Also.push_back(std::to_string(Unrelated) +
                         (Unrelated == 1 ? " reaches" : " reach") +
                         " no coroutine");
  if (Unaffected)
    Input.Also.push_back(std::to_string(Unaffected) +
                         (Unaffected == 1 ? " reads" : " read") +
                         " nothing that changed");
  if (Diff || FixMode != Fix::No) {
    if (Input.Before)
      Input.Before->subtract(
          Input.Findings,
          [](const std::string &, const std::string &) { return true; });
    int Fixed = fix(Input.Findings, O, Input.Also);
    if (Fixed == NotWritten)
      return Fixed;
    if (Diff)
      return Problems ? int(BadUsage) : NotDone ? int(NotAnalysed) : Fixed;
  }
  int Verdict = judge(std::move(Input), O);
  if (Verdict == BadUsage || Verdict == NotWritten)
    return Verdict;
  if (!Depfile.empty() &&
      !writeDepfile(
          Depfile, O.Outputs.empty() ? Depfile : O.Outputs.front().second, Run))
    return NotWritten;
  if ((!Unrelated && !Unaffected &&
       !reportFacts(Run.Facts, /*Strict=*/false)) ||
      Problems)
    return BadUsage;
  return NotDone ? int(NotAnalysed) : Verdict;
}

} // namespace coro
