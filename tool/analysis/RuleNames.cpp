// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares names and globs with the rules that are compiled in.
#include "analysis/RuleNames.h"
#include "Check.h"
#include "Console.h"
#include "clang-tidy/GlobList.h"

using namespace llvm;

namespace coro {

void noSuchRule(StringRef Name) {
  StringRef Nearest;
  unsigned Least =
      std::max<unsigned>(2, static_cast<unsigned>(Name.size()) / 3);
  for (const Registration &R : registrations()) {
    StringRef Rule(R.What->Rule.data(), R.What->Rule.size());
    StringRef Short = Rule.drop_front(StringRef("coro-").size());
    unsigned Distance =
        std::min(Rule.edit_distance(Name), Short.edit_distance(Name));
    if (Distance <= Least) {
      Least = Distance - (Distance != 0);
      Nearest = Rule;
    }
  }
  raw_ostream &OS = complain() << "there is no rule '" << Name << "'; ";
  if (!Nearest.empty())
    OS << "did you mean '" << Nearest << "'? ";
  OS << "'corolint list' shows them all\n";
}

bool findRules(StringRef List, std::vector<std::string> &Globs) {
  SmallVector<StringRef, 8> Items;
  List.split(Items, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Item : Items) {
    Item = Item.trim();
    bool Minus = Item.consume_front("-");
    std::string Name = Item.starts_with("coro-") || Item.starts_with("*")
                           ? Item.str()
                           : ("coro-" + Item).str();
    clang::tidy::GlobList Glob(Name);
    if (none_of(registrations(), [&](const Registration &R) {
          return Glob.contains(
              StringRef(R.What->Rule.data(), R.What->Rule.size()));
        })) {
      noSuchRule(Item);
      return false;
    }
    Globs.push_back((Minus ? "-" : "") + Name);
  }
  // Only exclusions: from all rules.
  if (!Globs.empty() && Globs.front().front() == '-')
    Globs.insert(Globs.begin(), "coro-*");
  return true;
}

} // namespace coro
