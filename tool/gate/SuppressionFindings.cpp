// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Joins the answers of all translation units on each comment.
#include "gate/SuppressionFindings.h"
#include <map>

namespace coro {

std::vector<Finding> judge(std::vector<Suppression> All, bool WantReasons) {
  // A comment in a header is used if any file that includes it needs it.
  std::map<std::pair<Place, std::string>, Suppression> Each;
  for (Suppression &S : All) {
    auto [It, New] = Each.try_emplace({S.At, S.Rule}, S);
    It->second.Used |= S.Used;
  }
  std::vector<Finding> Findings;
  auto Report = [&](const Suppression &S, const char *Rule,
                    const char *Severity, const std::string &Message) {
    Finding F;
    F.At = S.At;
    F.Rule = Rule;
    F.Severity = Severity;
    F.Message = Message;
    F.Code = S.Rule;
    Findings.push_back(std::move(F));
  };
  for (const auto &[Key, S] : Each) {
    if (!S.Known)
      Report(S, "unknown-nolint", "note",
             "NOLINT names '" + S.Rule + "', but there is no such rule");
    else if (!S.Used)
      Report(S, "unused-nolint", "note",
             "NOLINT(" + S.Rule + ") silences nothing");
    if (WantReasons && S.Known && !S.Reason)
      Report(S, "nolint-without-reason", "warning",
             "NOLINT(" + S.Rule + ") gives no reason; write 'NOLINT(" + S.Rule +
                 "): why'");
  }
  return Findings;
}

} // namespace coro
