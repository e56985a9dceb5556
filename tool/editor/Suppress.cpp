// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inserts NOLINTNEXTLINE comments with a place for the reason.
#include "editor/Suppress.h"
#include "analysis/Suppression.h"

using llvm::StringRef;

namespace coro {

std::optional<TextEdit> suppression(const Document &D, unsigned Line,
                                    StringRef Rule, Encoding E) {
  if (Line >= D.lines())
    return std::nullopt;
  StringRef Text = D.line(Line);
  StringRef Above = Line > 0 ? D.line(Line - 1) : StringRef();
  if (Above.rtrim().ends_with("\\"))
    return std::nullopt;
  // The upper one of two such comments would apply to the lower one.
  constexpr StringRef Next = "NOLINTNEXTLINE(";
  if (size_t At = Above.find(Next); At != StringRef::npos) {
    size_t Close = Above.find(')', At);
    if (Close == StringRef::npos)
      return std::nullopt;
    Position Here = D.position(Line - 1, static_cast<unsigned>(Close), E);
    return TextEdit{{Here, Here}, "," + Rule.str()};
  }
  StringRef Indent =
      Text.take_while([](char C) { return C == ' ' || C == '\t'; });
  Position Start{Line, 0};
  return TextEdit{{Start, Start},
                  Indent.str() + "// NOLINTNEXTLINE(" + Rule.str() +
                      "): " + MissingReason.str() + "\n"};
}

} // namespace coro
