// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The catalogue as constants: what can go wrong, under one id for the checker
// and the runtime.
#ifndef COROLINT_PITFALLS_PITFALL_H
#define COROLINT_PITFALLS_PITFALL_H

#include <cstddef>
#include <string_view>

namespace coro {

/// How bad a pitfall is when it is true.
enum class Severity { Warning, Error };

/// Which halves of the project find a pitfall. A set of bits.
enum FoundBy : unsigned { Static = 1, Run = 2 };

/// One thing that can go wrong with coroutines.
///
/// **Thread safety**: immutable.
struct Pitfall {
  /// Kebab case, without the `coro-` prefix; reads as "allow *id*".
  std::string_view Id;
  /// The id as printed, suppressed and searched: `coro-` and the id.
  std::string_view Rule;
  Severity Level;
  unsigned By;
  /// The first version that knows it.
  std::string_view Since;
  /// What goes wrong: one clause, no full stop.
  std::string_view Summary;
};

namespace pitfalls {
#define PITFALL(Name, Id, Level, By, Since, Summary)                           \
  inline constexpr Pitfall Name{Id, "coro-" Id, Severity::Level,               \
                                By, Since,      Summary};
#include "pitfalls/pitfalls.def"
#undef PITFALL

/// Every pitfall, sorted by id.
inline constexpr const Pitfall *All[] = {
#define PITFALL(Name, Id, Level, By, Since, Summary) &Name,
#include "pitfalls/pitfalls.def"
#undef PITFALL
};

constexpr bool sortedAndUnique() {
  for (std::size_t I = 1; I < sizeof(All) / sizeof(All[0]); ++I)
    if (!(All[I - 1]->Id < All[I]->Id))
      return false;
  return true;
}
static_assert(sortedAndUnique(), "pitfalls.def is sorted by id, ids unique");

} // namespace pitfalls
} // namespace coro

#endif
