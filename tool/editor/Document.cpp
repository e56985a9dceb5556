// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts between bytes, UTF-16 code units and characters.
#include "editor/Document.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using llvm::StringRef;

namespace coro {

std::optional<Encoding> encodingNamed(StringRef Name) {
  for (Encoding E : {Encoding::UTF8, Encoding::UTF16, Encoding::UTF32})
    if (nameOf(E) == Name)
      return E;
  return std::nullopt;
}

StringRef nameOf(Encoding E) {
  switch (E) {
  case Encoding::UTF8:
    return "utf-8";
  case Encoding::UTF16:
    return "utf-16";
  case Encoding::UTF32:
    return "utf-32";
  }
  return "";
}

llvm::json::Value toJSON(const Position &P) {
  return llvm::json::Object{{"line", P.Line}, {"character", P.Character}};
}

llvm::json::Value toJSON(const Range &R) {
  return llvm::json::Object{{"start", toJSON(R.Start)}, {"end", toJSON(R.End)}};
}

bool fromJSON(const llvm::json::Value &V, Position &P, llvm::json::Path Path) {
  llvm::json::ObjectMapper O(V, Path);
  return O && O.map("line", P.Line) && O.map("character", P.Character);
}

bool fromJSON(const llvm::json::Value &V, Range &R, llvm::json::Path Path) {
  llvm::json::ObjectMapper O(V, Path);
  return O && O.map("start", R.Start) && O.map("end", R.End);
}

/// The number of bytes of the UTF-8 character that begins with \p Lead.
static unsigned bytesOf(char Lead) {
  auto C = static_cast<unsigned char>(Lead);
  return C < 0xC0 ? 1 : C < 0xE0 ? 2 : C < 0xF0 ? 3 : 4;
}

static unsigned unitsOf(unsigned Bytes, Encoding E) {
  return E == Encoding::UTF8                  ? Bytes
         : E == Encoding::UTF16 && Bytes == 4 ? 2
                                              : 1;
}

unsigned Document::lines() const {
  return static_cast<unsigned>(std::count(Text.begin(), Text.end(), '\n')) + 1;
}

StringRef Document::line(unsigned Index) const {
  StringRef Rest = Text;
  for (; Index > 0; --Index) {
    size_t End = Rest.find('\n');
    if (End == StringRef::npos)
      return {};
    Rest = Rest.drop_front(End + 1);
  }
  StringRef Line = Rest.take_until([](char C) { return C == '\n'; });
  Line.consume_back("\r");
  return Line;
}

Position Document::position(unsigned Line, unsigned Column, Encoding E) const {
  StringRef Before = line(Line).take_front(Column);
  unsigned Units = 0;
  for (size_t I = 0; I < Before.size(); I += bytesOf(Before[I]))
    Units += unitsOf(bytesOf(Before[I]), E);
  return {Line, Units};
}

Range Document::word(unsigned Line, unsigned Column, Encoding E) const {
  StringRef Text = line(Line);
  size_t Begin = Text.size() - Text.ltrim().size(), End = Text.rtrim().size();
  if (Column > 0 && Column <= Text.size()) {
    Begin = Column - 1;
    StringRef Name = Text.drop_front(Begin).take_while(
        [](char C) { return clang::isAsciiIdentifierContinue(C); });
    End = Begin + std::max<size_t>(Name.size(), 1);
  }
  End = std::max(Begin, End);
  return {position(Line, static_cast<unsigned>(Begin), E),
          position(Line, static_cast<unsigned>(End), E)};
}

std::optional<size_t> Document::offset(const Position &P, Encoding E) const {
  size_t At = 0;
  for (unsigned I = 0; I < P.Line; ++I) {
    size_t End = Text.find('\n', At);
    if (End == std::string::npos)
      // The line after the last one means the end of the text.
      return I + 1 == P.Line ? std::optional(Text.size()) : std::nullopt;
    At = End + 1;
  }
  // A character after the end of the line means its end.
  unsigned Units = 0;
  while (Units < P.Character && At < Text.size() && Text[At] != '\n') {
    unsigned Bytes = bytesOf(Text[At]);
    Units += unitsOf(Bytes, E);
    At = std::min(At + Bytes, Text.size());
  }
  return At;
}

bool Document::change(const llvm::json::Array &Changes, Encoding E) {
  for (const llvm::json::Value &V : Changes) {
    const llvm::json::Object *O = V.getAsObject();
    std::optional<StringRef> New = O ? O->getString("text") : std::nullopt;
    if (!New)
      return false;
    const llvm::json::Value *Where = O->get("range");
    if (!Where) {
      Text = New->str();
      continue;
    }
    Range R;
    llvm::json::Path::Root Root("range");
    if (!fromJSON(*Where, R, Root))
      return false;
    std::optional<size_t> Begin = offset(R.Start, E), End = offset(R.End, E);
    if (!Begin || !End || *End < *Begin)
      return false;
    Text.replace(*Begin, *End - *Begin, New->str());
  }
  return true;
}

std::string pathOf(StringRef Uri) {
  if (!Uri.consume_front("file://"))
    return {};
  Uri = Uri.drop_until([](char C) { return C == '/'; }); // the host
  std::string Path;
  for (size_t I = 0; I < Uri.size(); ++I) {
    if (Uri[I] == '%' && I + 2 < Uri.size() && llvm::isHexDigit(Uri[I + 1]) &&
        llvm::isHexDigit(Uri[I + 2])) {
      Path += static_cast<char>(llvm::hexFromNibbles(Uri[I + 1], Uri[I + 2]));
      I += 2;
    } else {
      Path += Uri[I];
    }
  }
  return Path;
}

std::string uriOf(StringRef Path) {
  std::string Uri = "file://";
  for (char C : Path) {
    if (llvm::isAlnum(C) || StringRef("-_.~/").contains(C))
      Uri += C;
    else
      (Uri += '%') += llvm::toHex(llvm::ArrayRef(static_cast<uint8_t>(C)),
                                  /*LowerCase=*/false);
  }
  return Uri;
}

} // namespace coro
