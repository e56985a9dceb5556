// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Facts files: one line gives one named function or type one role.
#ifndef COROLINT_CHECKS_FACTS_FACTS_H
#define COROLINT_CHECKS_FACTS_FACTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace coro {

/// What an entity does or is. `roles.def` holds the words that facts files
/// use.
enum class Role : uint8_t {
#define ROLE(Name, Text, Doc) Name,
#include "facts/roles.def"
#undef ROLE
};

/// The word a facts file uses for \p R.
llvm::StringRef roleName(Role R);
/// One clause on what \p R says of its entity.
llvm::StringRef roleDoc(Role R);
/// Every role, in the order of `roles.def`.
llvm::ArrayRef<Role> allRoles();
std::optional<Role> roleNamed(llvm::StringRef Text);

/// How cancellation reaches the coroutines of a library.
enum class Channel : uint8_t {
  Unknown,
  Exception,
  ExceptionOnce, // the next await does not throw it again
  ErrorCode,
  Stopped,
  FrameDestruction,
  Token,
  None
};

/// One library as its facts file describes it.
struct Library {
  std::string Name;
  std::vector<std::string> Namespaces; // each with a leading "::"
  Channel Cancels = Channel::Unknown;
  bool UserSupplied = false;
};

/// One line of a facts file, or one annotation.
struct Fact {
  Role R;
  std::string Entity;
  std::string Text = {}; // what follows "=>", if anything
  /// Not in force when argument `UnlessArg` (counted from 1) is `UnlessValue`,
  /// or has that bit when `UnlessMask`.
  unsigned UnlessArg = 0;
  int64_t UnlessValue = 0;
  bool UnlessMask = false;
  /// Not in force for the overloads that are given a callable, or that are
  /// declared for lvalues.
  bool UnlessCallback = false;
  bool UnlessLvalue = false;
  const Library *Lib = nullptr;
  std::string File = {};
  unsigned Line = 0;
};

/// What is wrong with a facts file, and where.
struct FactsError {
  std::string File;
  unsigned Line = 0;
  std::string Reason;
};

/// A parsed set of facts files.
///
/// **Thread safety**: immutable once filled; `shipped()` may be called from any
/// thread.
class FactsBase {
public:
  FactsBase() = default;
  FactsBase(FactsBase &&) noexcept = default;
  FactsBase(const FactsBase &) = delete;

  /// The facts compiled into the checker.
  static const FactsBase &shipped();

  /// Reads one file's text. Every malformed line becomes an error; the other
  /// lines are kept.
  std::vector<FactsError> parse(llvm::StringRef File, llvm::StringRef Text,
                                bool UserSupplied);

  const std::deque<Fact> &facts() const { return Facts; }
  const std::deque<Library> &libraries() const { return Libraries; }

  /// The facts whose entity's last name is \p Name, in their order.
  llvm::ArrayRef<const Fact *> named(llvm::StringRef Name) const {
    auto It = ByName.find(Name);
    if (It == ByName.end())
      return {};
    return It->second;
  }
  /// The facts whose entity ends with `*`, in their order.
  llvm::ArrayRef<const Fact *> wildcards() const { return Wildcards; }

private:
  std::deque<Fact> Facts; // which the others point into
  llvm::StringMap<std::vector<const Fact *>> ByName;
  std::vector<const Fact *> Wildcards;
  std::deque<Library> Libraries;
};

} // namespace coro

#endif
