// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of an open file, and positions in it in the units of the protocol.
#ifndef COROLINT_TOOL_EDITOR_DOCUMENT_H
#define COROLINT_TOOL_EDITOR_DOCUMENT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace coro {

/// The unit in which the protocol counts characters of a line.
enum class Encoding { UTF8, UTF16, UTF32 };
std::optional<Encoding> encodingNamed(llvm::StringRef Name);
llvm::StringRef nameOf(Encoding E);

/// A position in a file. Line and character count from 0.
struct Position {
  unsigned Line = 0;
  unsigned Character = 0;
  auto operator<=>(const Position &) const = default;
};
struct Range {
  Position Start;
  Position End;
  bool contains(const Position &P) const { return Start <= P && P <= End; }
  bool overlaps(const Range &R) const {
    return Start <= R.End && R.Start <= End;
  }
};
llvm::json::Value toJSON(const Position &P);
llvm::json::Value toJSON(const Range &R);
bool fromJSON(const llvm::json::Value &V, Position &P, llvm::json::Path Path);
bool fromJSON(const llvm::json::Value &V, Range &R, llvm::json::Path Path);

/// The text of one file.
class Document {
public:
  explicit Document(std::string Text) : Text(std::move(Text)) {}

  /// Applies the changes of a `textDocument/didChange`. False if they do not
  /// fit, and then the text is no longer valid.
  bool change(const llvm::json::Array &Changes, Encoding E);

  llvm::StringRef text() const { return Text; }
  unsigned lines() const;
  /// Line \p Index, counted from 0, without its line end; empty after the last.
  llvm::StringRef line(unsigned Index) const;
  /// The position of byte \p Column of line \p Line, both counted from 0.
  Position position(unsigned Line, unsigned Column, Encoding E) const;
  /// The range of the identifier that begins at byte \p Column of line \p Line;
  /// the line counts from 0, the column from 1. For column 0, the range of the
  /// line without white space at its ends.
  Range word(unsigned Line, unsigned Column, Encoding E) const;

private:
  std::optional<size_t> offset(const Position &P, Encoding E) const;
  std::string Text;
};

/// The path in a `file:` URI, or an empty string; and the URI of a path.
std::string pathOf(llvm::StringRef Uri);
std::string uriOf(llvm::StringRef Path);

} // namespace coro

#endif
