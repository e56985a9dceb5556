// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What debug mode wrote while a program ran, as findings, and beside those of
// the checker.
#ifndef COROLINT_TOOL_RUNLOG_H
#define COROLINT_TOOL_RUNLOG_H

#include "Finding.h"
#include "llvm/ADT/StringRef.h"
#include <map>

namespace coro {

/// The content of run logs. docs/guide/debug-mode.md describes their lines.
struct RunLog {
  /// One for each rule, place and message, sorted. How often it was reported,
  /// and by which task if it was only one, stands in the last note.
  std::vector<Finding> Findings;
  /// What the program was allowed to do: the rule and its reason, and how often
  /// a new place was met.
  std::map<std::pair<std::string, std::string>, unsigned> Allowed;
  /// Lines that are no reports, as `file:line: reason`.
  std::vector<std::string> Problems;
  unsigned Reports = 0;
};

/// Reads the text of a log, adding to what \p Log holds.
class RunLogReader {
public:
  void read(llvm::StringRef Name, llvm::StringRef Text);
  RunLog take();

private:
  struct Seen {
    Finding What;
    std::vector<std::string> Tasks;
    unsigned Times = 0;
  };
  std::vector<Seen> All;
  std::map<std::pair<std::string, std::string>, unsigned> Allowed;
  std::vector<std::string> Problems;
  unsigned Reports = 0;
};

/// What the checker found and what debug mode reported, told apart.
struct Joined {
  std::vector<Finding> Both;       // the checker's, with what was seen in notes
  std::vector<Finding> StaticOnly; // never reached, or a false alarm
  std::vector<Finding> RunOnly;    // out of the checker's sight
};

/// Joins findings of one rule that speak of one line: the line that was
/// reported, or one that a note of the other side points at, such as the await
/// where a cancellation arrived.
Joined join(std::vector<Finding> Static, std::vector<Finding> Run);

} // namespace coro

#endif
