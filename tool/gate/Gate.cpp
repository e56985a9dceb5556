// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Removes known findings, filters by level, writes the outputs, and decides the
// exit code.
#include "gate/Gate.h"
#include "Console.h"
#include "Paths.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

/// The order of levels: 0 for "note", 1 for "warning", 2 for "error", 3 for
/// "never"; -1 if there is no such level.
static int rank(StringRef Level) {
  StringRef Names[] = {"note", "warning", "error", "never"};
  const StringRef *Found = find(Names, Level);
  return Found == std::end(Names) ? -1
                                  : static_cast<int>(Found - std::begin(Names));
}

std::string unknownFormat(StringRef Name) {
  std::string Text = "there is no format '" + Name.str() + "'; there are";
  for (const Format &F : formats())
    Text += " " + F.Name.str();
  return Text;
}

bool readGateOptions(GateOptions &O, ArrayRef<std::string> Outputs,
                     StringRef StandardOutput) {
  O.StandardOutput = findFormat(StandardOutput);
  if (!O.StandardOutput) {
    complain() << unknownFormat(StandardOutput) << '\n';
    return false;
  }
  for (StringRef Output : Outputs) {
    auto [Name, Path] = Output.split(':');
    const Format *F = findFormat(Name);
    if (!F || Path.empty()) {
      complain() << "'--output=" << Output << "': "
                 << (F ? "no path; write FORMAT:PATH" : unknownFormat(Name))
                 << '\n';
      return false;
    }
    O.Outputs.push_back({F, Path.str()});
  }
  for (auto [Option, Value] :
       {std::pair("--fail-on", &O.FailOn), std::pair("--level", &O.Level)})
    if (rank(*Value) < 0 || (Value == &O.Level && *Value == "never")) {
      complain() << "'" << Option << "=" << *Value
                 << "': there are note, warning, error"
                 << (Value == &O.Level ? "" : ", never") << '\n';
      return false;
    }
  if (O.UpdateBaseline && O.BaselineFile.empty()) {
    complain() << "'--update-baseline' needs '--baseline=FILE'\n";
    return false;
  }
  return true;
}

/// Removes the findings of the earlier revision and of the baseline, or writes
/// a new baseline. Returns `Clean` or, after a message, another exit code.
static int useKnown(GateInput &Input, const GateOptions &O) {
  const std::string Globs = "-*," + join(Input.Rules, ",");
  clang::tidy::GlobList Ran(Input.Rules.empty() ? StringRef("*")
                                                : StringRef(Globs));
  auto Looked = [&](const std::string &File, const std::string &Rule) {
    SmallString<256> Path(File);
    if (!sys::path::is_absolute(Path)) {
      Path = O.Root;
      sys::path::append(Path, File);
    }
    // A file that is gone has no findings.
    return Ran.contains(Rule) &&
           (!Input.Analysed || Input.Analysed->count(std::string(Path)) ||
            !sys::fs::exists(Path));
  };
  auto Everywhere = [](const std::string &, const std::string &) {
    return true;
  };
  if (O.UpdateBaseline) {
    Baseline New;
    for (const Finding &F : Input.Findings)
      if (rank(F.Severity) >= rank("warning"))
        New.add(F, O.Root);
    size_t Known = Baseline(New).subtract(Input.Findings, Everywhere);
    // An old baseline that cannot be read is replaced.
    if (Expected<Baseline> Old = Baseline::read(O.BaselineFile))
      New.keep(*Old, Looked);
    else
      consumeError(Old.takeError());
    if (!writeFile(O.BaselineFile, [&](raw_ostream &OS) { New.write(OS); }))
      return NotWritten;
    Input.Also.push_back(std::to_string(Known) + " written to the baseline");
    return Clean;
  }
  Baseline Known;
  size_t Old = 0;
  std::vector<Finding> Stale;
  if (Input.Before) {
    std::vector<Finding> Copy = Input.Findings;
    Old = Baseline(*Input.Before).subtract(Copy, Everywhere);
    Known = *Input.Before;
  }
  if (!O.BaselineFile.empty()) {
    Expected<Baseline> File = Baseline::read(O.BaselineFile);
    if (!File) {
      complain() << toString(File.takeError()) << '\n';
      return BadUsage;
    }
    // A finding that both know counts once, so that it hides no second one.
    Known.include(*File);
    std::vector<Finding> Copy = Input.Findings;
    File->subtract(Copy, Looked);
    Stale = File->stale(Looked);
  }
  size_t All = Known.subtract(Input.Findings, Looked);
  if (Old)
    Input.Also.push_back(std::to_string(Old) + " were there before");
  if (All > Old)
    Input.Also.push_back(std::to_string(All - Old) + " in the baseline");
  for (Finding &F : Stale)
    Input.Findings.push_back(std::move(F));
  return Clean;
}

