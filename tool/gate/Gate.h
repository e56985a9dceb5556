// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The gate: turns findings into outputs and an exit code, for `check` and
// `merge`.
#ifndef COROLINT_TOOL_GATE_GATE_H
#define COROLINT_TOOL_GATE_GATE_H

#include "gate/Baseline.h"
#include "writers/Writer.h"
#include <optional>
#include <set>

namespace coro {

/// The options of the gate, under the names that they have on the command line.
struct GateOptions {
  const Format *StandardOutput = nullptr;
  bool FormatGiven = false; // on the command line
  std::vector<std::pair<const Format *, std::string>> Outputs;
  std::string FailOn = "warning";
  std::string Level = "note";
  std::string BaselineFile;
  bool UpdateBaseline = false;
  std::string Root;
  bool RootGiven = false;
};

/// The findings to judge, and what is known of the run that made them.
struct GateInput {
  std::vector<Finding> Findings;
  std::vector<std::string> Errors;
  /// The files that were analysed; nothing: all there are.
  std::optional<std::set<std::string>> Analysed;
  /// The rules that ran, as globs; empty: all.
  std::vector<std::string> Rules;
  /// The findings of the revision that `--diff-base` names.
  std::optional<Baseline> Before;
  /// The text after "N findings" in the summary.
  std::string In;
  /// Further clauses of the summary.
  std::vector<std::string> Also;
};

/// Checks the options, and reads those with a syntax of their own into \p O;
/// false after a message.
bool readGateOptions(GateOptions &O, llvm::ArrayRef<std::string> Outputs,
                     llvm::StringRef StandardOutput);

/// The message "there is no format 'x'; there are ...".
std::string unknownFormat(llvm::StringRef Name);

/// Compares \p Input with the baseline, writes all outputs and the summary, and
/// returns `Clean`, `HasFindings`, `BadUsage` or `NotWritten`.
int judge(GateInput Input, const GateOptions &O);

/// The content of an output of `--format=json`.
struct StoredResults {
  std::vector<Finding> Findings;
  std::vector<std::string> Errors; // of files that could not be analysed
};

/// Reads such an output, and makes its paths absolute below \p Root. Nothing
/// after a message.
std::optional<StoredResults> readFindings(llvm::StringRef File,
                                          llvm::StringRef Root);

} // namespace coro

#endif
