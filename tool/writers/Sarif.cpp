// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as SARIF 2.1.0. Clang's own SARIF writer has no help texts,
// no fixes and no messages at related locations, hence `llvm::json`. Source:
// SARIF 2.1.0 (OASIS), and docs.github.com, "SARIF support for code scanning".
#include "Pages.h"
#include "Paths.h"
#include "pitfalls/Pitfall.h"
#include "writers/Writer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {
namespace {

StringRef text(std::string_view S) { return StringRef(S.data(), S.size()); }

StringRef pageOf(StringRef Id) {
  for (size_t I = 0; I < PageCount; ++I)
    if (Id == Pages[I].Id)
      return Pages[I].Text;
  return {};
}

/// The level of a rule, by which GitHub sorts.
StringRef levelOf(const Pitfall &P) {
  return P.Level == Severity::Error ? "error" : "warning";
}

class SarifWriter {
public:
  SarifWriter(raw_ostream &OS, const Results &R) : J(OS, 2), R(R) {
    for (const Finding &F : R.Findings)
      if (find(Ids, F.Rule) == Ids.end())
        Ids.push_back(F.Rule);
    llvm::sort(Ids);
  }

  void write() {
    J.object([&] {
      J.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] { J.object([&] { run(); }); });
    });
    J.flush();
  }