int judge(GateInput Input, const GateOptions &O) {
  if (int Failed = useKnown(Input, O))
    return Failed;
  erase_if(Input.Findings,
           [&](const Finding &F) { return rank(F.Severity) < rank(O.Level); });
  llvm::sort(Input.Findings);

  size_t Fixable = count_if(Input.Findings, [](const Finding &F) {
    return F.Applicability == "safe";
  });
  if (Fixable)
    Input.Also.push_back(std::to_string(Fixable) + " fixable with --fix");
  if (O.StandardOutput->Name == "text" &&
      any_of(Input.Findings, [](const Finding &F) {
        return StringRef(F.Rule).starts_with("coro-");
      }))
    Input.Also.push_back("'corolint explain RULE' tells more");
  Results All{std::move(Input.Findings), std::move(Input.Errors), O.Root};
  for (std::string &Error : All.Errors)
    Error = relativeTo(O.Root, Error);
  bool Written = true;
  for (const auto &[F, Path] : O.Outputs)
    Written &= writeFile(Path, [&](raw_ostream &OS) { F->Write(OS, All); });
  // A person follows paths from the current directory.
  if (O.StandardOutput->Name == "text" && !O.RootGiven)
    All.Root = currentDirectory();
  O.StandardOutput->Write(outs(), All);
  if (finishOutput() != Clean || !Written)
    return NotWritten;
  errs() << "corolint: " << plural(All.Findings.size(), "finding") << Input.In;
  for (const std::string &Clause : Input.Also)
    errs() << "; " << Clause;
  errs() << '\n';
  return any_of(All.Findings,
                [&](const Finding &F) {
                  return rank(F.Severity) >= rank(O.FailOn);
                })
             ? HasFindings
             : Clean;
}

static void resolve(Place &P, StringRef Root) {
  if (P.Line == 0 || sys::path::is_absolute(P.File))
    return;
  SmallString<256> Path(Root);
  sys::path::append(Path, P.File);
  P.File = std::string(Path);
}

std::optional<StoredResults> readFindings(StringRef File, StringRef Directory) {
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer) {
    complain() << "cannot read '" << File
               << "': " << Buffer.getError().message() << '\n';
    return std::nullopt;
  }
  auto Wrong = [&](const Twine &Reason) {
    complain() << "'" << File
               << "' holds no findings of '--format=json': " << Reason << '\n';
    return std::nullopt;
  };
  Expected<json::Value> Parsed = json::parse((*Buffer)->getBuffer());
  if (!Parsed)
    return Wrong(toString(Parsed.takeError()));
  const json::Array *Items = Parsed->getAsArray();
  if (!Items)
    return Wrong("it is no array");
  StoredResults Results;
  json::Path::Root Root("findings");
  const json::Path All(Root);
  for (size_t I = 0; I < Items->size(); ++I) {
    Finding F;
    if (!fromJSON((*Items)[I], F, All.index(I)))
      return Wrong(toString(Root.getError()));
    resolve(F.At, Directory);
    if (F.Rule == FailureRule) {
      std::string Where = F.At.File;
      if (F.At.Line)
        Where +=
            ":" + std::to_string(F.At.Line) + ":" + std::to_string(F.At.Column);
      Results.Errors.push_back(Where + ": error: " + F.Message);
      continue;
    }
    for (Note &N : F.Notes)
      resolve(N.At, Directory);
    for (Edit &E : F.Fixes) {
      resolve(E.Begin, Directory);
      resolve(E.End, Directory);
    }
    Results.Findings.push_back(std::move(F));
  }
  return Results;
}

} // namespace coro
