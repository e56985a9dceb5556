// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes findings as JUnit XML: a test suite for each file, and a failed test
// case for each finding.
#include "Paths.h"
#include "writers/Writer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace coro {

/// Escapes text, and drops characters that XML 1.0 forbids.
static std::string xml(StringRef Text) {
  std::string Valid = json::fixUTF8(Text);
  erase_if(Valid, [](unsigned char C) {
    return C < 0x20 && C != '\t' && C != '\n' && C != '\r';
  });
  std::string Out;
  raw_string_ostream OS(Out);
  printHTMLEscaped(Valid, OS);
  return Out;
}

static std::string at(const Place &P, StringRef Root) {
  return relativeTo(Root, P.File) + ":" + std::to_string(P.Line) +
         (P.Column ? ":" + std::to_string(P.Column) : "");
}

/// Whether the test case fails: a remark is only output of it.
static bool fails(const Finding &F) { return F.Severity != "note"; }

void writeJUnit(raw_ostream &OS, const Results &R) {
  std::map<std::string, std::vector<const Finding *>> Files;
  for (const Finding &F : R.Findings)
    Files[relativeTo(R.Root, F.At.File)].push_back(&F);
  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
     << "<testsuites name=\"corolint\" tests=\""
     << std::max<size_t>(1, R.Findings.size() + R.Errors.size())
     << "\" failures=\"" << count_if(R.Findings, fails) << "\" errors=\""
     << R.Errors.size() << "\">\n";
  for (const auto &[File, Findings] : Files) {
    OS << "  <testsuite name=\"" << xml(File) << "\" tests=\""
       << Findings.size() << "\" failures=\""
       << count_if(Findings, [](const Finding *F) { return fails(*F); })
       << "\" errors=\"0\">\n";
    for (const Finding *F : Findings) {
      OS << "    <testcase classname=\"" << xml(File) << "\" name=\""
         << xml(F->Rule) << " at line " << F->At.Line << "\">\n      ";
      if (fails(*F))
        OS << "<failure type=\"" << xml(F->Rule) << "\" message=\""
           << xml(F->Message) << "\">";
      else
        OS << "<system-out>";
      OS << xml(at(F->At, R.Root)) << ": " << xml(F->Message) << '\n';
      for (const Note &N : F->Notes)
        OS << (N.At.Line ? xml(at(N.At, R.Root)) + ": " : "")
           << "note: " << xml(N.Message) << '\n';
      OS << (fails(*F) ? "</failure>" : "</system-out>")
         << "\n    </testcase>\n";
    }
    OS << "  </testsuite>\n";
  }
  // Readers take a report without test cases for a broken one.
  if (Files.empty() || !R.Errors.empty()) {
    OS << "  <testsuite name=\"analysis\" tests=\""
       << std::max<size_t>(1, R.Errors.size()) << "\" failures=\"0\" errors=\""
       << R.Errors.size() << "\">\n";
    if (R.Errors.empty())
      OS << "    <testcase classname=\"corolint\" name=\"no findings\"/>\n";
    for (const std::string &Error : R.Errors)
      OS << "    <testcase classname=\"corolint\" name=\"could not be "
            "analysed\">\n      <error message=\""
         << xml(Error) << "\"/>\n    </testcase>\n";
    OS << "  </testsuite>\n";
  }
  OS << "</testsuites>\n";
}

} // namespace coro