private:
  void message(StringRef Name, StringRef Text) {
    J.attributeObject(Name, [&] { J.attribute("text", json::fixUTF8(Text)); });
  }

  void run() {
    J.attributeObject("tool", [&] {
      J.attributeObject("driver", [&] {
        J.attribute("name", "corolint");
        J.attribute("semanticVersion", COROLINT_VERSION);
        J.attributeArray("rules", [&] {
          for (const std::string &Id : Ids)
            J.object([&] { rule(Id); });
        });
      });
    });
    J.attributeArray("invocations", [&] {
      J.object([&] {
        J.attribute("executionSuccessful", R.Errors.empty());
        J.attributeArray("toolExecutionNotifications", [&] {
          for (const std::string &Error : R.Errors)
            J.object([&] {
              J.attribute("level", "error");
              message("message", Error);
            });
        });
      });
    });
    J.attribute("columnKind", "utf16CodeUnits");
    J.attributeObject("originalUriBaseIds", [&] {
      // The root has no URI: the reader knows where the sources are.
      J.attributeObject(
          "ROOT", [&] { message("description", "The root of the sources."); });
    });
    J.attributeArray("results", [&] {
      std::vector<std::string> Names = uniqueFingerprints(R.Findings);
      for (size_t I = 0; I < R.Findings.size(); ++I)
        J.object([&] { result(R.Findings[I], Names[I]); });
    });
  }

  void rule(StringRef Id) {
    J.attribute("id", Id);
    StringRef Summary = "Something is wrong with a suppression or a baseline";
    StringRef Level = "note", Page;
    for (const Pitfall *P : pitfalls::All)
      if (Id == text(P->Rule)) {
        Summary = text(P->Summary);
        Level = levelOf(*P);
        Page = pageOf(text(P->Id));
      }
    std::string Sentence = Summary.str();
    Sentence[0] = toUpper(Sentence[0]);
    if (Sentence.back() != '.')
      Sentence += '.';
    J.attribute("name", pascal(Id));
    message("shortDescription", Sentence);
    message("fullDescription", Sentence);
    J.attributeObject("defaultConfiguration",
                      [&] { J.attribute("level", Level); });
    J.attributeObject("help", [&] {
      J.attribute("text", Page.empty() ? StringRef(Sentence) : Page);
      if (!Page.empty())
        J.attribute("markdown", Page);
    });
    J.attributeObject("properties", [&] {
      J.attributeArray("tags", [&] {
        J.value("correctness");
        J.value("coroutines");
      });
      J.attribute("precision", "high");
      J.attribute("problem.severity",
                  Level == "note" ? StringRef("recommendation") : Level);
    });
  }

  static std::string pascal(StringRef Id) {
    std::string Out;
    bool Up = true;
    for (char C : Id)
      if (C == '-')
        Up = true;
      else
        Out += std::exchange(Up, false) ? toUpper(C) : C;
    return Out;
  }

  static std::string uri(StringRef Path) {
    std::string Out;
    for (unsigned char C : Path)
      if (isAlnum(C) || StringRef("-._~/+").contains(C))
        Out += static_cast<char>(C);
      else
        Out += "%" + utohexstr(C, /*LowerCase=*/false, /*Width=*/2);
    return Out;
  }

  void artifact(StringRef File) {
    std::string Relative = relativeTo(R.Root, File);
    bool Inside = !sys::path::is_absolute(Relative);
    J.attributeObject("artifactLocation", [&] {
      J.attribute("uri", Inside ? uri(Relative) : "file://" + uri(Relative));
      if (Inside)
        J.attribute("uriBaseId", "ROOT");
    });
  }

  /// The column in UTF-16 code units, as `columnKind` above says.
  unsigned column(const Place &P) {
    StringRef Line = Sources.line(P.File, P.Line).take_front(P.Column - 1);
    unsigned Units = 1;
    for (unsigned char C : Line)
      Units += (C & 0xC0) != 0x80 ? (C >= 0xF0 ? 2 : 1) : 0;
    // The file is shorter now, or is not UTF-8.
    return Line.size() + 1 < P.Column || !json::isUTF8(Line) ? P.Column : Units;
  }

  void region(StringRef Name, const Place &Begin, const Place *End = nullptr) {
    J.attributeObject(Name, [&] {
      J.attribute("startLine", Begin.Line);
      if (Begin.Column)
        J.attribute("startColumn", column(Begin));
      if (End) {
        J.attribute("endLine", End->Line);
        J.attribute("endColumn", column(*End));
      } else if (Begin.Column) {
        J.attribute("endLine", Begin.Line);
        J.attribute("endColumn", column(endOfWord(Begin)));
      }
    });
  }

  /// The column after the identifier at \p P, or after one character.
  Place endOfWord(Place P) {
    StringRef Rest =
        Sources.line(P.File, P.Line)
            .drop_front(std::min<size_t>(P.Column - 1,
                                         Sources.line(P.File, P.Line).size()));
    size_t Length =
        Rest.take_while([](char C) { return isAlnum(C) || C == '_'; }).size();
    P.Column += static_cast<unsigned>(std::max<size_t>(1, Length));
    return P;
  }

  void location(const Place &At) {
    J.attributeObject("physicalLocation", [&] {
      artifact(At.File);
      region("region", At);
    });
  }

  /// Escapes square brackets: in a SARIF message they mark a link.
  static std::string plain(StringRef Text) {
    std::string Out;
    for (char C : Text) {
      if (C == '[' || C == ']' || C == '\\')
        Out += '\\';
      Out += C;
    }
    return Out;
  }

  void result(const Finding &F, StringRef Name) {
    J.attribute("ruleId", F.Rule);
    J.attribute("ruleIndex", find(Ids, F.Rule) - Ids.begin());
    J.attribute("level", F.Severity);
    std::string Text = plain(F.Message) + ".";
    unsigned Id = 0;
    for (const Note &N : F.Notes)
      Text += N.At.Line
                  ? " [" + plain(N.Message) + "](" + std::to_string(++Id) + ")."
                  : " " + plain(N.Message) + ".";
    message("message", Text);
    J.attributeArray("locations", [&] {
      J.object([&] {
        location(F.At);
        if (!F.Entity.empty())
          J.attributeArray("logicalLocations", [&] {
            J.object([&] {
              J.attribute("fullyQualifiedName", json::fixUTF8(F.Entity));
              J.attribute("kind", "function");
            });
          });
      });
    });
    Id = 0;
    J.attributeArray("relatedLocations", [&] {
      for (const Note &N : F.Notes)
        if (N.At.Line)
          J.object([&] {
            J.attribute("id", ++Id);
            location(N.At);
            message("message", N.Message);
          });
    });
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("primaryLocationLineHash", Name);
      J.attribute("corolint/v1", Name);
    });
    if (any_of(F.Notes, [](const Note &N) { return N.Step; }))
      flow(F);
    if (!F.Fixes.empty())
      fixes(F);
    J.attributeObject("properties", [&] { J.attribute("foundBy", F.FoundBy); });
  }

  void flow(const Finding &F) {
    auto Step = [&](const Place &At, StringRef Text, StringRef Importance) {
      J.object([&] {
        J.attribute("importance", Importance);
        J.attributeObject("location", [&] {
          location(At);
          message("message", Text);
        });
      });
    };
    J.attributeArray("codeFlows", [&] {
      J.object([&] {
        J.attributeArray("threadFlows", [&] {
          J.object([&] {
            J.attributeArray("locations", [&] {
              for (const auto &[At, Text] : pathOf(F))
                Step(At, Text, At == F.At ? "essential" : "important");
            });
          });
        });
      });
    });
  }

  void fixes(const Finding &F) {
    std::map<std::string, std::vector<const Edit *>> Files;
    for (const Edit &E : F.Fixes)
      Files[E.Begin.File].push_back(&E);
    J.attributeArray("fixes", [&] {
      J.object([&] {
        message("description", F.Applicability == "safe"
                                   ? "Safe to apply."
                                   : "Look at it before applying.");
        J.attributeArray("artifactChanges", [&] {
          for (const auto &[File, Edits] : Files)
            J.object([&] {
              artifact(File);
              J.attributeArray("replacements", [&] {
                for (const Edit *E : Edits)
                  J.object([&] {
                    region("deletedRegion", E->Begin, &E->End);
                    message("insertedContent", E->Text);
                  });
              });
            });
        });
      });
    });
  }

  json::OStream J;
  const Results &R;
  SourceLines Sources;
  std::vector<std::string> Ids;
};

} // namespace

void writeSarif(raw_ostream &OS, const Results &R) {
  SarifWriter(OS, R).write();
  OS << '\n';
}

} // namespace coro
