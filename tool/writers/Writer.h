// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The output formats. Each output depends on the results alone, so that two
// runs on any machines are equal.
#ifndef COROLINT_TOOL_WRITERS_WRITER_H
#define COROLINT_TOOL_WRITERS_WRITER_H

#include "Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <memory>

namespace coro {

/// The results of a run.
struct Results {
  std::vector<Finding> Findings;   // sorted
  std::vector<std::string> Errors; // of files that could not be analysed
  std::string Root;                // paths below it are written relative to it
};

/// Text for people, and for editors that read compiler output: one line for
/// each finding, with its source line and notes below.
void writeText(llvm::raw_ostream &OS, const Results &R);
/// The rule of JSON entries that say why a file could not be analysed.
constexpr llvm::StringLiteral FailureRule = "clang-diagnostic-error";
/// A JSON array with one object for each finding and then for each error.
void writeJson(llvm::raw_ostream &OS, const Results &R);
/// SARIF 2.1.0, with the properties that GitHub's code scanning needs.
void writeSarif(llvm::raw_ostream &OS, const Results &R);
/// GitLab's Code Quality report.
void writeGitLab(llvm::raw_ostream &OS, const Results &R);
/// Workflow commands: annotations in GitHub without an upload.
void writeGitHub(llvm::raw_ostream &OS, const Results &R);
/// The diagnostic format of reviewdog.
void writeRdjson(llvm::raw_ostream &OS, const Results &R);
/// JUnit XML: one test case for each finding.
void writeJUnit(llvm::raw_ostream &OS, const Results &R);
/// One HTML page without references to other files, which draws each finding.
void writeHtml(llvm::raw_ostream &OS, const Results &R);

/// A format, and its name on the command line.
struct Format {
  llvm::StringRef Name;
  llvm::StringRef What;
  void (*Write)(llvm::raw_ostream &, const Results &);
};
llvm::ArrayRef<Format> formats();
/// The format of that name, or null.
const Format *findFormat(llvm::StringRef Name);

/// Writes a file with \p Write. It appears completely or not at all, except
/// that a special file such as `/dev/stdout` is opened and written. False after
/// a message.
bool writeFile(const std::string &Path,
               llvm::function_ref<void(llvm::raw_ostream &)> Write);

/// The path of a finding through its function: its own place and those of notes
/// that are steps, in the order of the source.
std::vector<std::pair<Place, std::string>> pathOf(const Finding &F);

/// Reads lines of source files, each file once.
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
