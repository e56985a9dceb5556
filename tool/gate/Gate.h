// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From findings to outputs and an exit code: what `check` and `merge` share.
#ifndef COROLINT_TOOL_GATE_GATE_H
#define COROLINT_TOOL_GATE_GATE_H

#include "gate/Baseline.h"
#include "writers/Writer.h"
#include <optional>
#include <set>

namespace coro {

/// What the gate is to do; the options of the same names say so.
struct GateOptions {
  const Format *StandardOutput = nullptr;
  bool FormatGiven = false; // rather than the default
  std::vector<std::pair<const Format *, std::string>> Outputs;
  std::string FailOn = "warning";
  std::string Level = "note";
  std::string BaselineFile;
  bool UpdateBaseline = false;
  std::string Root;
  bool RootGiven = false;
};

/// What is to be judged.
struct GateInput {
  std::vector<Finding> Findings;
  std::vector<std::string> Errors;
  /// The files that were analysed; nothing: all there are.
  std::optional<std::set<std::string>> Analysed;
  /// The rules that ran, as globs; empty: all.
  std::vector<std::string> Rules;
  /// The findings of the revision to compare with.
  std::optional<Baseline> Before;
  /// Behind "N findings" in the closing line.
  std::string In;
  /// Further clauses of the closing line.
  std::vector<std::string> Also;
};

/// Reads the options of the command line into \p O; false after a message.
bool readGateOptions(GateOptions &O, llvm::ArrayRef<std::string> Outputs,
                     llvm::StringRef StandardOutput);

/// "there is no format 'x'; there are ...".
std::string unknownFormat(llvm::StringRef Name);

/// Writes everything. Answers `Clean`, `HasFindings`, `BadUsage` or
/// `NotWritten`.
int judge(GateInput Input, const GateOptions &O);

/// What `--format=json` wrote.
struct StoredResults {
  std::vector<Finding> Findings;
  std::vector<std::string> Errors; // of files that could not be analysed
};

/// Reads it, paths made absolute from \p Root; none after a message.
std::optional<StoredResults> readFindings(llvm::StringRef File,
                                          llvm::StringRef Root);

} // namespace coro

#endif
