// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the log that a program in debug mode writes, and joins its reports with
// the findings of the checker.
#ifndef COROLINT_TOOL_RUNLOG_H
#define COROLINT_TOOL_RUNLOG_H

#include "Finding.h"
#include "llvm/ADT/StringRef.h"
#include <map>

namespace coro {

/// The content of run logs. docs/guide/debug-mode.md describes their lines.
struct RunLog {
  /// One finding for each rule, place and message, sorted. The last note says
  /// how often it was reported, and names the task if it was only one.
  std::vector<Finding> Findings;
  /// Reports that the program itself allowed: the rule and the reason given,
  /// with the number of places.
  std::map<std::pair<std::string, std::string>, unsigned> Allowed;
  /// Lines that could not be read, as `file:line: reason`.
  std::vector<std::string> Problems;
  unsigned Reports = 0;
};

/// Collects the reports of one or more logs.
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

/// Findings of the checker and reports of debug mode, compared.
struct Joined {
  std::vector<Finding> Both; // confirmed: reports are notes of findings
  std::vector<Finding>
      StaticOnly; // the program did not get there, or a false alarm
  std::vector<Finding> RunOnly; // the checker does not see it
};

/// Joins a finding and a report of one rule if they name the same line, or if a
/// note of one names the line of the other, such as the await where a
/// cancellation arrived.
Joined join(std::vector<Finding> Static, std::vector<Finding> Run);

} // namespace coro

#endif
