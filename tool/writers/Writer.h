// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every output is a function of the results, and of nothing else: no times, no
// machine.
#ifndef COROLINT_TOOL_WRITERS_WRITER_H
#define COROLINT_TOOL_WRITERS_WRITER_H

#include "Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <memory>

namespace coro {

/// What a run has to tell.
struct Results {
  std::vector<Finding> Findings;   // sorted
  std::vector<std::string> Errors; // of files that could not be analysed
  std::string Root;                // paths below it are written relative to it
};

/// For people and for editors that read compiler output: one line a finding
/// with its source line, notes below it.
void writeText(llvm::raw_ostream &OS, const Results &R);
/// In JSON, the rule of what is no finding: why a file could not be analysed.
constexpr llvm::StringLiteral FailureRule = "clang-diagnostic-error";
/// A JSON array with one object a finding, and behind them one an error.
void writeJson(llvm::raw_ostream &OS, const Results &R);
/// SARIF 2.1.0, with what GitHub's code scanning asks for.
void writeSarif(llvm::raw_ostream &OS, const Results &R);
/// GitLab's Code Quality report.
void writeGitLab(llvm::raw_ostream &OS, const Results &R);
/// GitHub's workflow commands: annotations without an upload.
void writeGitHub(llvm::raw_ostream &OS, const Results &R);
/// reviewdog's diagnostics.
void writeRdjson(llvm::raw_ostream &OS, const Results &R);
/// JUnit XML: one test case a finding.
void writeJUnit(llvm::raw_ostream &OS, const Results &R);
/// One page without outside references, with the path of each finding drawn.
void writeHtml(llvm::raw_ostream &OS, const Results &R);

/// A format by its name on the command line.
struct Format {
  llvm::StringRef Name;
  llvm::StringRef What;
  void (*Write)(llvm::raw_ostream &, const Results &);
};
llvm::ArrayRef<Format> formats();
/// Null if there is none of that name.
const Format *findFormat(llvm::StringRef Name);

/// Lets \p Write fill a file, which appears whole or not at all; what is no
/// regular file, such as `/dev/stdout`, is written to. False after a message.
bool writeFile(const std::string &Path,
               llvm::function_ref<void(llvm::raw_ostream &)> Write);

/// The steps of a finding's path through its function, in the order of the
/// source: the finding itself and the notes that are steps.
std::vector<std::pair<Place, std::string>> pathOf(const Finding &F);

/// The lines of source files, each file read once.
class SourceLines {
public:
  /// The text of a line of \p File, counted from 1, or an empty string.
  llvm::StringRef line(llvm::StringRef File, unsigned Line);
  unsigned count(llvm::StringRef File);

private:
  struct Source {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<llvm::StringRef> Lines;
  };
  Source &read(llvm::StringRef File);
  std::map<std::string, Source> Files;
};

} // namespace coro

#endif
