// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes cache keys of everything that a result depends on: the program, the
// command, the configuration, the facts, and the content of every input.
#include "project/Inputs.h"
#include "Check.h"
#include "analysis/Configuration.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "project/Vocabulary.h"
#include "project/Worker.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <unordered_map>

using llvm::StringRef;

namespace coro {
namespace {

/// What a run needs to know of the content of a file.
struct Content {
  std::string Hash; // empty: it cannot be read
  uint64_t Size = 0;
  llvm::BitVector Words; // of the vocabulary
  bool Imports = false;
};

bool importsModules(StringRef Text) {
  if (!Text.contains("import"))
    return false;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.ltrim();
    Line.consume_front("export");
    Line = Line.ltrim();
    if (Line.consume_front("import") && !Line.empty() &&
        StringRef(" \t<\":").contains(Line.front()))
      return true;
  }
  return false;
}

class Contents {
public:
  explicit Contents(const Vocabulary &Known) : Known(Known) {}

  const Content &of(const std::string &Path) {
    auto [It, New] = All.try_emplace(Path);
    Content &C = It->second;
    if (!New)
      return C;
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    if (!Buffer)
      return C;
    StringRef Text = (*Buffer)->getBuffer();
    C.Hash = digest(Text);
    C.Size = Text.size();
    C.Words = Known.wordsIn(Text);
    C.Imports = importsModules(Text);
    return C;
  }
  bool exists(const std::string &Path) {
    auto [It, New] = Existing.try_emplace(Path, false);
    if (New)
      It->second = llvm::sys::fs::exists(Path);
    return It->second;
  }

private:
  const Vocabulary &Known;
  std::unordered_map<std::string, Content> All;
  std::unordered_map<std::string, bool> Existing;
};

/// A hash of the current inputs. Empty if an input cannot be read, or if a path
/// that was missing during the scan exists now.
std::string stateOf(const Scanned &S, Contents &Files) {
  std::string Text;
  for (const std::string &Path : S.Missing)
    if (Files.exists(Path))
      return {};
  for (const std::string &Path : S.Inputs) {
    const Content &C = Files.of(Path);
    if (C.Hash.empty())
      return {};
    Text.append(Path).append("\n").append(C.Hash).append("\n");
  }
  return digest(Text);
}

/// The part that all keys share: the program, its environment and the rules.
std::string identity(const Request &R) {
  std::string Text =
      COROLINT_VERSION "\n" + clang::getClangFullVersion() + "\n";
  if (auto Self = llvm::MemoryBuffer::getFile("/proc/self/exe", false, false))
    Text += digest((*Self)->getBuffer());
  for (const char *Name : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"})
    Text += "\n" + llvm::sys::Process::GetEnv(Name).value_or("");
  for (const std::string &Glob : R.Rules)
    Text += "\nrule " + Glob;
  return Text;
}

/// The facts files that \p Options name.
llvm::SmallVector<StringRef, 4>
factsOf(const clang::tidy::ClangTidyOptions &Options) {
  llvm::SmallVector<StringRef, 4> Paths;
  if (auto Facts = Options.CheckOptions.find(FactsOption);
      Facts != Options.CheckOptions.end())
    StringRef(Facts->getValue().Value).split(Paths, ';', -1, false);
  for (StringRef &Path : Paths)
    Path = Path.trim();
  return Paths;
}

/// The words of every facts file that any of the files is checked with.
Vocabulary vocabularyOf(const Request &R) {
  Vocabulary Known;
  llvm::StringSet<> Seen;
  for (const std::string &File : R.Files) {
    const clang::tidy::ClangTidyOptions Options = optionsFor(R, File);
    for (StringRef Path : factsOf(Options))
      if (Seen.insert(Path).second)
        if (auto Buffer = llvm::MemoryBuffer::getFile(Path)) {
          FactsBase Facts;
          // Its errors are reported elsewhere.
          (void)Facts.parse(Path, (*Buffer)->getBuffer(), true);
          Known.add(Facts);
        }
  }
  return Known;
}

std::string keyOf(const Request &R, StringRef Identity,
                  const std::string &File) {
  std::string Text = Identity.str() + "\n" + File;
  for (const auto &Command : R.Commands->getCompileCommands(File)) {
    Text += "\n" + Command.Directory;
    for (const std::string &Argument : Command.CommandLine)
      Text += "\n" + Argument;
  }
  clang::tidy::ClangTidyOptions Options = optionsFor(R, File);
  Text += "\n" + clang::tidy::configurationAsText(Options);
  for (StringRef Path : factsOf(Options))
    if (auto Buffer = llvm::MemoryBuffer::getFile(Path))
      Text += "\n" + digest((*Buffer)->getBuffer());
  return digest(Text);
}

} // namespace

bool findInputs(const Request &R, Cache &Remembered,
                std::vector<FileInputs> &Out) {
  size_t Count = R.Files.size();
  Out.assign(Count, FileInputs());
  std::vector<Scanned> Scans(Count);
  std::vector<std::string> Keys(Count), States(Count);
  const Vocabulary Known = vocabularyOf(R);
  Contents Files(Known);
  std::vector<size_t> Unknown;
  const std::string Identity = Remembered ? identity(R) : "";
  for (size_t I = 0; I < Count; ++I) {
    if (Remembered) {
      Keys[I] = keyOf(R, Identity, R.Files[I]);
      if (auto Text = Remembered.get("scan-" + Keys[I])) {
        auto [State, Lines] = StringRef(*Text).split('\n');
        if (decode(Lines, Scans[I]) && Scans[I].Complete)
          if (std::string Now = stateOf(Scans[I], Files); Now == State)
            States[I] = Now;
      }
    }
    if (States[I].empty()) {
      Scans[I] = Scanned();
      Unknown.push_back(I);
    }
  }
  // Neighbours in the list share headers, so each worker scans several of them
  // in one go. The batches are short, so that all workers end at the same time.
  size_t Batch = std::clamp<size_t>(Unknown.size() / (R.Jobs * 2 + 1), 1, 64);
  size_t Batches = (Unknown.size() + Batch - 1) / Batch;
  auto Part = [&](size_t I) {
    return llvm::ArrayRef(Unknown).slice(
        I * Batch, std::min(Batch, Unknown.size() - I * Batch));
  };
  bool Whole = runWorkers(
      Batches, R.Jobs, R.Timeout,
      [&](size_t I, const Say &Tell) {
        std::vector<std::string> Names;
        for (size_t File : Part(I))
          Names.push_back(R.Files[File]);
        std::string Text;
        for (const Scanned &S : scan(R, Names))
          Text += encode(S) + '\0';
        Tell(Text);
      },
      [&](size_t I, const WorkerEnd &End) {
        // Files without a scan are analysed in any case.
        if (!End.Died.empty() || !End.NotStarted.empty())
          return;
        StringRef Text = End.Output;
        for (size_t File : Part(I)) {
          StringRef One;
          std::tie(One, Text) = Text.split('\0');
          if (!decode(One, Scans[File]))
            Scans[File] = Scanned();
        }
      });
  if (!Whole)
    return false;
  for (size_t I : Unknown) {
    if (!Scans[I].Complete)
      continue;
    States[I] = stateOf(Scans[I], Files);
    if (Remembered && !States[I].empty())
      Remembered.put("scan-" + Keys[I], States[I] + "\n" + encode(Scans[I]));
  }
  for (size_t I = 0; I < Count; ++I) {
    FileInputs &K = Out[I];
    K.Scanned = Scans[I].Complete && !States[I].empty();
    K.Inputs = std::move(Scans[I].Inputs);
    if (!K.Scanned)
      continue;
    llvm::BitVector Words = Known.wordsIn({});
    bool Imports = false;
    for (const std::string &Path : K.Inputs) {
      const Content &C = Files.of(Path);
      K.Size += C.Size;
      Words |= C.Words;
      Imports |= C.Imports;
    }
    K.Related = Imports || Known.reaches(Words);
    if (Remembered)
      K.Key = "result-" + digest(Keys[I] + States[I]);
  }
  return true;
}

} // namespace coro
