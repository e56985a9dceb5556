// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds NOLINT where clang-tidy does: anywhere in the text of a line.
#include "analysis/Suppressions.h"
#include "Paths.h"
#include "clang-tidy/GlobList.h"
#include "pitfalls/Pitfall.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

static StringRef text(std::string_view S) { return {S.data(), S.size()}; }

class Suppressions::Collector : public ASTConsumer {
public:
  explicit Collector(Suppressions &Into) : Into(Into) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    const SourceManager &SM = Context.getSourceManager();
    std::set<std::string> Seen;
    for (unsigned I = 0; I < SM.local_sloc_entry_size(); ++I) {
      const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
      if (!Entry.isFile() ||
          SrcMgr::isSystem(Entry.getFile().getFileCharacteristic()))
        continue;
      FileID Id = SM.getFileID(SourceLocation::getFromRawEncoding(
          static_cast<SourceLocation::UIntTy>(Entry.getOffset())));
      OptionalFileEntryRef File = SM.getFileEntryRefForID(Id);
      auto Text = SM.getBufferDataOrNone(Id);
      if (File && Text && Text->contains("NOLINT"))
        if (std::string Path = absolutePath(File->getName(), Into.Directory);
            Seen.insert(Path).second)
          Into.read(Path, *Text);
    }
  }

private:
  Suppressions &Into;
};

std::unique_ptr<ASTConsumer> Suppressions::collector() {
  return std::make_unique<Collector>(*this);
}

void Suppressions::read(StringRef File, StringRef Text) {
  std::vector<size_t> Open; // each NOLINTBEGIN that has no NOLINTEND yet
  unsigned Line = 0;
  while (!Text.empty()) {
    StringRef Rest;
    std::tie(Rest, Text) = Text.split('\n');
    ++Line;
    const char *Begin = Rest.begin();
    for (size_t At; (At = Rest.find("NOLINT")) != StringRef::npos;) {
      Rest = Rest.drop_front(At);
      unsigned Column = static_cast<unsigned>(Rest.begin() - Begin) + 1;
      Rest.consume_front("NOLINT");
      enum {
        Here,
        Next,
        From,
        To
      } Kind = Rest.consume_front("NEXTLINE") ? Next
               : Rest.consume_front("BEGIN")  ? From
               : Rest.consume_front("END")    ? To
                                              : Here;
      // A NOLINT without names is for every tool, and none of our business.
      if (!Rest.consume_front("("))
        continue;
      auto [List, Behind] = Rest.split(')');
      StringRef Why = Behind.trim();
      bool Reason = Why.consume_front(":") && !Why.trim().empty() &&
                    Why.trim() != MissingReason;
      llvm::SmallVector<StringRef, 4> Names;
      List.split(Names, ',', -1, /*KeepEmpty=*/false);
      for (StringRef Name : Names) {
        Name = Name.trim();
        if (!Name.starts_with("coro-"))
          continue;
        if (Kind == To) {
          auto Begun = llvm::find_if(llvm::reverse(Open), [&](size_t I) {
            return Directives[I].What.Rule == Name;
          });
          if (Begun != Open.rend()) {
            Directives[*Begun].Last = Line;
            Open.erase(std::next(Begun).base());
          }
          continue;
        }
        clang::tidy::GlobList Glob(Name);
        bool Known = llvm::any_of(pitfalls::All, [&](const Pitfall *P) {
          return (P->By & Static) && Glob.contains(text(P->Rule));
        });
        unsigned First = Kind == Next ? Line + 1 : Line;
        Directives.push_back({{{File.str(), Line, Column},
                               Name.str(),
                               Reason,
                               Known,
                               /*Used=*/false},
                              First,
                              First});
        if (Kind == From) {
          Directives.back().Last = ~0U;
          Open.push_back(Directives.size() - 1);
        }
      }
      Rest = Behind;
    }
  }
}

void Suppressions::stopped(const Diagnostic &Info, StringRef Rule) {
  const SourceManager &SM = Info.getSourceManager();
  // For code in a macro, the comment may be at its definition or at its use.
  for (SourceLocation Loc = Info.getLocation(); Loc.isValid();
       Loc = SM.getImmediateExpansionRange(Loc).getBegin()) {
    SourceLocation Spelt = SM.getSpellingLoc(Loc);
    Stopped.insert({absolutePath(SM.getFilename(Spelt), Directory),
                    SM.getSpellingLineNumber(Spelt), Rule.str()});
    if (!Loc.isMacroID())
      break;
  }
}

std::vector<Suppression>
Suppressions::take(llvm::function_ref<bool(StringRef)> Enabled) {
  std::vector<Suppression> All;
  for (Directive &D : Directives) {
    clang::tidy::GlobList Glob(D.What.Rule);
    // A glob counts as unused only if all rules that it matches were on.
    bool Judged = llvm::all_of(pitfalls::All, [&](const Pitfall *P) {
      return !(P->By & Static) || !Glob.contains(text(P->Rule)) ||
             Enabled(text(P->Rule));
    });
    if (!Judged)
      continue;
    for (const auto &[File, Line, Rule] : Stopped)
      D.What.Used |= File == D.What.At.File && D.First <= Line &&
                     Line <= D.Last && Glob.contains(Rule);
    All.push_back(std::move(D.What));
  }
  return All;
}

} // namespace coro
