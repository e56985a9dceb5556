// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base of every rule: options said once, one shared model a translation
// unit, one report a place.
#ifndef COROLINT_CHECKS_CHECK_H
#define COROLINT_CHECKS_CHECK_H

#include "analyses/Model.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "pitfalls/Pitfall.h"
#include "llvm/ADT/DenseSet.h"
#include <functional>

namespace coro {

class Check;

/// One option of a rule, as listed, stored and documented.
class OptionBase {
public:
  OptionBase(Check &Owner, llvm::StringRef Name, llvm::StringRef Doc);
  OptionBase(const OptionBase &) = delete;
  virtual ~OptionBase() = default;
  virtual void store(clang::tidy::ClangTidyCheck::OptionsView &View,
                     clang::tidy::ClangTidyOptions::OptionMap &Map) const = 0;
  virtual std::string defaultText() const = 0;

  const llvm::StringRef Name;
  const llvm::StringRef Doc;
};

/// A fix that is safe to apply unseen: the result compiles, and does what the
/// author most likely meant. A rule adds it to its warning, and `--fix` applies
/// it. A null hint adds nothing.
///
/// clang-tidy tells the two kinds apart by where they hang: on the warning, or
/// on a note. Rules say what they mean with `SafeFix` and `Check::suggest`.
struct SafeFix {
  clang::FixItHint Hint;
  friend const clang::StreamingDiagnostic &
  operator<<(const clang::StreamingDiagnostic &D, const SafeFix &F) {
    return D << F.Hint;
  }
};

/// The base of every rule.
///
/// **Thread safety**: none; clang-tidy makes one object a translation unit.
class Check : public clang::tidy::ClangTidyCheck {
public:
  Check(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);

  bool
  isLanguageVersionSupported(const clang::LangOptions &Lang) const override {
    return Lang.CPlusPlus20;
  }
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) final;
  void check(const clang::ast_matchers::MatchFinder::MatchResult &Result) final;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Map) final;

  const std::vector<const OptionBase *> &options() const { return All; }
  OptionsView &view() { return Options; }

protected:
  /// A function with its body here, in the user's code; every instantiation of
  /// a template, and its pattern.
  virtual void checkFunction(const clang::FunctionDecl &F, Model &M);
  /// A class defined here, in the user's code.
  virtual void checkRecord(const clang::CXXRecordDecl &C, Model &M);

  /// Reports at \p Loc unless this rule has done so before: a template is
  /// reported once, whatever its instantiations.
  bool firstReportAt(clang::SourceLocation Loc);
  clang::DiagnosticBuilder note(clang::SourceLocation Loc,
                                llvm::StringRef Message) {
    return diag(Loc, Message, clang::DiagnosticIDs::Note);
  }
  /// Offers a fix that is the author's choice, in a note that says what it
  /// does. `corolint --fix=unsafe` and `clang-tidy --fix-notes` apply it; for a
  /// fix that needs no choice, see \ref SafeFix.
  void suggest(clang::SourceLocation Loc, llvm::StringRef Message,
               const clang::FixItHint &Hint) {
    note(Loc, Message) << Hint;
  }

private:
  friend class OptionBase;
  std::shared_ptr<class SharedModel> Shared;
  std::vector<const OptionBase *> All;
  llvm::DenseSet<clang::SourceLocation> Reported;
};

/// An option of type bool, unsigned or std::string: read, stored, listed and
/// documented by this one line.
template <class T> class Option : public OptionBase {
public:
  Option(Check &Owner, llvm::StringRef Name, T Default, llvm::StringRef Doc)
      : OptionBase(Owner, Name, Doc), Default(Default),
        Value(read(Owner, Name, Default)) {}

  const T &operator*() const { return Value; }
  void store(clang::tidy::ClangTidyCheck::OptionsView &View,
             clang::tidy::ClangTidyOptions::OptionMap &Map) const override {
    View.store(Map, Name, Value);
  }
  std::string defaultText() const override {
    if constexpr (std::is_same_v<T, bool>)
      return Default ? "true" : "false";
    else if constexpr (std::is_same_v<T, std::string>)
      return "'" + Default + "'";
    else
      return std::to_string(Default);
  }

private:
  static T read(Check &Owner, llvm::StringRef Name, const T &Default) {
    if constexpr (std::is_same_v<T, std::string>)
      return Owner.view().get(Name, Default).str();
    else
      return Owner.view().get(Name, Default);
  }
  T Default;
  T Value;
};

/// One registered rule.
struct Registration {
  const Pitfall *What;
  std::function<std::unique_ptr<Check>(clang::tidy::ClangTidyContext *)> Make;
};

/// Every rule linked into this program, sorted by id.
const std::vector<Registration> &registrations();
void registerRule(Registration R);

/// Puts the rule \p T for its pitfall into the module.
template <class T> struct Register {
  explicit Register(const Pitfall &P) {
    registerRule({&P, [&P](clang::tidy::ClangTidyContext *Context) {
                    return std::make_unique<T>(
                        llvm::StringRef(P.Rule.data(), P.Rule.size()), Context);
                  }});
  }
};

/// The name of the global option that lists the user's facts files, separated
/// by semicolons.
inline constexpr llvm::StringLiteral FactsOption = "CoroFacts";

/// Told of every fact of the user's after each translation unit: does its
/// entity exist there, and if not, does at least the scope around its name.
struct FactsObserver {
  virtual ~FactsObserver() = default;
  virtual void seen(const Fact &F, bool Resolved, bool ScopeFound) = 0;
};
/// Tells \p Observer of the facts in what \p Context analyses from now on. The
/// last are told when the rules and the returned handle are gone.
[[nodiscard]] std::shared_ptr<class SharedModel>
observeFacts(clang::tidy::ClangTidyContext &Context, FactsObserver &Observer);

} // namespace coro

#endif
